package io.headgate.core.error;

/**
 * A result exceeds the limit for results held in memory. Rows past the limit are dropped on arrival, and the statement fails after
 * the server has sent the last row; the connection stays usable. The outcome is {@link Outcome#NOT_EXECUTED} for a proven read, else
 * {@link Outcome#UNKNOWN}: the server may fail after the rows that it has sent, and a transaction whose work catches the error may
 * commit. If the transaction fails with this error, it is rolled back: {@link Outcome#NOT_EXECUTED}.
 */
public final class ResultLimitException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final boolean inTransaction;

    /**
     * @param rows the limit of rows
     * @param bytes the limit of bytes
     */
    public ResultLimitException(String statement, int rows, long bytes, Outcome outcome, boolean inTransaction) {
        super(
                "the result has more than " + rows + " rows (max_result_rows) or " + bytes
                        + " bytes (max_result_bytes);"
                        + " read it with stream(), add a LIMIT, or raise the limit in the node's URL: " + statement,
                null,
                outcome,
                false);
        this.inTransaction = inTransaction;
    }

    private ResultLimitException(String message) {
        super(message, null, Outcome.NOT_EXECUTED, false);
        this.inTransaction = false;
    }

    @Override
    public HeadgateException afterRollback() {
        return inTransaction ? inPlaceOfThis(new ResultLimitException(String.valueOf(getMessage()))) : this;
    }
}
