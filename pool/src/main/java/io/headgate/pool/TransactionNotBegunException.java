package io.headgate.pool;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;

/**
 * BEGIN failed, but the statement that had travelled with it did not: it ran by itself, and took effect if it writes. The
 * rest of the transaction did not run.
 */
public final class TransactionNotBegunException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    TransactionNotBegunException(Throwable cause) {
        super(
                "the transaction could not begin, and its first statement, which was sent with BEGIN, ran by itself: "
                        + cause.getMessage(),
                cause,
                Outcome.EXECUTED,
                false);
    }
}
