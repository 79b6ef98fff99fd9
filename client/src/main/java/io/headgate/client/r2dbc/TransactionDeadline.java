package io.headgate.client.r2dbc;

import io.headgate.client.r2dbc.ConnectionDefaults.Timeouts;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time that a transaction may take from its beginning, as Spring's {@code @Transactional(timeout)} has it. What is left
 * of it is the longest time of each next statement; when none is left, the statement is not sent. Commit and rollback are
 * not bound. Immutable.
 */
final class TransactionDeadline {

    static final TransactionDeadline NONE = new TransactionDeadline(null, () -> 0);

    private final @Nullable Duration limit;
    private final LongSupplier nanoTime;
    private final long begun;

    private TransactionDeadline(@Nullable Duration limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    /** @param limit null or zero for no end */
    static TransactionDeadline after(@Nullable Duration limit, LongSupplier nanoTime) {
        return limit == null || limit.isZero() ? NONE : new TransactionDeadline(limit, nanoTime);
    }

    boolean isSet() {
        return limit != null;
    }

    /**
     * The limits of a statement that is to be sent now.
     *
     * @throws TimeIsOverException if there is no time left
     */
    Timeouts bound(Timeouts wanted) {
        if (limit == null) {
            return wanted;
        }
        Duration left = limit.minusNanos(nanoTime.getAsLong() - begun);
        if (left.isNegative() || left.isZero()) {
            throw new TimeIsOverException(limit);
        }
        Duration statement = wanted.statement();
        boolean isShorter = statement != null && !statement.isZero() && statement.compareTo(left) < 0;
        return isShorter ? wanted : wanted.statement(left);
    }

    /** A statement came after the end of its transaction's time. */
    static final class TimeIsOverException extends HeadgateException {

        private static final long serialVersionUID = 1L;

        TimeIsOverException(Duration limit) {
            super(
                    "the transaction's time is over, " + limit.toMillis() + " ms from its beginning (a timeout such as"
                            + " @Transactional's, or LOCK_WAIT_TIMEOUT); the statement was not sent, roll back",
                    null,
                    Outcome.NOT_EXECUTED,
                    false);
        }
    }
}
