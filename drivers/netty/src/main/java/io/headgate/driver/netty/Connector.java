package io.headgate.driver.netty;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.LoginSettings.ProtocolVersion;
import io.headgate.core.driver.TlsSettings;
import io.headgate.core.driver.support.ConnectErrors;
import io.headgate.core.driver.support.NoticeLog;
import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.Login.BackendKey;
import io.headgate.driver.netty.Login.Refused;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * Opens one connection to an address: TCP or a unix socket, TLS, login, then a {@link Use}, such as {@link ServerProbe} and statements.
 * Closes the socket if any of them fails.
 */
final class Connector {

    /** Unacknowledged data ends the connection after this time, where the transport supports it (RFC 5482). */
    private static final int USER_TIMEOUT_MILLIS = 15_000;

    /** A lost peer is detected after 10 + 3 x 2 seconds, also on an idle connection. */
    private static final int KEEPALIVE_IDLE_SECONDS = 10;

    private static final int KEEPALIVE_INTERVAL_SECONDS = 2;
    private static final int KEEPALIVE_COUNT = 3;

    private final EventLoops loops;
    private final CancelRequests cancelRequests;
    private final NodeProbes nodes;
    private final ProtocolVersions versions;

    Connector(EventLoops loops, CancelRequests cancelRequests) {
        this.loops = loops;
        this.cancelRequests = cancelRequests;
        this.nodes = new NodeProbes(loops);
        this.versions = new ProtocolVersions(InstantSource.system());
    }

    /** A bootstrap for an address. The caller adds the handler. */
    static Bootstrap bootstrap(EventLoops loops, SocketAddress address, int timeoutMillis) {
        Class<? extends Channel> type = loops.channelType(address);
        Bootstrap bootstrap = loops.bootstrap(address).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis);
        if (address instanceof InetSocketAddress) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
        }
        if (type == EpollSocketChannel.class) {
            bootstrap
                    .option(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS)
                    .option(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS)
                    .option(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS)
                    .option(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_COUNT);
        }
        return bootstrap;
    }

    /**
     * Closes a socket that is open or being opened. After a failed connect this does nothing: Netty has closed the socket, or there was
     * none, as when the process has too many open files; then the channel cannot be closed.
     */
    static void close(ChannelFuture connecting) {
        if (connecting.cause() == null) {
            var unused = connecting.channel().close();
        }
    }

    /** The use of a connection after its login. */
    interface Use<T> {

        /**
         * Called on the event loop.
         *
         * @param closed completes when the connection has ended
         * @param whenDone receives the result, which then owns the connection
         */
        void begin(Wire wire, BackendKey key, Mono<Void> closed, Consumer<T> whenDone, Consumer<Throwable> whenFailed);
    }

    /** Opens a connection for statements. */
    Mono<NettyConnection> connect(
            ConnectionSettings settings,
            SocketAddress address,
            Credentials credentials,
            @Nullable SslContext tls,
            NettyConnection.Shared shared) {
        Use<NettyConnection> statements = (wire, key, closed, whenDone, whenFailed) -> {
            Consumer<ServerProbe.Known> whenKnown = known -> {
                boolean encrypted = wire.channel().pipeline().get(SslHandler.class) != null;
                Mono<Void> cancel = cancelRequests.request(settings, address, key, encrypted ? tls : null);
                new SilenceDetector(wire, nodes.probe(settings, address, tls));
                whenDone.accept(new NettyConnection(
                        wire, known.server(), known.roundsFloats(), settings, shared, cancel, closed));
            };
            new ServerProbe(wire, key, whenKnown, whenFailed).start();
        };
        return connect(settings, address, credentials, tls, statements);
    }

    /** Opens a connection for another use. */
    <T> Mono<T> connect(
            ConnectionSettings settings,
            SocketAddress address,
            Credentials credentials,
            @Nullable SslContext tls,
            Use<T> use) {
        return versions.connect(
                settings,
                version -> Mono.create(
                        sink -> new Attempt<>(settings, address, credentials, version, tls, use, sink).start()));
    }

    private final class Attempt<T> {

        private final ConnectionSettings settings;
        private final SocketAddress address;
        private final Credentials credentials;
        private final ProtocolVersion version;
        private final @Nullable SslContext tls;
        private final Use<T> use;
        private final MonoSink<T> sink;
        private final AtomicBoolean finished = new AtomicBoolean();
        private final Sinks.Empty<Void> closed = Sinks.empty();
        private volatile @Nullable ChannelFuture connecting;
        private volatile boolean cancelled;

        Attempt(
                ConnectionSettings settings,
                SocketAddress address,
                Credentials credentials,
                ProtocolVersion version,
                @Nullable SslContext tls,
                Use<T> use,
                MonoSink<T> sink) {
            this.settings = settings;
            this.address = address;
            this.credentials = credentials;
            this.version = version;
            this.tls = tls;
            this.use = use;
            this.sink = sink;
        }

        void start() {
            sink.onCancel(() -> {
                cancelled = true;
                close();
            });
            ChannelFuture begun = bootstrap(loops, address, (int) Math.min(
                            Integer.MAX_VALUE, settings.connectTimeout().toMillis()))
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect();
            connecting = begun;
            if (cancelled) {
                close();
            }
            begun.addListener(done -> {
                if (done.isSuccess()) {
                    connected(begun.channel());
                } else {
                    failed(done.cause());
                }
            });
        }

        private void close() {
            ChannelFuture begun = connecting;
            if (begun != null) {
                Connector.close(begun);
            }
        }

        private void connected(Channel open) {
            SslContext context = tls;
            if (context == null || settings.tls().mode() == TlsSettings.Mode.DISABLE) {
                logIn(open);
            } else {
                open.pipeline().addLast(new TlsUpgrade(settings, context, () -> logIn(open), this::failed));
            }
        }

        private void logIn(Channel open) {
            Wire wire = new Wire(open, new NoticeLog(settings.node()), () -> {
                failed(new java.io.IOException("closed by the other side"));
                closed.tryEmitEmpty();
            });
            open.pipeline().addLast(wire);
            new Login(wire, settings, credentials, version, key -> begin(wire, key), this::failed).start();
            if (!open.isActive()) {
                failed(new java.io.IOException("closed by the other side"));
            }
        }

        private void begin(Wire wire, BackendKey key) {
            use.begin(wire, key, closed.asMono(), result -> done(wire, result), this::failed);
        }

        private void done(Wire wire, T result) {
            if (finished.compareAndSet(false, true)) {
                sink.success(result);
            }
            if (cancelled) {
                wire.terminate();
            }
        }

        private void failed(Throwable why) {
            if (finished.compareAndSet(false, true)) {
                close();
                if (!cancelled && why instanceof ProtocolVersions.Refused) {
                    sink.error(why);
                } else if (!cancelled) {
                    ServerError answer = why instanceof Refused refused ? refused.error() : null;
                    sink.error(ConnectErrors.of(why, answer, false, settings, credentials));
                }
            }
        }
    }
}
