package io.headgate.core.error;

import org.jspecify.annotations.Nullable;

/**
 * A row does not have what was asked of it: a column that is missing, NULL for a primitive, a value of another type.
 *
 * <p>From a query's own mapping the outcome is {@link Outcome#EXECUTED} outside a transaction and {@link Outcome#NOT_EXECUTED} in
 * one, which the error rolls back unless it is caught. A row that is read by hand does not know what became of its
 * transaction: {@link Outcome#UNKNOWN}.
 */
public final class RowMappingException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public RowMappingException(String message) {
        this(message, null);
    }

    public RowMappingException(String message, @Nullable Throwable cause) {
        this(message, cause, Outcome.UNKNOWN);
    }

    public RowMappingException(String message, @Nullable Throwable cause, Outcome outcome) {
        super(message, cause, outcome, false);
    }

    /** The same error, from where more is known of the statement's effect. */
    public RowMappingException withOutcome(Outcome known) {
        RowMappingException same = new RowMappingException(String.valueOf(getMessage()), getCause(), known);
        same.setStackTrace(getStackTrace());
        for (Throwable suppressed : getSuppressed()) {
            same.addSuppressed(suppressed);
        }
        return same;
    }
}
