package io.headgate.client;

import io.headgate.client.r2dbc.ConnectionDefaults;
import io.headgate.client.r2dbc.HeadgateConnectionFactory;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.reactive.CaughtSignals;
import io.headgate.pool.NodePool;
import io.headgate.pool.PoolState;
import io.headgate.pool.PoolStatistics;
import io.headgate.pool.SessionConnections;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
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
public final class Headgate implements SqlExecutor {

    private static final Logger logger = LoggerFactory.getLogger(Headgate.class);

    /** For the driver's threads, when connections have taken all of the shutdown time-out or that is zero. */
    private static final Duration LEAST_CLOSING = Duration.ofSeconds(1);

    private final NodePool pool;
    private final SqlExecutor outermost;
    private final @Nullable SessionConnections sessions;
    private final SqlDriver driver;
    private final CallerLoops callers;
    private final boolean ownsDriver;
    private final Duration shutdownTimeout;

    /**
     * @param outermost the layers, which end in the pool
     * @param sessions null when no session node is set
     */
    Headgate(
            NodePool pool,
            SqlExecutor outermost,
            @Nullable SessionConnections sessions,
            SqlDriver driver,
            boolean ownsDriver,
            Duration shutdownTimeout) {
        this.pool = pool;
        this.outermost = outermost;
        this.sessions = sessions;
        this.driver = driver;
        this.callers = new CallerLoops(driver::callerLoop);
        this.ownsDriver = ownsDriver;
        this.shutdownTimeout = shutdownTimeout;
    }

    /** Settings and defaults. */
    public static HeadgateBuilder builder() {
        return new HeadgateBuilder();
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return callers.bring(outermost.execute(statement));
    }

    @Override
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        return callers.bring(outermost.atomically(statements));
    }

    /** As {@link SqlExecutor#atomically(List)}. */
    public Mono<List<SqlResult>> atomically(SqlStatement... statements) {
        return atomically(List.of(statements));
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return callers.bring(outermost.stream(query));
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return callers.bring(outermost.inTransaction(options, work));
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
     * Opens a connection straight to PostgreSQL, runs work on it and closes it: for what needs a session and is refused
     * elsewhere, such as advisory locks of the session, {@code SET} and temporary tables. The statements pass no guard.
     *
     * <p>Nothing is opened before a subscription; each opens a connection of its own. The work starts on its event loop. The
     * end is signalled after the connection was closed. Cancelling closes it, which stops what runs on the server, rolls back
     * an open transaction and lets go of what the session held. When the connection is lost the result fails at once, also
     * while the work waits for something else, so that work under a lock does not go on without it.
     *
     * <p>Take a single value by {@code singleOrEmpty()}. Notifications come by {@link SqlSession#listen}.
     *
     * @param work gets the session, which is valid until the publisher it returns has ended
     * @return what the work emits; {@link ConfigurationException} when no session node is set or a pooler stands before it,
     *     {@link io.headgate.pool.SessionLimitException} when as many are in use as
     *     {@link HeadgateBuilder#maxSessionConnections} allows
     */
    public <T> Flux<T> sessionConnection(Function<? super SqlSession, ? extends Publisher<T>> work) {
        SessionConnections configured = sessions;
        if (configured == null) {
            return Flux.error(() -> new ConfigurationException("no session node is set; say where PostgreSQL itself is,"
                    + " without a pooler: .sessionNode(\"postgresql://user:password@host:5432/database\")"));
        }
        return callers.bring(configured.use(work));
    }

    /**
     * Loads data in bulk by {@code COPY ... FROM STDIN}, on a connection of its own: all of it or none. Lazy; cancelling
     * undoes it. Needs a driver that can, which are those over Netty and over R2DBC
     * ({@link HeadgateBuilder#driver}).
     *
     * @param copySql the {@code COPY} statement; it takes no parameters
     * @param data the data in the statement's format, cut anywhere, asked for as the server takes it; its error is the
     *     copy's error
     * @return the number of rows; {@link ConfigurationException} when the driver cannot copy
     */
    public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        return callers.bring(pool.copyIn(copySql, data));
    }

    /**
     * Unloads data in bulk by {@code COPY ... TO STDOUT}, on a connection of its own. Lazy; cancelling stops it. Without demand
     * the server waits, and the connection with it. Needs a driver that can, which is the one over Netty
     * ({@link HeadgateBuilder#driver}).
     *
     * @param copySql the {@code COPY} statement; it takes no parameters
     * @return the data in the statement's format, cut between rows, in buffers of the subscriber's own; {@link
     *     ConfigurationException} when the driver cannot copy
     */
    public Flux<ByteBuffer> copyOut(String copySql) {
        return callers.bring(pool.copyOut(copySql));
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
