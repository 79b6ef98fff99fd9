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
 * Asks whether a node answers a new connection: with any byte, before anything is proven or a server connection is needed. So
 * neither a busy server nor a pooler whose connections are all lent is taken for a dead one. Those who ask at the same time share
 * one question. Safe for use by many threads.
 */
final class NodeProbes {

    /** With the bound of {@link Silence} a dead connection has ended within 15 seconds. */
    private static final Duration LIMIT = Duration.ofSeconds(4);

    private final EventLoops loops;
    private final Map<Peer, Mono<Void>> underWay = new ConcurrentHashMap<>();

    NodeProbes(EventLoops loops) {
        this.loops = loops;
    }

    /** Whom to ask, and under which name where TLS begins without a question. */
    private record Peer(SocketAddress address, @Nullable String tlsName) {}

    /**
     * A question at each subscription, or the one that is under way.
     *
     * @param tls what encryption begins with, where {@code sslnegotiation} is direct
     * @return completes when the node answered, or cannot be asked; fails when it did not answer within four seconds
     */
    Mono<Void> ask(ConnectionSettings settings, SocketAddress address, @Nullable SslContext tls) {
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
                .handler(new Question(settings, direct, sink))
                .connect();
        sink.onDispose(() -> Connector.close(connecting));
        connecting.addListener(done -> {
            if (!done.isSuccess() && tells(done.cause(), settings)) {
                sink.error(done.cause());
            } else if (!done.isSuccess()) {
                sink.success();
            }
        });
    }

    /**
     * Whether a failure to connect tells of the node. Where this process has no socket left it does not, nor at a unix socket, whose
     * other side cannot go without the connections that it had.
     */
    private static boolean tells(Throwable failure, ConnectionSettings settings) {
        return !(failure instanceof ChannelException || settings.isUnixSocket());
    }

    /**
     * Asks for TLS, which every server and pooler answers, with yes or no, before it asks who is there; or begins it, where it is to
     * begin without a question. The answer is taken before it comes to TLS.
     */
    private static final class Question extends ChannelInboundHandlerAdapter {

        private final ConnectionSettings settings;
        private final @Nullable SslContext direct;
        private final MonoSink<Void> sink;

        Question(ConnectionSettings settings, @Nullable SslContext direct, MonoSink<Void> sink) {
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
