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
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Reactive access to PostgreSQL for a service: one instance a database, made at start-up, used by every thread, closed at
 * shutdown.
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
 * <p>Building connects to nothing; the first statement does. Results are delivered on an event loop, so work that blocks has
 * to leave it ({@code publishOn}): on the loop of the caller, when it subscribes on one, such as a web server's that handles
 * a request (a loop of Netty's; a shaded Netty is not known), else on one of the driver. The work of a transaction runs on
 * its connection's loop; what it emits, and the end, come to the caller's.
 *
 * <p>Cancelling is always safe: the connection comes to rest and goes on to the next caller. Every error is a
 * {@link io.headgate.core.error.HeadgateException}.
 */
public final class Headgate extends ForwardingExecutor {

    private static final Logger logger = LoggerFactory.getLogger(Headgate.class);

    /** For the driver's threads, when connections have taken all of the shutdown time-out or that is zero. */
    private static final Duration LEAST_CLOSING = Duration.ofSeconds(1);

    private final NodePool pool;
    private final @Nullable SessionConnections sessions;
    private final SqlDriver driver;
    private final boolean ownsDriver;
    private final Duration shutdownTimeout;

    /**
     * @param layers what calls pass, down to the pool
     * @param sessions null when no session node is set
     */
    Headgate(
            SqlExecutor layers,
            NodePool pool,
            @Nullable SessionConnections sessions,
            SqlDriver driver,
            boolean ownsDriver,
            Duration shutdownTimeout) {
        super(layers);
        this.pool = pool;
        this.sessions = sessions;
        this.driver = driver;
        this.ownsDriver = ownsDriver;
        this.shutdownTimeout = shutdownTimeout;
    }

    /** Settings and defaults. */
    public static HeadgateBuilder builder() {
        return new HeadgateBuilder();
    }

    /** As {@link SqlExecutor#atomically(List)}. */
    public Mono<List<SqlResult>> atomically(SqlStatement... statements) {
        return atomically(List.of(statements));
    }

    /**
     * Runs work that gives one value at most in a transaction of default options. The value is emitted after the commit.
     *
     * <p>For several values or other options, use {@link #inTransaction(TransactionOptions, Function)}; there, take a single
     * value by {@code singleOrEmpty()} and not by {@code next()}, which cancels, and so rolls back, at the first value.
     */
    public <T> Mono<T> inTransaction(Function<? super SqlTransaction, ? extends Mono<T>> work) {
        return CaughtSignals.heard(
                this.<T>inTransaction(TransactionOptions.defaults(), work).singleOrEmpty());
    }

    /**
     * This client as R2DBC has it, for Spring Data R2DBC, jOOQ and whatever else speaks R2DBC. Closing the factory leaves the
     * client open.
     */
    public HeadgateConnectionFactory connectionFactory() {
        return connectionFactory(ConnectionDefaults.NONE);
    }

    /** This client as R2DBC has it, whose connections begin with settings of their own. */
    public HeadgateConnectionFactory connectionFactory(ConnectionDefaults defaults) {
        return new HeadgateConnectionFactory(this, defaults, Mono.empty());
    }

    /** The pool as it was a moment ago. */
    public PoolState poolState() {
        return pool.state();
    }

    /** What the pool has done since the client was built. */
    public PoolStatistics poolStatistics() {
        return pool.statistics();
    }

    /**
     * Opens the connections that are to be kept open, so that the first requests need not wait for them. Completes when they
     * are open or could not be; what could not be opened is tried again when it is needed.
     */
    public Mono<Void> warmUp() {
        return CaughtSignals.heard(pool.warmUp());
    }

    /**
     * Refuses new work, lets what runs end, closes all connections and ends the driver's threads, all within the shutdown
     * time-out, or a second more if the driver's threads need it: what runs has its connections closed a second before,
     * and its callers are told so at once ({@link io.headgate.core.error.ClosedException}). What does not close then, such as a driver whose
     * threads are blocked, goes on closing unwatched. Idempotent: a second subscription completes when the first does.
     */
    public Mono<Void> close() {
        Mono<Void> sessionsClosed = sessions == null ? Mono.empty() : sessions.close(shutdownTimeout);
        Mono<Void> unwatched =
                Mono.fromRunnable(() -> logger.warn("{} did not close within {}", this, shutdownTimeout));
        return CaughtSignals.heard(Mono.when(pool.close(shutdownTimeout), sessionsClosed)
                .then(Mono.defer(() -> ownsDriver ? driver.close() : Mono.empty()))
                // a time-out must not cancel it, or the driver's threads would never end
                .cache()
                .timeout(shutdownTimeout.plus(LEAST_CLOSING), unwatched));
    }

    @Override
    public String toString() {
        return "Headgate[" + pool + "]";
    }
}
