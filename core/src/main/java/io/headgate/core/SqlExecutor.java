package io.headgate.core;

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
}
