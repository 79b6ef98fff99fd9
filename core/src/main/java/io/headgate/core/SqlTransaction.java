package io.headgate.core;

import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An open transaction: its statements run on one connection, in the order of subscription.
 *
 * <p>Valid only inside the function that received it; afterwards every method fails with
 * {@link io.headgate.core.error.TransactionEndedException}. A statement that fails aborts the transaction, as
 * PostgreSQL has it: work that wants to go on after an error has to run the statement in a {@link #savepoint}.
 */
public interface SqlTransaction extends StatementRunner {

    /** What the transaction was begun with. */
    TransactionOptions options();

    /**
     * Runs {@code work} in a savepoint: released when its publisher completes, rolled back to when it fails. The error
     * is passed on; a caller that resumes from it goes on in the surrounding transaction. Cancelling rolls back to it too, before
     * what the transaction sends next, unless the work had completed and the savepoint was being released. Savepoints nest; two at
     * the same level must not run at the same time.
     */
    <T> Flux<T> savepoint(Function<? super SqlTransaction, ? extends Publisher<T>> work);

    /**
     * Sets a savepoint by name, for interfaces that name them, such as R2DBC; what fits in a function is better off with
     * {@link #savepoint}, which never forgets its end. A name may be set again, and then hides the earlier one.
     *
     * @param name any name; it is quoted, so its case counts
     */
    Mono<Void> createSavepoint(String name);

    /** Forgets a savepoint and those set after it; what was done since stays. An unknown name aborts the transaction. */
    Mono<Void> releaseSavepoint(String name);

    /** Undoes what was done since a savepoint was set, which stays. An unknown name aborts the transaction. */
    Mono<Void> rollbackToSavepoint(String name);
}
