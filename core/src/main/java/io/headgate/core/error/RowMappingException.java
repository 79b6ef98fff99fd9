package io.headgate.core.error;

import org.jspecify.annotations.Nullable;

/** A row does not have what was asked of it: a column that is missing, NULL for a primitive, a value of another type. */
public final class RowMappingException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public RowMappingException(String message) {
        this(message, null);
    }

    public RowMappingException(String message, @Nullable Throwable cause) {
        super(message, cause, Outcome.EXECUTED, false);
    }
}
