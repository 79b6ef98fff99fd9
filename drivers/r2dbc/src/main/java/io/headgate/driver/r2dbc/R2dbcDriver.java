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
 * The driver over R2DBC PostgreSQL. Connections come from an R2DBC Pool, one for each node, which bounds how many there are
 * at once. It keeps none that is idle: a connection that is closed here is closed, as the pool above it means it.
 *
 * <p>Against the Netty driver: statements of one connection wait for each other, nothing is pipelined; columns arrive as text;
 * and there is {@code COPY ... FROM STDIN}, see {@link io.headgate.core.driver.CopyConnection}. Event loops are the driver's
 * own, one a core, on daemon threads; {@link #close} ends them.
 */
public final class R2dbcDriver implements SqlDriver {

    /** Default of the most connections to a node, the same as the client's own pool has. */
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
        // not colocated: a pool that refills itself from an event loop would gather on that one
        this.loops = LoopResources.create("headgate-r2dbc", 1, threads, true, false);
        this.shared =
                new R2dbcConnection.Shared(new StatementRevisions(InstantSource.system()), Listeners.guarded(listener));
    }

    /** A driver with at most {@value #DEFAULT_MAX_CONNECTIONS} connections to a node. */
    public static R2dbcDriver create(DataAccessListener listener) {
        return create(listener, DEFAULT_MAX_CONNECTIONS);
    }

    /**
     * A driver with an R2DBC Pool of a given size.
     *
     * @param listener told of statements
     * @param maxConnections most connections to a node, at least 1; no less than the client's own pool may open, or its
     *     callers wait here, where nobody sees them
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
            settings.refuseWhatNettyAloneHas(name());
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
