package io.headgate.driver.netty;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.driver.TlsSettings;
import io.headgate.core.driver.support.ConnectAttempt;
import io.headgate.core.driver.support.ConnectErrors;
import io.headgate.core.driver.support.StatementRevisions;
import io.headgate.core.error.ClosedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The driver that implements the PostgreSQL protocol itself. */
public final class NettyDriver implements SqlDriver {

    private final EventLoops loops;
    private final CancelRequests cancelRequests;
    private final Connector connector;
    private final DataAccessListener listener;
    private final StatementRevisions texts = new StatementRevisions(InstantSource.system());
    private final Map<String, NettyConnection.Shared> databases = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private NettyDriver(EventLoops loops, DataAccessListener listener) {
        this.loops = loops;
        this.cancelRequests = new CancelRequests(loops);
        this.connector = new Connector(loops, cancelRequests);
        this.listener = Listeners.guarded(listener);
    }

    /**
     * Creates a driver on the event loops on which Reactor Netty serves HTTP ({@code HttpResources}), if {@code reactor-netty-http} is on
     * the class path. A WebFlux service then spends less on each request, because many answers arrive on the loop of their request.
     * {@link #close} leaves these loops open. When they end before the driver, as Spring ends them with an application, their connections
     * are lost, and later connections use the driver's own loops. Without Reactor Netty this is {@link #withOwnLoops}.
     *
     * @param listener receives the events of statements
     */
    public static NettyDriver create(DataAccessListener listener) {
        return new NettyDriver(new EventLoops(Transport.best(), ReactorLoops::find), listener);
    }

    /**
     * Creates a driver with its own event loops: one for each core, on daemon threads. {@link #close} ends them. Work that keeps an HTTP
     * server's loops busy does not delay it.
     *
     * @param listener receives the events of statements
     */
    public static NettyDriver withOwnLoops(DataAccessListener listener) {
        return new NettyDriver(new EventLoops(Transport.best()), listener);
    }

    @Override
    public String name() {
        return "netty";
    }

    private record Target(
            List<? extends SocketAddress> addresses,
            @Nullable SslContext tls) {}

    @Override
    public Mono<DriverConnection> connect(ConnectionSettings settings) {
        return open(
                settings,
                (address, credentials, tls) -> connector
                        .connect(settings, address, credentials, tls, shared(settings))
                        .cast(DriverConnection.class));
    }

    /** Opens a connection to an address. */
    interface Opener<T> {
        Mono<T> open(SocketAddress address, Credentials credentials, @Nullable SslContext tls);
    }

    Connector connector() {
        return connector;
    }

    /** Tries the addresses of a host until one can be reached. */
    <T> Mono<T> open(ConnectionSettings settings, Opener<T> opener) {
        return ConnectAttempt.of(
                settings,
                credentials -> Mono.fromCallable(() -> target(settings))
                        .subscribeOn(Schedulers.boundedElastic())
                        .flatMap(target -> ConnectAttempt.each(
                                target.addresses(),
                                settings.connectTimeout(),
                                settings,
                                address -> closed.get()
                                        ? Mono.error(new ClosedException("the driver"))
                                        : opener.open(address, credentials, target.tls()))));
    }

    /** Resolves host names and reads certificates. May block. */
    private Target target(ConnectionSettings settings) {
        if (settings.isUnixSocket()) {
            return new Target(List.of(loops.unixSocket(settings.node().name())), null);
        }
        List<InetSocketAddress> addresses = new ArrayList<>();
        try {
            for (InetAddress each : InetAddress.getAllByName(settings.host())) {
                addresses.add(new InetSocketAddress(each, settings.port()));
            }
        } catch (UnknownHostException unknown) {
            throw ConnectErrors.unknownHost(settings, unknown);
        }
        boolean encrypted = settings.tls().mode() != TlsSettings.Mode.DISABLE;
        return new Target(addresses, encrypted ? Tls.context(settings.tls()) : null);
    }

    private NettyConnection.Shared shared(ConnectionSettings settings) {
        return databases.computeIfAbsent(
                settings.node() + "/" + settings.database(),
                database -> new NettyConnection.Shared(texts, new KnownStatements(), listener));
    }

    @Override
    public @Nullable Executor callerLoop() {
        EventExecutor loop = ThreadExecutorMap.currentExecutor();
        return loop instanceof EventLoop callers && !loops.isOwn(callers) ? callers : null;
    }

    @Override
    public boolean pipelines() {
        return true;
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(
                () -> closed.compareAndSet(false, true) ? cancelRequests.close().then(loops.close()) : Mono.empty());
    }
}
