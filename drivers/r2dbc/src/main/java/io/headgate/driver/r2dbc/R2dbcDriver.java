package io.headgate.driver.r2dbc;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.driver.support.StatementRevisions;
import io.headgate.core.error.ClosedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.headgate.core.topology.Node;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The driver over R2DBC PostgreSQL. Connections come from an R2DBC Pool, one for each {@link ConnectionSettings}, which bounds their
 * number. It keeps no idle connections: Headgate's pool decides when a connection is closed.
 *
 * <p>Differences from the Netty driver: statements of one connection wait for each other, without pipelining; columns arrive as text; the
 * only COPY is {@code COPY ... FROM STDIN}, see {@link io.headgate.core.driver.CopyConnection}. The driver has its own event loops, one
 * for each core, on daemon threads; {@link #close} ends them.
 */
public final class R2dbcDriver implements SqlDriver {

    /** Default limit of connections for each {@link ConnectionSettings}; equal to the default of the client's pool. */
    public static final int DEFAULT_MAX_CONNECTIONS = 16;

    private static final Duration LOOP_SHUTDOWN = Duration.ofSeconds(2);

    private final int maxConnections;
    private final LoopResources loops;
    private final R2dbcConnection.Shared shared;
    private final Map<ConnectionSettings, BoundedConnections> nodes = new ConcurrentHashMap<>();
    private final Map<Node, Instant> unnamedUntil = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private R2dbcDriver(DataAccessListener listener, int maxConnections) {
        this.maxConnections = maxConnections;
        int threads = Runtime.getRuntime().availableProcessors();
        // not colocated: otherwise a pool that opens connections from an event loop would put all of them on that loop
        this.loops = LoopResources.create("headgate-r2dbc", 1, threads, true, false);
        this.shared =
                new R2dbcConnection.Shared(new StatementRevisions(InstantSource.system()), Listeners.guarded(listener));
    }

    /** Creates a driver with at most {@value #DEFAULT_MAX_CONNECTIONS} connections for each {@link ConnectionSettings}. */
    public static R2dbcDriver create(DataAccessListener listener) {
        return create(listener, DEFAULT_MAX_CONNECTIONS);
    }

    /**
     * Creates a driver with an R2DBC Pool of the given size.
     *
     * @param listener receives the events of statements
     * @param maxConnections most connections for each {@link ConnectionSettings}, at least 1. Use no less than the client's
     *     maxConnections: otherwise its callers also wait here, where the client's metrics do not show it
     */
    public static R2dbcDriver create(DataAccessListener listener, int maxConnections) {
        if (maxConnections < 1) {
            throw new IllegalArgumentException(
                    "maxConnections is " + maxConnections + "; it must be at least 1 connection");
        }
        return new R2dbcDriver(listener, maxConnections);
    }

    @Override
    public String name() {
        return "r2dbc";
    }

    @Override
    public boolean pipelines() {
        return false;
    }

    @Override
    public @Nullable Executor callerLoop() {
        EventExecutor loop = ThreadExecutorMap.currentExecutor();
        return loop == null || loop.parent() == loops.onClient(LoopResources.DEFAULT_NATIVE) ? null : loop;
    }

    @Override
    public Mono<DriverConnection> connect(ConnectionSettings settings) {
        return Mono.create(sink -> {
            if (closed.get()) {
                sink.error(new ClosedException("the driver"));
                return;
            }
            settings.refuseNettyOnlySettings(name());
            nodes.computeIfAbsent(settings, node -> new BoundedConnections(node, maxConnections, loops, unnamedUntil))
                    .acquire(shared, sink);
        });
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> closed.compareAndSet(false, true)
                ? Flux.fromIterable(nodes.values())
                        .flatMap(BoundedConnections::close)
                        .then(loops.disposeLater(Duration.ZERO, LOOP_SHUTDOWN))
                : Mono.empty());
    }
}
