package io.headgate.driver.netty;

import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;

/** The event loops of a driver: one a core, on daemon threads. */
final class EventLoops {

    /** Those of the driver are closed when its connections are, so there is nothing to wait for. */
    private static final long QUIET_MILLIS = 0;

    private static final long LIMIT_MILLIS = 2_000;

    private final MultiThreadIoEventLoopGroup group;
    private final Transport transport;

    EventLoops(Transport transport) {
        this.transport = transport;
        this.group = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(), threads(), transport.handlers());
    }

    private static ThreadFactory threads() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new LoopThread(task, "headgate-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /** The address of a unix socket, as the channels on these loops take it. */
    SocketAddress unixSocket(String path) {
        return transport.unixAddress().apply(path);
    }

    Class<? extends Channel> channelType(SocketAddress address) {
        return address instanceof InetSocketAddress ? transport.tcp() : transport.unix();
    }

    Mono<Void> close() {
        return Mono.create(sink -> group.shutdownGracefully(QUIET_MILLIS, LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                .addListener(ended -> sink.success()));
    }

    /** {@code block()} on it would wait for an answer that it has to bring itself; as on Reactor's own it fails at once. */
    private static final class LoopThread extends FastThreadLocalThread implements NonBlocking {

        LoopThread(Runnable task, String name) {
            super(task, name);
        }
    }
}
