package io.headgate.client;

import io.headgate.client.r2dbc.ConnectionDefaults;
import io.headgate.client.r2dbc.HeadgateConnectionFactory;
import io.headgate.core.ForwardingExecutor;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.reactive.CaughtSignals;
import io.headgate.pool.NodePool;
import io.headgate.pool.PoolState;
import io.headgate.pool.PoolStatistics;
import io.headgate.pool.session.SessionConnections;
import io.headgate.routing.Routing;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Reactive access to PostgreSQL for a service: one instance for each database, created at start-up, used by all threads, closed
 * at shutdown.
 *
 * <pre>{@code
 * Headgate db = Headgate.builder()
 *     .node("postgresql://app:secret@127.0.0.1:6432/music")
 *     .build();
 *
 * Mono<Track> track = db.sql("SELECT id, title FROM track WHERE id = $1").bind(42L).as(Track.class).one();
 * Mono<Long> id = db.inTransaction(tx ->
 *     tx.sql("INSERT INTO track(title) VALUES ($1) RETURNING id").bind("So What").map(r -> r.require(0, Long.class)).one());
 * }</pre>
 *
 * <p>Building opens no connection; the first statement does. Results are delivered on an event loop, so blocking work must
 * leave it ({@code publishOn}). That is the caller's loop if it subscribes on one, such as a web server's loop that handles a
 * request (Netty's loops only, without shaded copies), else a loop of the driver. The work of a transaction runs on its
 * connection's loop; its values and its end are delivered on the caller's loop.
 *
 * <p>Cancelling is always safe: the connection is reset and then serves the next caller. Every error of work is a {@link
 * io.headgate.core.error.HeadgateException}, unless code of the caller threw it. A setting out of its range is an
 * IllegalArgumentException of the builder, a parameter that is null a NullPointerException that names it.
 */
public final class Headgate extends ForwardingExecutor {

    private static final Logger logger = LoggerFactory.getLogger(Headgate.class);

    /** Time for the driver's threads to end, if the connections used up the shutdown time-out or it is zero. */
    private static final Duration LEAST_CLOSING = Duration.ofSeconds(1);

    private final List<NodePool> pools;
    private final @Nullable ReplicaSet replicas;
    private final @Nullable SessionConnections sessions;
    private final SqlDriver driver;
    private final boolean ownsDriver;
    private final Duration shutdownTimeout;

    /** One for all calls of {@link #close}: a second subscription must not complete before the first. */
    private final Mono<Void> closing;

    /**
     * @param layers the layers of each call, down to the pool
     * @param pools one for each node
     * @param replicas null for a single node
     * @param sessions null when no session node is set
     */
    Headgate(
            SqlExecutor layers,
            List<NodePool> pools,
            @Nullable ReplicaSet replicas,
            @Nullable SessionConnections sessions,
            SqlDriver driver,
            boolean ownsDriver,
            Duration shutdownTimeout) {
        super(layers);
        this.pools = List.copyOf(pools);
        this.replicas = replicas;
        this.sessions = sessions;
        this.driver = driver;
        this.ownsDriver = ownsDriver;
        this.shutdownTimeout = shutdownTimeout;
        this.closing = closing();
    }

    /** A builder with the default settings. */
    public static HeadgateBuilder builder() {
        return new HeadgateBuilder();
    }

    /** As {@link SqlExecutor#atomically(List)}. */
    public Mono<List<SqlResult>> atomically(SqlStatement... statements) {
        for (int i = 0; i < statements.length; i++) {
            Objects.requireNonNull(statements[i], "statement " + (i + 1) + " of " + statements.length + " is null");
        }
        return atomically(List.of(statements));
    }

    /**
     * Runs work that emits at most one value in a transaction of default options. The value is emitted after the commit.
     *
     * <p>For several values or other options, use {@link #inTransaction(TransactionOptions, Function)}; there, take a single
     * value by {@code singleOrEmpty()} and not by {@code next()}, which cancels, and so rolls back, at the first value.
     */
    public <T> Mono<T> inTransaction(Function<? super SqlTransaction, ? extends Mono<T>> work) {
        return CaughtSignals.reported(
                this.<T>inTransaction(TransactionOptions.defaults(), work).singleOrEmpty());
    }

    /**
     * This client as an R2DBC connection factory, for Spring Data R2DBC, jOOQ and other users of R2DBC. Closing the factory
     * leaves the client open.
     */
    public HeadgateConnectionFactory connectionFactory() {
        return connectionFactory(ConnectionDefaults.NONE);
    }

    /** As {@link #connectionFactory()}, with initial settings for its connections. */
    public HeadgateConnectionFactory connectionFactory(ConnectionDefaults defaults) {
        return new HeadgateConnectionFactory(this, defaults, Mono.empty());
    }

    /** The pool as it was a moment ago; for several nodes, the sum of their pools. */
    public PoolState poolState() {
        return pools.stream().map(NodePool::state).reduce(PoolState::and).orElseThrow();
    }

    /** The pool's counts since the client was built; for several nodes, the sums of their pools. */
    public PoolStatistics poolStatistics() {
        return pools.stream()
                .map(NodePool::statistics)
                .reduce(PoolStatistics::and)
                .orElseThrow();
    }

    /** The nodes, and where calls go. */
    public Routing routing() {
        return replicas == null ? Routing.of(pools.get(0).node()) : replicas.router();
    }

    /**
     * Opens the connections that the pool keeps open, so that the first requests need not wait for them, and begins to poll several nodes. Completes
     * when each is open or has failed to open. Failed ones are opened later, when they are needed.
     */
    public Mono<Void> warmUp() {
        return CaughtSignals.reported(Mono.defer(() -> {
            if (replicas != null) {
                replicas.router().start();
            }
            return Mono.when(pools.stream().map(NodePool::warmUp).toList());
        }));
    }

    /**
     * Refuses new work, lets running work end, closes all connections and ends the driver's threads. That takes at most the
     * shutdown time-out, plus a second if the driver's threads need it. One second before the end of the time-out the
     * connections of running work are closed, and its callers get a {@link io.headgate.core.error.ClosedException} at once. If
     * something cannot close in time, such as a driver with blocked threads, it continues to close in the background.
     * Idempotent: a second subscription completes when the first does.
     */
    public Mono<Void> close() {
        Mono<Void> unwatched =
                Mono.fromRunnable(() -> logger.warn("{} did not close within {}", this, shutdownTimeout));
        return CaughtSignals.reported(closing.timeout(shutdownTimeout.plus(LEAST_CLOSING), unwatched));
    }

    private Mono<Void> closing() {
        Mono<Void> sessionsClosed = sessions == null ? Mono.empty() : sessions.close(shutdownTimeout);
        List<Mono<Void>> poolsClosed =
                pools.stream().map(each -> each.close(shutdownTimeout)).toList();
        Mono<Void> replicasClosed = replicas == null ? Mono.empty() : replicas.close();
        return Mono.when(Mono.when(poolsClosed), sessionsClosed)
                .then(replicasClosed)
                .then(Mono.defer(() -> ownsDriver ? driver.close() : Mono.empty()))
                // a caller's time-out must not cancel it, or the driver's threads would never end
                .cache();
    }

    @Override
    public String toString() {
        return "Headgate" + pools;
    }
}
