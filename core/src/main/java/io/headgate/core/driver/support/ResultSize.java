package io.headgate.core.driver.support;

import io.headgate.core.SqlStatement;
import io.headgate.core.driver.ResultLimit;
import io.headgate.core.error.Effect;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ResultLimitException;

/** Counts what has arrived of a result that is held in memory as a whole. Confined to the connection's event loop. */
public class ResultSize {

    private final ResultLimit limit;
    private int rows;
    private long bytes;

    public ResultSize(ResultLimit limit) {
        this.limit = limit;
    }

    /** Counts a row; false from the first one that is too many. */
    public final boolean add(long rowBytes) {
        if (isExceeded()) {
            return false;
        }
        rows++;
        bytes += rowBytes;
        return !isExceeded();
    }

    /** Whether a row of this size is not too many. */
    public final boolean takes(long rowBytes) {
        return rows < limit.rows() && bytes + rowBytes <= limit.bytes();
    }

    /** Begins to count the next result. */
    public final void reset() {
        rows = 0;
        bytes = 0;
    }

    /** Whether a row was too many. */
    public final boolean isExceeded() {
        return rows > limit.rows() || bytes > limit.bytes();
    }

    /** The error of a statement whose result is too large. */
    public final ResultLimitException error(SqlStatement statement, boolean inTransaction) {
        boolean harmless = statement.facts().effect() == Effect.NONE;
        Outcome outcome = harmless ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN;
        return new ResultLimitException(statement.toString(), limit.rows(), limit.bytes(), outcome, inTransaction);
    }

    /** The error of one of several statements that took effect together. */
    public final ResultLimitException error(SqlStatement statement, Outcome ofAll) {
        return new ResultLimitException(statement.toString(), limit.rows(), limit.bytes(), ofAll, false);
    }
}
