package io.headgate.driver.vertx;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.driver.support.ConnectAttempt;
import io.headgate.core.driver.support.StatementRevisions;
import io.headgate.core.error.ClosedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * The driver over the Vert.x PG Client, by its public API alone. Connections are assigned to event loops round robin, whichever thread
 * opens them. Statements of one connection wait for each other. {@code docs/drivers.md} lists the other differences from the Netty driver.
 */
public final class VertxDriver implements SqlDriver {

    static {
        // block() fails at once on an event loop, as on Reactor's own threads: it would wait for an answer that this
        // loop must deliver
        Schedulers.registerNonBlockingThreadPredicate(
                thread -> thread == Thread.currentThread() && Context.isOnEventLoopThread());
    }

    /** Threads that resolve host names, the only blocking work. */
    private static final int WORKERS = 4;

    private final Vertx vertx;
    private final EventLoops loops;
    private final boolean ownsVertx;
    private final HostAddresses addresses;
    private final VertxConnection.Shared shared;
    private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    VertxDriver(Vertx vertx, boolean ownsVertx, DataAccessListener listener, HostAddresses.Lookup lookup) {
        this.vertx = vertx;
        this.loops = new EventLoops(vertx, Runtime.getRuntime().availableProcessors());
        this.ownsVertx = ownsVertx;
        this.addresses = new HostAddresses(vertx, lookup);
        this.shared = new VertxConnection.Shared(
                new StatementRevisions(InstantSource.system()), new CancelRequest(vertx), Listeners.guarded(listener));
    }

    /**
     * Creates a driver with its own event loops, one for each core, and four threads for host names. All are daemons. {@link #close} ends
     * them.
     *
     * @param listener receives the events of statements
     */
    public static VertxDriver create(DataAccessListener listener) {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setWorkerPoolSize(WORKERS)
                .setUseDaemonThread(true);
        return new VertxDriver(Vertx.vertx(options), true, listener, InetAddress::getAllByName);
    }

    /** Creates a driver on the event loops of the application's Vert.x. {@link #close} leaves them open. */
    public static VertxDriver over(Vertx vertx, DataAccessListener listener) {
        return new VertxDriver(vertx, false, listener, InetAddress::getAllByName);
    }

    @Override
    public String name() {
        return "vertx";
    }

    Vertx vertx() {
        return vertx;
    }

    @Override
    public Mono<DriverConnection> connect(ConnectionSettings settings) {
        return ConnectAttempt.of(settings, credentials -> {
            settings.refuseNettyOnlySettings(name());
            return addresses
                    .of(settings)
                    .flatMap(found -> ConnectAttempt.each(
                            found,
                            settings.connectTimeout(),
                            settings,
                            address -> loops.next()
                                    .flatMap(loop -> Mono.create(sink -> loop.runOnContext(
                                            ready -> open(settings, address, credentials, loop, sink))))));
        });
    }

    private void open(
            ConnectionSettings settings,
            SocketAddress address,
            Credentials credentials,
            Context loop,
            MonoSink<DriverConnection> sink) {
        if (closed.get()) {
            sink.error(new ClosedException("the driver"));
            return;
        }
        SingleConnection socket;
        try {
            socket = new SingleConnection(vertx, settings, address, credentials);
        } catch (Throwable unusable) {
            // such as a root certificate that cannot be read
            sink.error(unusable);
            return;
        }
        Delivery delivery = new Delivery(sink, socket);
        socket.open()
                .compose(connection -> {
                    Exchange exchange = new Exchange(loop, connection, socket, settings.node());
                    exchanges.add(exchange);
                    delivery.loggedIn(exchange);
                    exchange.closed().subscribe(nothing -> {}, error -> {}, () -> exchanges.remove(exchange));
                    return ServerProbe.probe(exchange)
                            .map(server -> new VertxConnection(exchange, address, server, settings, shared));
                })
                .onComplete(
                        delivery::connected,
                        error -> delivery.failed(VertxErrors.ofConnect(error, settings, credentials)));
    }

    @Override
    public @Nullable Executor callerLoop() {
        EventExecutor loop = ThreadExecutorMap.currentExecutor();
        return loop == null || loops.isOnLoop() ? null : loop;
    }

    @Override
    public boolean pipelines() {
        return false;
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            if (!closed.compareAndSet(false, true)) {
                return Mono.empty();
            }
            exchanges.forEach(each -> each.onLoop(each::end));
            Mono<Void> ended = ownsVertx
                    ? Mono.create(sink -> vertx.close().onComplete(nothing -> sink.success(), sink::error))
                    : loops.close();
            return shared.cancelRequest().close().then(ended);
        });
    }

    /**
     * Delivers a connection, or closes its socket after cancellation. Cancellation sets the flag, then closes what has arrived. Each
     * arrival is stored, then reads the flag.
     */
    private static final class Delivery {

        private final MonoSink<DriverConnection> sink;
        private volatile Runnable close;
        private volatile boolean cancelled;

        Delivery(MonoSink<DriverConnection> sink, SingleConnection socket) {
            this.sink = sink;
            this.close = socket::close;
            sink.onCancel(() -> {
                cancelled = true;
                close.run();
            });
        }

        void loggedIn(Exchange exchange) {
            close = () -> exchange.onLoop(exchange::end);
            if (cancelled) {
                close.run();
            }
        }

        void connected(VertxConnection arrived) {
            if (cancelled) {
                close.run();
            } else {
                sink.success(arrived);
            }
        }

        void failed(Throwable error) {
            close.run();
            // Reactor would log an error after cancellation
            if (!cancelled) {
                sink.error(error);
            }
        }
    }
}
