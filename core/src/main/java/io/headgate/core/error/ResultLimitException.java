package io.headgate.core.error;

import io.headgate.core.SqlStatement;

/**
 * A result is larger than may be held in memory as a whole. Rows past the limit are dropped as they arrive, so it fails when the
 * server has sent its last; the connection stays as it was. The outcome is {@link Outcome#NOT_EXECUTED} of a proven read and in
 * a transaction, else {@link Outcome#UNKNOWN}, since a server may fail after the rows it has sent.
 */
public final class ResultLimitException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    /**
     * @param rows the limit of rows
     * @param bytes the limit of bytes
     */
    public ResultLimitException(SqlStatement statement, int rows, long bytes, Outcome outcome) {
        super(
                "the result has more than " + rows + " rows (max_result_rows) or " + bytes
                        + " bytes (max_result_bytes);"
                        + " read it with stream(), add a LIMIT, or raise the limit in the node's URL: " + statement,
                null,
                outcome,
                false);
    }
}
