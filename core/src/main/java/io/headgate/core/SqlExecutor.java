package io.headgate.core;

import io.headgate.core.error.ConfigurationException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs SQL and returns results. Every layer of Headgate implements this interface and wraps the next one. {@link
 * StatementRunner} describes laziness, threads and cancellation.
 */
public interface SqlExecutor extends StatementRunner {

    /**
     * Runs {@code work} in a transaction: commits when its publisher completes, rolls back when it fails or is cancelled.
     *
     * <p>Values are passed on before the commit, completion is signalled after it. A caller that needs the commit must wait
     * for completion.
     *
     * @param options isolation and access of the transaction
     * @param work receives the transaction, which is valid until the publisher that the work returns has ended
     * @return the values of the work; an error if the work or the commit failed, with the outcome
     */
    <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work);

    /**
     * Runs statements that do not need one another's results as one transaction of PostgreSQL's default isolation: all take effect or
     * none. If all of them read or change rows, the Netty driver needs one round trip, once their texts are known. {@link #inTransaction}
     * needs one per statement and one for the commit, and holds row locks all that time. Other statements ({@code CREATE TEMP TABLE},
     * {@code LOCK}, {@code SET LOCAL}, ...), other drivers and sessions run this as {@link #inTransaction}.
     *
     * <p>Statements run in the order given. Each sees the changes of those before it. The first failure ends the transaction: its error
     * is reported and nothing took effect. Statements that may commit by themselves ({@code CALL}, {@code DO}, {@code VACUUM}, ...) are
     * refused, except in a session.
     *
     * <p>If one result is too large to be held ({@code max_result_rows}), the statements may have taken effect: see the error's outcome.
     *
     * @param statements any number, batches included; all results are held in memory until the end, each up to its limit
     * @return a result for each statement in their order, after the commit; or an error with the outcome of all
     */
    default Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        List<SqlStatement> all = List.copyOf(statements);
        return inTransaction(
                        TransactionOptions.defaults(),
                        transaction -> Flux.fromIterable(all).concatMap(transaction::execute))
                .collectList();
    }

    /**
     * Loads data in bulk with {@code COPY ... FROM STDIN} in a transaction of its own: all of it or none. Lazy; cancelling undoes the
     * copy. Needs the Netty or the R2DBC driver.
     *
     * @param copySql the {@code COPY} statement; it takes no parameters
     * @param data the data in the statement's format, split anywhere, requested at the server's speed; its error is the copy's error
     * @return the number of rows; {@link ConfigurationException} if the driver or this executor cannot copy
     */
    default Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        return Mono.error(() -> new ConfigurationException(this + " cannot copy data in"));
    }

    /**
     * Unloads data in bulk with {@code COPY ... TO STDOUT} on a connection of its own. Lazy; cancelling stops the copy. Without demand
     * the server waits and the connection stays in use. Needs the Netty driver.
     *
     * @param copySql the {@code COPY} statement; it takes no parameters
     * @return the data in the statement's format, split between rows, in buffers that the subscriber owns; {@link
     *     ConfigurationException} if the driver or this executor cannot copy
     */
    default Flux<ByteBuffer> copyOut(String copySql) {
        return Flux.error(() -> new ConfigurationException(this + " cannot copy data out"));
    }

    /**
     * Opens a connection straight to PostgreSQL, runs work on it and closes it. For statements that need a session and are refused
     * elsewhere: session advisory locks, {@code SET}, temporary tables. The guard does not check these statements.
     *
     * <p>Each subscription opens its own connection; nothing is opened earlier. The work starts on the connection's event loop. The
     * end is signalled after the connection was closed. Cancelling closes the connection: that stops the running statement, rolls back
     * an open transaction and releases the session's locks. If the connection is lost, the result fails at once, even while the work
     * waits for something else. So work under a lock does not continue without the lock.
     *
     * <p>Use {@code singleOrEmpty()} for a single value and {@link SqlSession#listen} for notifications.
     *
     * @param work receives the session, which is valid until the publisher that the work returns has ended
     * @return the values of the work; {@link ConfigurationException} if no session node is set, if the node is a pooler, or if this is
     *     already a session; {@code SessionLimitException} if {@code HeadgateBuilder.maxSessionConnections} are in use
     */
    default <T> Flux<T> sessionConnection(Function<? super SqlSession, ? extends Publisher<T>> work) {
        return Flux.error(() -> new ConfigurationException(this + " opens no session connection"));
    }
}
