package io.headgate.core;

import io.headgate.core.error.ConfigurationException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes SQL and gives results: the one interface that every layer of Headgate implements and wraps. What it promises of
 * laziness, threads and cancellation is said at {@link StatementRunner}.
 */
public interface SqlExecutor extends StatementRunner {

    /**
     * Runs {@code work} in a transaction: commits when its publisher completes, rolls back when it fails or is cancelled.
     *
     * <p>Completion is signalled after the commit. Values are passed on before it, so a caller that acts on values must
     * wait for completion if the commit matters to it.
     *
     * @param options isolation and access of the transaction
     * @param work gets the transaction, which is valid until the publisher it returns has ended
     * @return what the work emits; an error when the work or the commit failed, carrying whether it took effect
     */
    <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work);

    /**
     * Runs statements that do not need one another's results as one transaction of PostgreSQL's default isolation: all take effect or
     * none. Where all of them read or change rows that is one round trip on the Netty driver, once their texts are known; {@link
     * #inTransaction} needs one for each statement and another for the commit, and holds its rows locked all that time. Otherwise, such
     * as with {@code CREATE TEMP TABLE}, {@code LOCK} or {@code SET LOCAL} among them, on another driver and in a session, it is such a
     * transaction.
     *
     * <p>Statements run in the order given, each sees what those before it did. The first that fails ends it: its error is the one
     * that is reported, and nothing took effect. What may commit by itself ({@code CALL}, {@code DO}, {@code VACUUM}, ...) is refused, but in a
     * session.
     *
     * <p>Where a result is too large to be held ({@code max_result_rows}), the others may have taken effect: the error's outcome tells.
     *
     * @param statements any number, batches among them; every result is held in memory until all have ended, each up to its bound
     * @return a result for each statement in their order, after the commit; an error that carries whether all took effect
     */
    default Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        List<SqlStatement> all = List.copyOf(statements);
        return inTransaction(
                        TransactionOptions.defaults(),
                        transaction -> Flux.fromIterable(all).concatMap(transaction::execute))
                .collectList();
    }

    /**
     * Loads data in bulk by {@code COPY ... FROM STDIN}, on a connection of its own: all of it or none. Lazy; cancelling undoes it. Needs a driver that can, which
     * are those over Netty and over R2DBC.
     *
     * @param copySql the {@code COPY} statement; it takes no parameters
     * @param data the data in the statement's format, cut anywhere, asked for as the server takes it; its error is the
     *     copy's error
     * @return the number of rows; {@link ConfigurationException} when the driver, or this executor, cannot copy
     */
    default Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        return Mono.error(() -> new ConfigurationException(this + " cannot copy data in"));
    }

    /**
     * Unloads data in bulk by {@code COPY ... TO STDOUT}, on a connection of its own. Lazy; cancelling stops it. Without demand the server waits, and the
     * connection with it. Needs a driver that can, which is the one over Netty.
     *
     * @param copySql the {@code COPY} statement; it takes no parameters
     * @return the data in the statement's format, cut between rows, in buffers of the subscriber's own; {@link
     *     ConfigurationException} when the driver, or this executor, cannot copy
     */
    default Flux<ByteBuffer> copyOut(String copySql) {
        return Flux.error(() -> new ConfigurationException(this + " cannot copy data out"));
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
     * @return what the work emits; {@link ConfigurationException} when no session node is set, a pooler stands before it, or this is a
     *     session already; {@code SessionLimitException} when as many are in use as {@code HeadgateBuilder.maxSessionConnections} allows
     */
    default <T> Flux<T> sessionConnection(Function<? super SqlSession, ? extends Publisher<T>> work) {
        return Flux.error(() -> new ConfigurationException(this + " opens no session connection"));
    }
}
