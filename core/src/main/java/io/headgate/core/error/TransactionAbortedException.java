package io.headgate.core.error;

import org.jspecify.annotations.Nullable;

/**
 * A transaction could not commit because one of its statements had failed and the work had ignored the error. The whole
 * transaction was rolled back.
 */
public final class TransactionAbortedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public TransactionAbortedException(@Nullable Throwable firstFailure) {
        super(
                "the transaction was rolled back, not committed: a statement in it failed and the error was swallowed; let the "
                        + "error through, or run such a statement in a savepoint",
                firstFailure,
                Outcome.NOT_EXECUTED,
                false);
    }
}
