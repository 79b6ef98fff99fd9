package io.headgate.pool.guard;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;

/**
 * A text would have begun, ended or divided a transaction without the knowledge of the pool, which owns the connection. Nothing
 * was sent.
 */
public final class TransactionControlException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final String sql;

    public TransactionControlException(String command, String sql) {
        super(
                "not sent: " + command + " as a statement would begin or end a transaction without the pool's "
                        + "knowledge, and later statements might run outside of it; use inTransaction (in R2DBC,"
                        + " beginTransaction and commitTransaction), which commits when its"
                        + " work completes and rolls back when it fails, and savepoint within it: " + sql,
                null,
                Outcome.NOT_EXECUTED,
                false);
        this.sql = sql;
    }

    /** The text of the statement. */
    public String sql() {
        return sql;
    }
}
