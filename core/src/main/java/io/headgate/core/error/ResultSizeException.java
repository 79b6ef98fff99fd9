package io.headgate.core.error;

import io.headgate.core.SqlStatement;

/** A query that was to return one row at most returned more. */
public final class ResultSizeException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public ResultSizeException(SqlStatement statement, int rows) {
        super(
                "expected one row at most and got " + rows + " from: " + statement
                        + "; use all() or first(), or narrow the WHERE",
                null,
                Outcome.EXECUTED,
                false);
    }
}
