package io.headgate.core.error;

import org.jspecify.annotations.Nullable;

/** A statement's parameters are wrong: their number, their type, or the size of a value. Nothing was sent. */
public final class ParameterException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public ParameterException(String message) {
        this(message, null);
    }

    public ParameterException(String message, @Nullable Throwable cause) {
        super(message, cause, Outcome.NOT_EXECUTED, false);
    }
}
