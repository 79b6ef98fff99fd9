package io.headgate.core;

import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An open transaction: its statements run on one connection, in the order of subscription.
 *
 * <p>Valid only inside the function that received it; afterwards every method fails with
 * {@link io.headgate.core.error.TransactionEndedException}. As PostgreSQL requires, a statement that fails aborts the
 * transaction. Work that must continue after an error runs the statement in a {@link #savepoint}.
 */
public interface SqlTransaction extends StatementRunner {

    /** The options that the transaction began with. */
    TransactionOptions options();

    /**
     * Runs {@code work} in a savepoint. When the work's publisher completes, the savepoint is released. When it fails, the transaction
     * is rolled back to the savepoint and the error is passed on; a caller that resumes continues in the surrounding transaction.
     * Cancelling rolls back to the savepoint before the transaction's next statement, unless the savepoint was already being released.
     * Savepoints nest; two at the same level must not run at the same time.
     */
    <T> Flux<T> savepoint(Function<? super SqlTransaction, ? extends Publisher<T>> work);

    /**
     * Sets a savepoint by name, for interfaces with named savepoints, such as R2DBC. Prefer {@link #savepoint}, which always releases
     * its savepoint. If a name is set again, the new savepoint hides the earlier one.
     *
     * @param name any name; it is quoted, so its case counts
     */
    Mono<Void> createSavepoint(String name);

    /** Releases a savepoint and those set after it; the changes since stay. An unknown name aborts the transaction. */
    Mono<Void> releaseSavepoint(String name);

    /** Undoes the changes since a savepoint was set; the savepoint stays. An unknown name aborts the transaction. */
    Mono<Void> rollbackToSavepoint(String name);
}
