package io.headgate.driver.netty;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.TlsSettings;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Checks whether a node answers a new connection. Any byte is an answer, before login and without a server connection: a busy server, or a
 * pooler whose server connections are all lent, is not dead. Concurrent callers share one probe. Safe for use by many threads.
 */
final class NodeProbes {

    /** Limit of a probe. With the bound of {@link SilenceDetector}, a dead connection ends within 15 seconds. */
    private static final Duration LIMIT = Duration.ofSeconds(4);

    private final EventLoops loops;
    private final Map<Peer, Mono<Void>> underWay = new ConcurrentHashMap<>();

    NodeProbes(EventLoops loops) {
        this.loops = loops;
    }

    /** The address, and the host name for TLS that begins with the first byte. */
    private record Peer(SocketAddress address, @Nullable String tlsName) {}

    /**
     * Starts a probe at subscription, or shares the running one.
     *
     * @param tls used if {@code sslnegotiation} is direct
     * @return completes when the node answers or cannot be probed; fails when it does not answer within four seconds
     */
    Mono<Void> probe(ConnectionSettings settings, SocketAddress address, @Nullable SslContext tls) {
        SslContext direct = settings.tls().negotiation() == TlsSettings.Negotiation.DIRECT ? tls : null;
        return Mono.defer(() -> underWay.computeIfAbsent(
                new Peer(address, direct == null ? null : settings.host()),
                key -> Mono.<Void>create(sink -> connect(settings, key.address(), direct, sink))
                        .timeout(
                                LIMIT,
                                Mono.error(() -> new IOException("no answer within " + LIMIT.toSeconds() + " s")))
                        .doFinally(end -> underWay.remove(key))
                        .cache()));
    }

    private void connect(
            ConnectionSettings settings, SocketAddress address, @Nullable SslContext direct, MonoSink<Void> sink) {
        ChannelFuture connecting = Connector.bootstrap(loops, address, (int) LIMIT.toMillis())
                .handler(new Probe(settings, direct, sink))
                .connect();
        sink.onDispose(() -> Connector.close(connecting));
        connecting.addListener(done -> {
            if (!done.isSuccess() && provesNodeDown(done.cause(), settings)) {
                sink.error(done.cause());
            } else if (!done.isSuccess()) {
                sink.success();
            }
        });
    }

    /**
     * Whether a connect failure shows that the node is dead. It does not if this process has no socket left. Neither does it at a unix
     * socket: the server's end also closes its existing connections.
     */
    private static boolean provesNodeDown(Throwable failure, ConnectionSettings settings) {
        return !(failure instanceof ChannelException || settings.isUnixSocket());
    }

    /**
     * Requests TLS: every server and pooler answers yes or no before the login. With {@code sslnegotiation=direct} it begins TLS at once.
     * Reads the answer before TLS does.
     */
    private static final class Probe extends ChannelInboundHandlerAdapter {

        private final ConnectionSettings settings;
        private final @Nullable SslContext direct;
        private final MonoSink<Void> sink;

        Probe(ConnectionSettings settings, @Nullable SslContext direct, MonoSink<Void> sink) {
            this.settings = settings;
            this.direct = direct;
            this.sink = sink;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (direct != null) {
                context.pipeline().addLast(direct.newHandler(context.alloc(), settings.host(), settings.port()));
                return;
            }
            ByteBuf out = context.alloc().directBuffer(8);
            Frontend.tlsRequest(out);
            var unused = context.writeAndFlush(out);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object answer) {
            ReferenceCountUtil.release(answer);
            sink.success();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            sink.error(new IOException("closed without an answer"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            sink.error(cause);
        }
    }
}
