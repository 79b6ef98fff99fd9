package io.headgate.core.driver.support;

import io.headgate.core.SqlStatement;
import io.headgate.core.driver.ResultLimit;
import io.headgate.core.error.Effect;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ResultLimitException;

/** Counts the rows and bytes of a result that is held in memory as a whole. Confined to the connection's event loop. */
public class ResultSize {

    private final ResultLimit limit;
    private int rows;
    private long bytes;

    public ResultSize(ResultLimit limit) {
        this.limit = limit;
    }

    /** Counts a row. Returns false for the first row over the limit and for all later ones. */
    public final boolean add(long rowBytes) {
        if (isExceeded()) {
            return false;
        }
        rows++;
        bytes += rowBytes;
        return !isExceeded();
    }

    /** Whether a row of this size still fits. Does not count it. */
    public final boolean takes(long rowBytes) {
        return rows < limit.rows() && bytes + rowBytes <= limit.bytes();
    }

    /** Starts to count the next result. */
    public final void reset() {
        rows = 0;
        bytes = 0;
    }

    /** Whether the result exceeds the limit. */
    public final boolean isExceeded() {
        return rows > limit.rows() || bytes > limit.bytes();
    }

    /** The error for a statement whose result is too large. */
    public final ResultLimitException error(SqlStatement statement, boolean inTransaction) {
        boolean provenRead = statement.facts().effect() == Effect.NONE;
        Outcome outcome = provenRead ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN;
        return new ResultLimitException(statement.toString(), limit.rows(), limit.bytes(), outcome, inTransaction);
    }

    /** The error for one of several statements that took effect together. */
    public final ResultLimitException error(SqlStatement statement, Outcome ofAll) {
        return new ResultLimitException(statement.toString(), limit.rows(), limit.bytes(), ofAll, false);
    }
}
