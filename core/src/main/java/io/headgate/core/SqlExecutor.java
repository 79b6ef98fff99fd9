package io.headgate.core;

import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

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
}
