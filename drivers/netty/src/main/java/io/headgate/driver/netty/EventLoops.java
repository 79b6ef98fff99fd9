package io.headgate.driver.netty;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;

/** The event loops of a driver: one a core, on daemon threads, over epoll where it is there and NIO elsewhere. */
final class EventLoops {

    /** Those of the driver are closed when its connections are, so there is nothing to wait for. */
    private static final long QUIET_MILLIS = 0;

    private static final long LIMIT_MILLIS = 2_000;

    private final MultiThreadIoEventLoopGroup group;
    private final Class<? extends Channel> channelType;

    EventLoops() {
        this(isEpollThere());
    }

    private EventLoops(boolean epoll) {
        this(
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory(),
                epoll ? EpollSocketChannel.class : NioSocketChannel.class);
    }

    EventLoops(IoHandlerFactory handlers, Class<? extends Channel> channelType) {
        this.channelType = channelType;
        this.group = new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(), threads(), handlers);
    }

    private static boolean isEpollThere() {
        try {
            return Epoll.isAvailable();
        } catch (NoClassDefFoundError notOnTheClassPath) {
            return false;
        }
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

    Class<? extends Channel> channelType() {
        return channelType;
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
