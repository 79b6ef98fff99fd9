package io.headgate.driver.netty;

import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Map<InetSocketAddress, Mono<Void>> underWay = new ConcurrentHashMap<>();

    NodeProbes(EventLoops loops) {
        this.loops = loops;
    }

    /**
     * A question at each subscription, or the one that is under way.
     *
     * @return completes when the node answered; fails when it did not within four seconds
     */
    Mono<Void> ask(InetSocketAddress address) {
        return Mono.defer(() -> underWay.computeIfAbsent(
                address,
                key -> Mono.<Void>create(sink -> connect(key, sink))
                        .timeout(
                                LIMIT,
                                Mono.error(() -> new IOException("no answer within " + LIMIT.toSeconds() + " s")))
                        .doFinally(end -> underWay.remove(key))
                        .cache()));
    }

    private void connect(InetSocketAddress address, MonoSink<Void> sink) {
        ChannelFuture connecting = Connector.bootstrap(loops, (int) LIMIT.toMillis())
                .handler(new Question(sink))
                .connect(address);
        Channel channel = connecting.channel();
        sink.onDispose(() -> {
            var unused = channel.close();
        });
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                sink.error(done.cause());
            }
        });
    }

    /** Asks for TLS, which every server and pooler answers, with yes or no, before it asks who is there. */
    private static final class Question extends ChannelInboundHandlerAdapter {

        private final MonoSink<Void> sink;

        Question(MonoSink<Void> sink) {
            this.sink = sink;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
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
