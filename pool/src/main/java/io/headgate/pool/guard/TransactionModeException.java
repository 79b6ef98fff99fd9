package io.headgate.pool.guard;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.sql.TransactionModeViolation;

/**
 * A statement would have left state in the session of a pooled connection. The caller's next transaction would not find that
 * state, and another client would. Nothing was sent.
 */
public final class TransactionModeException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final TransactionModeViolation violation;
    private final String sql;

    public TransactionModeException(TransactionModeViolation violation, String sql) {
        super(
                "not sent: " + violation.message()
                        + (violation.alternative().contains("sessionConnection")
                                ? ""
                                : "; or run it on a connection of its own, with sessionConnection")
                        + ": " + sql,
                null,
                Outcome.NOT_EXECUTED,
                false);
        this.violation = violation;
        this.sql = sql;
    }

    /** The violated rule, its place in the text, and the alternative; the first violation if there are several. */
    public TransactionModeViolation violation() {
        return violation;
    }

    /** The text of the statement. */
    public String sql() {
        return sql;
    }
}
