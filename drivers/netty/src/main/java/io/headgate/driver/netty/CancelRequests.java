package io.headgate.driver.netty;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.driver.netty.Login.BackendKey;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Asks the server to cancel another connection's statement, over a separate connection.
 *
 * <p>A request completes when the other side has closed that connection: only then can it no longer hit a later statement. Cancelling the
 * subscription does not withdraw a request. It ends only after 5 seconds without an answer: PgBouncer 1.18 and 1.19.0 end with a fatal
 * error, for all their clients, when a client leaves before its request has been passed on.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS">PostgreSQL, Canceling
 *     Requests in Progress</a>
 * @see <a href="https://github.com/pgbouncer/pgbouncer/pull/846">PgBouncer, bad client state: 0</a>
 */
final class CancelRequests {

    /** Limit of the connect, and of the answer. A pooler passes a request on within milliseconds; a frozen one must not hold the socket. */
    private static final int LIMIT_MILLIS = 5_000;

    private final EventLoops loops;
    private final Set<Channel> underWay = ConcurrentHashMap.newKeySet();

    CancelRequests(EventLoops loops) {
        this.loops = loops;
    }

    /**
     * Sends one request for each subscription.
     *
     * @param address the address of the connection to cancel: a host may have several
     * @param tls encrypts the request if that connection is encrypted, because the request contains the key; null for no encryption
     */
    Mono<Void> request(ConnectionSettings settings, SocketAddress address, BackendKey key, @Nullable SslContext tls) {
        return Mono.create(sink -> {
            ChannelFuture connecting = Connector.bootstrap(loops, address, LIMIT_MILLIS)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect();
            Throwable unopened = connecting.cause();
            if (unopened != null) {
                // a channel that was never opened never closes
                sink.error(unopened);
                return;
            }
            Channel channel = connecting.channel();
            underWay.add(channel);
            channel.closeFuture().addListener(closed -> underWay.remove(channel));
            connecting.addListener(done -> connected(done, channel, settings, key, tls, sink));
        });
    }

    private static void connected(
            Future<?> done,
            Channel channel,
            ConnectionSettings settings,
            BackendKey key,
            @Nullable SslContext tls,
            MonoSink<Void> sink) {
        if (!done.isSuccess()) {
            sink.error(done.cause());
            return;
        }
        Future<?> timer = channel.eventLoop()
                .schedule(
                        () -> {
                            // the server may read it later and cancel another statement
                            sink.error(
                                    new IOException("no answer to the cancel request within " + LIMIT_MILLIS + " ms"));
                            close(channel);
                        },
                        LIMIT_MILLIS,
                        TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> timer.cancel(false));
        if (tls == null) {
            send(channel, key, sink);
        } else {
            channel.pipeline().addLast(new TlsUpgrade(settings, tls, () -> send(channel, key, sink), error -> {
                close(channel);
                sink.error(error);
            }));
        }
    }

    private static void send(Channel channel, BackendKey key, MonoSink<Void> sink) {
        ByteBuf out = channel.alloc().directBuffer(64);
        Frontend.cancelRequest(out, key.processId(), key.secret());
        channel.writeAndFlush(out).addListener(sent -> {
            if (sent.isSuccess()) {
                channel.closeFuture().addListener(closed -> sink.success());
            } else {
                close(channel);
                sink.error(new IOException("the cancel request could not be sent", sent.cause()));
            }
        });
    }

    private static void close(Channel channel) {
        var unused = channel.close();
    }

    /** Completes when no request is under way. */
    Mono<Void> close() {
        return Mono.create(sink -> {
            var last = new java.util.concurrent.atomic.AtomicInteger(1);
            Runnable closed = () -> {
                if (last.decrementAndGet() == 0) {
                    sink.success();
                }
            };
            for (Channel each : underWay) {
                last.incrementAndGet();
                each.closeFuture().addListener(ended -> closed.run());
            }
            closed.run();
        });
    }
}
