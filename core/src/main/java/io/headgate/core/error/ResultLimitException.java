package io.headgate.core.error;

/**
 * A result is larger than may be held in memory as a whole. Rows past the limit are dropped as they arrive, so it fails when the
 * server has sent its last; the connection stays as it was. The outcome is {@link Outcome#NOT_EXECUTED} of a proven read, else
 * {@link Outcome#UNKNOWN}, since a server may fail after the rows it has sent, and since a transaction whose work catches the
 * error may commit. One that fails with it is rolled back: {@link Outcome#NOT_EXECUTED}.
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
