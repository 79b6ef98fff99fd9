package io.headgate.driver.vertx;

import io.headgate.core.driver.ConnectionSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/**
 * Asks the server to cancel another connection's statement, over a separate connection.
 *
 * <p>A request completes when its connection is closed. If the other side closes it, the request can no longer hit a later statement.
 * Vert.x's own request ({@code PgConnection.cancelRequest}) closes the connection itself, so it cannot know. Cancelling the subscription
 * does not withdraw a request. After 5 seconds without an answer it is closed here: PgBouncer 1.18 and 1.19.0 end with a fatal error, for
 * all their clients, when a client leaves before its request has been passed on.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS">PostgreSQL, Canceling
 *     Requests in Progress</a>
 * @see <a href="https://github.com/pgbouncer/pgbouncer/pull/846">PgBouncer, bad client state: 0</a>
 */
final class CancelRequest {

    private static final int CANCEL_CODE = 80_877_102;
    private static final int TLS_CODE = 80_877_103;

    /** Limit of the connect, and of the answer. A pooler passes a request on within milliseconds; a frozen one must not hold the socket. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final NetClient client;
    private final Set<Future<Void>> underWay = ConcurrentHashMap.newKeySet();

    CancelRequest(Vertx vertx) {
        this.vertx = vertx;
        this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout((int) LIMIT.toMillis()));
    }

    /**
     * Sends one request for each subscription.
     *
     * @param server the address of the connection to cancel: a host may have several
     * @param encrypted whether that connection is encrypted; then the request is too, because it contains the key
     */
    Mono<Void> send(
            ConnectionSettings settings, SocketAddress server, int processId, int secretKey, boolean encrypted) {
        return Mono.create(sink -> {
            Future<Void> request = client.connect(server)
                    .compose(socket -> request(socket, settings, processId, secretKey, encrypted));
            underWay.add(request);
            request.onComplete(ended -> underWay.remove(request)).onComplete(nothing -> sink.success(), sink::error);
        });
    }

    private Future<Void> request(
            NetSocket socket, ConnectionSettings settings, int processId, int secretKey, boolean encrypted) {
        Promise<Void> closed = Promise.promise();
        long timer = vertx.setTimer(LIMIT.toMillis(), late -> socket.close());
        Promise<Void> sent = Promise.promise();
        socket.closeHandler(nothing -> {
            vertx.cancelTimer(timer);
            // an unanswered handshake does not end by itself
            sent.tryFail("the other side closed the connection, or did not answer, before the request was sent");
            closed.tryComplete();
        });
        Future<Void> ready = encrypted ? encrypt(socket, settings) : Future.succeededFuture();
        ready.compose(nothing -> socket.write(Buffer.buffer()
                        .appendInt(16)
                        .appendInt(CANCEL_CODE)
                        .appendInt(processId)
                        .appendInt(secretKey)))
                .onFailure(error -> socket.close())
                .onComplete(nothing -> sent.tryComplete(), sent::tryFail);
        return sent.future().compose(nothing -> closed.future());
    }

    /** Waits for the running requests, then closes the client. */
    Mono<Void> close() {
        return Mono.create(sink -> Future.join(List.copyOf(underWay))
                .onComplete(ended -> client.close().onComplete(nothing -> sink.success(), error -> sink.success())));
    }

    private static Future<Void> encrypt(NetSocket socket, ConnectionSettings settings) {
        Promise<Buffer> answer = Promise.promise();
        socket.handler(answer::tryComplete);
        return socket.write(Buffer.buffer().appendInt(8).appendInt(TLS_CODE))
                .compose(nothing -> answer.future())
                .compose(buffer -> buffer.getByte(0) == 'S'
                        ? socket.upgradeToSsl(ConnectOptions.clientSsl(settings.tls()), settings.host())
                        : Future.failedFuture("the server does not support TLS"));
    }
}
