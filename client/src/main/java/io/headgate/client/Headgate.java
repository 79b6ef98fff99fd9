package io.headgate.client;

import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.SqlDriver;
import io.headgate.pool.NodePool;
import io.headgate.pool.PoolState;
import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
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
 * <p>Building connects to nothing; the first statement does. Results are delivered on event loops of the driver, so work
 * that blocks has to leave them ({@code publishOn}). Cancelling is always safe: the connection comes to rest and goes on to
 * the next caller. Every error is a {@link io.headgate.core.error.HeadgateException}.
 */
public final class Headgate implements SqlExecutor {

    private final NodePool pool;
    private final SqlDriver driver;
    private final boolean ownsDriver;
    private final Duration shutdownTimeout;

    Headgate(NodePool pool, SqlDriver driver, boolean ownsDriver, Duration shutdownTimeout) {
        this.pool = pool;
        this.driver = driver;
        this.ownsDriver = ownsDriver;
        this.shutdownTimeout = shutdownTimeout;
    }

    /** Settings and defaults. */
    public static HeadgateBuilder builder() {
        return new HeadgateBuilder();
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return pool.execute(statement);
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return pool.stream(query);
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return pool.inTransaction(options, work);
    }

    /**
     * Runs work that gives one value at most in a transaction of default options. The value is emitted after the commit.
     *
     * <p>For several values or other options, use {@link #inTransaction(TransactionOptions, Function)}; there, take a single
     * value by {@code singleOrEmpty()} and not by {@code next()}, which cancels, and so rolls back, at the first value.
     */
    public <T> Mono<T> inTransaction(Function<? super SqlTransaction, ? extends Mono<T>> work) {
        return pool.<T>inTransaction(TransactionOptions.defaults(), work).singleOrEmpty();
    }

    /** The pool as it was a moment ago. */
    public PoolState poolState() {
        return pool.state();
    }

    /**
     * Refuses new work, lets what runs end within the shutdown time-out, closes all connections and ends the driver's
     * threads. Idempotent: a second subscription completes when the first does.
     */
    public Mono<Void> close() {
        return pool.close(shutdownTimeout).then(Mono.defer(() -> ownsDriver ? driver.close() : Mono.empty()));
    }
}
