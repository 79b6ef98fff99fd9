package io.headgate.driver.netty;

import io.headgate.core.error.ClosedException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;

/**
 * A driver's event loops and the sockets on them. Reactor Netty's loops are used where they are found: then a request is often answered on
 * the loop that received it. Otherwise, or when those have ended, the driver starts its own: one for each core, on daemon threads. Safe
 * for use by many threads.
 */
final class EventLoops {

    /** The driver's loops are closed after its connections, so they need no quiet period. */
    private static final long QUIET_MILLIS = 0;

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Logger logger = LoggerFactory.getLogger(EventLoops.class);

    private final Transport transport;
    private final Function<Transport, @Nullable EventLoopGroup> findShared;
    private final ChannelGroup onOwn = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final ChannelGroup onShared = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final GenericFutureListener<Future<Object>> whenSharedEnd = ended -> onShared.forEach(this::end);
    private @Nullable EventLoopGroup shared;
    private boolean searched;
    private boolean closed;
    private volatile @Nullable EventLoopGroup own;

    /** Uses only the driver's own loops. */
    EventLoops(Transport transport) {
        this(transport, none -> null);
    }

    /** @param findShared finds loops to share at the first connection; null, or a {@link LinkageError}, if there are none */
    EventLoops(Transport transport, Function<Transport, @Nullable EventLoopGroup> findShared) {
        // fails here if another version of Netty is on the class path
        Objects.requireNonNull(MultiThreadIoEventLoopGroup.class);
        this.transport = transport;
        this.findShared = findShared;
    }

    /** A bootstrap for an address. Its sockets are closed with these loops. */
    Bootstrap bootstrap(SocketAddress address) {
        EventLoopGroup loops = group();
        ChannelGroup channels = loops == own ? onOwn : onShared;
        ChannelFactory<Channel> factory = new ReflectiveChannelFactory<>(channelType(address));
        return new Bootstrap().group(loops).remoteAddress(address).channelFactory(() -> {
            Channel channel = factory.newChannel();
            channels.add(channel);
            return channel;
        });
    }

    private synchronized EventLoopGroup group() {
        if (closed) {
            throw new ClosedException("the driver");
        }
        if (!searched) {
            searched = true;
            shared = findShared();
            watch(shared);
        }
        EventLoopGroup others = shared;
        if (others != null && !others.isShuttingDown()) {
            return others;
        }
        EventLoopGroup created = own;
        if (created == null) {
            created = new MultiThreadIoEventLoopGroup(
                    Runtime.getRuntime().availableProcessors(), threads(), transport.handlers());
            own = created;
        }
        return created;
    }

    private @Nullable EventLoopGroup findShared() {
        try {
            return findShared.apply(transport);
        } catch (LinkageError notOnTheClassPath) {
            return null;
        }
    }

    /**
     * Closes the channels when shared loops have ended. A busy loop that is shut down without a quiet period may leave its channels open.
     * Netty calls the listener on a separate thread after all loops have ended.
     */
    private void watch(@Nullable EventLoopGroup others) {
        if (others != null) {
            termination(others).addListener(whenSharedEnd);
        }
    }

    private void unwatch(EventLoopGroup others) {
        termination(others).removeListener(whenSharedEnd);
    }

    @SuppressWarnings("unchecked") // the future has no value
    private static Future<Object> termination(EventLoopGroup group) {
        return (Future<Object>) group.terminationFuture();
    }

    /** Closes the socket directly, because the channel would be closed on its loop, which has ended. */
    private void end(Channel channel) {
        onShared.remove(channel);
        if (channel instanceof UnixChannel itself) {
            try {
                itself.fd().close();
            } catch (IOException closedAlready) {
                logger.trace("a socket whose loop has ended", closedAlready);
            }
        } else {
            channel.unsafe().closeForcibly();
        }
        Wire wire = channel.pipeline().get(Wire.class);
        if (wire != null) {
            wire.loopEnded();
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

    /** Whether the loop belongs to this driver. */
    boolean isOwn(EventLoop loop) {
        return loop.parent() == own;
    }

    /** The address of a unix socket, in the type that the channels need. */
    SocketAddress unixSocket(String path) {
        return transport.unixAddress().apply(path);
    }

    Class<? extends Channel> channelType(SocketAddress address) {
        return address instanceof InetSocketAddress ? transport.tcp() : transport.unix();
    }

    /** Closes all remaining sockets and the driver's own loops. Shared loops stay open. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            EventLoopGroup created;
            EventLoopGroup others;
            synchronized (this) {
                closed = true;
                created = own;
                others = shared;
            }
            if (others != null && !others.isShuttingDown()) {
                // they stay open and must not keep a reference to the driver
                unwatch(others);
            }
            Mono<Void> socketsClosed = Mono.when(abort(onOwn), abort(onShared)).timeout(LIMIT, Mono.empty());
            Mono<Void> loopsEnded = created == null
                    ? Mono.empty()
                    : Mono.create(
                            sink -> created.shutdownGracefully(QUIET_MILLIS, LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                                    .addListener(ended -> sink.success()));
            return socketsClosed.then(loopsEnded);
        });
    }

    /** Closes sockets without the closing alert of TLS, which would wait for a silent peer. */
    private static Mono<Void> abort(ChannelGroup channels) {
        // an unregistered channel cannot be closed yet; the attempt that opens it has been cancelled
        channels.removeIf(channel -> !channel.isRegistered());
        for (Channel channel : channels) {
            ChannelHandlerContext first = channel.pipeline().firstContext();
            if (first != null) {
                var unused = first.close();
            }
        }
        return Mono.<Void>create(sink -> channels.close().addListener(ended -> sink.success()))
                .onErrorComplete();
    }

    /** {@code block()} fails at once on this thread, as on Reactor's own: it would wait for an answer that this thread must deliver. */
    private static final class LoopThread extends FastThreadLocalThread implements NonBlocking {

        LoopThread(Runnable task, String name) {
            super(task, name);
        }
    }
}
