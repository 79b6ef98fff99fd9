package io.headgate.core.error;

import org.jspecify.annotations.Nullable;

/**
 * A row does not have what was asked of it: a column that is missing, NULL for a primitive, a value of another type.
 *
 * <p>From a query's own mapping the outcome is {@link Outcome#EXECUTED} outside a transaction. In one it is {@link
 * Outcome#NOT_EXECUTED} of a proven read, else {@link Outcome#UNKNOWN} while the work may catch it and go on to the COMMIT, and
 * {@link Outcome#NOT_EXECUTED} when it has rolled the transaction back. A row that is read by hand does not know what became of
 * its transaction: {@link Outcome#UNKNOWN}.
 */
public final class RowMappingException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final boolean inTransaction;

    public RowMappingException(String message) {
        this(message, null);
    }

    public RowMappingException(String message, @Nullable Throwable cause) {
        this(message, cause, Outcome.UNKNOWN);
    }

    public RowMappingException(String message, @Nullable Throwable cause, Outcome outcome) {
        this(message, cause, outcome, false);
    }

    private RowMappingException(String message, @Nullable Throwable cause, Outcome outcome, boolean inTransaction) {
        super(message, cause, outcome, false);
        this.inTransaction = inTransaction;
    }

    /** The error of reading a column, of which this one says what is wrong with its value. */
    public RowMappingException inColumn(String name) {
        return new RowMappingException("column \"" + name + "\": " + getMessage(), this);
    }

    /**
     * The same error, from where more is known of the statement's effect.
     *
     * @param inTransaction whether a rollback undoes the statement
     */
    public RowMappingException withOutcome(Outcome known, boolean inTransaction) {
        return inPlaceOfThis(new RowMappingException(String.valueOf(getMessage()), getCause(), known, inTransaction));
    }

    @Override
    public HeadgateException afterRollback() {
        return inTransaction ? withOutcome(Outcome.NOT_EXECUTED, false) : this;
    }
}
