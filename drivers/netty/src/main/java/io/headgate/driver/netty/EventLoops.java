package io.headgate.driver.netty;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
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
    private final boolean epoll;

    EventLoops() {
        this(isEpollThere());
    }

    EventLoops(boolean epoll) {
        this.epoll = epoll;
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
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

    /** The address of a unix socket, as the channels on these loops take it. */
    SocketAddress unixSocket(String path) {
        return epoll ? new DomainSocketAddress(path) : UnixDomainSocketAddress.of(path);
    }

    Class<? extends Channel> channelType(SocketAddress address) {
        if (address instanceof InetSocketAddress) {
            return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        }
        return epoll ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
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
