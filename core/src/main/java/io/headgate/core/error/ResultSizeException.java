package io.headgate.core.error;

/** A query returned more rows than the one that was expected. Its outcome follows the rules of {@link RowMappingException}. */
public final class ResultSizeException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final boolean inTransaction;

    /** @param inTransaction whether a rollback undoes the statement */
    public ResultSizeException(String statement, int rows, Outcome outcome, boolean inTransaction) {
        super(
                "expected one row at most and got " + rows + " from: " + statement
                        + "; use all() or first(), or narrow the WHERE",
                null,
                outcome,
                false);
        this.inTransaction = inTransaction;
    }

    private ResultSizeException(String message) {
        super(message, null, Outcome.NOT_EXECUTED, false);
        this.inTransaction = false;
    }

    @Override
    public HeadgateException afterRollback() {
        return inTransaction ? inPlaceOfThis(new ResultSizeException(String.valueOf(getMessage()))) : this;
    }
}
