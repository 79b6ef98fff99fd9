package io.headgate.core.error;

import org.jspecify.annotations.Nullable;

/**
 * A row cannot be read as requested: a missing column, NULL for a primitive, a value of another type.
 *
 * <p>If a query's own mapping fails, the outcome is {@link Outcome#NOT_EXECUTED} for a proven read, and for a stream outside a transaction,
 * which the error rolls back. For other statements it is {@link Outcome#EXECUTED} outside a transaction. In one it is {@link
 * Outcome#UNKNOWN} while the work may catch the error and commit, and {@link Outcome#NOT_EXECUTED} after the rollback. If the caller reads
 * the row itself, the state of the transaction is not known there: {@link Outcome#UNKNOWN}.
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

    /** This error with the column's name before its message; this error is the cause. */
    public RowMappingException inColumn(String name) {
        return new RowMappingException("column \"" + name + "\": " + getMessage(), this);
    }

    /**
     * The same error with another outcome, for a caller that knows more about the statement's effect.
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
