package io.headgate.driver.vertx;

import io.headgate.core.driver.ConnectionSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Asks a server to cancel what another connection runs, over a connection of its own.
 *
 * <p>Completes when the other side has closed that connection: only then is it certain that the request cannot hit a later
 * statement. Vert.x's own request closes the connection itself and so cannot know.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS">PostgreSQL,
 *     Canceling Requests in Progress</a>
 */
final class CancelRequest {

    private static final int CANCEL_CODE = 80_877_102;
    private static final int TLS_CODE = 80_877_103;
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final NetClient client;

    CancelRequest(NetClient client) {
        this.client = client;
    }

    /**
     * Sends the request.
     *
     * @param encrypted whether the connection to be cancelled is: the key must not be seen either
     */
    Mono<Void> send(ConnectionSettings settings, int processId, int secretKey, boolean encrypted) {
        return Mono.<Void>create(sink -> client.connect(settings.port(), settings.host())
                        .compose(socket -> {
                            Promise<Void> closed = Promise.promise();
                            socket.closeHandler(nothing -> closed.tryComplete());
                            sink.onDispose(socket::close);
                            Future<Void> ready = encrypted ? encrypt(socket, settings) : Future.succeededFuture();
                            return ready.compose(nothing -> socket.write(Buffer.buffer()
                                            .appendInt(16)
                                            .appendInt(CANCEL_CODE)
                                            .appendInt(processId)
                                            .appendInt(secretKey)))
                                    .compose(nothing -> closed.future());
                        })
                        .onComplete(nothing -> sink.success(), sink::error))
                .timeout(LIMIT);
    }

    /** Ends the requests under way, and takes no more. */
    void close() {
        client.close();
    }

    private static Future<Void> encrypt(NetSocket socket, ConnectionSettings settings) {
        Promise<Buffer> answer = Promise.promise();
        socket.handler(answer::tryComplete);
        return socket.write(Buffer.buffer().appendInt(8).appendInt(TLS_CODE))
                .compose(nothing -> answer.future())
                .compose(buffer -> buffer.getByte(0) == 'S'
                        ? socket.upgradeToSsl(ConnectOptions.clientSsl(settings.tls()), settings.host())
                        : Future.failedFuture("the server takes no TLS"));
    }
}
