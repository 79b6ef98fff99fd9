package io.headgate.pool.guard;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.sql.TransactionModeViolation;

/**
 * A statement would have left something in the session of a pooled connection, where the next transaction does not find it
 * and another client does. Nothing was sent.
 */
public final class TransactionModeException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final TransactionModeViolation violation;
    private final String sql;

    public TransactionModeException(TransactionModeViolation violation, String sql) {
        super(
                "not sent: " + violation.message() + "; or run it on a connection of its own, with sessionConnection: "
                        + sql,
                null,
                Outcome.NOT_EXECUTED,
                false);
        this.violation = violation;
        this.sql = sql;
    }

    /** The rule that is broken, where, and what to do instead; the first of them if the text breaks several. */
    public TransactionModeViolation violation() {
        return violation;
    }

    /** The text of the statement. */
    public String sql() {
        return sql;
    }
}
