package io.headgate.core.error;

/** A statement's parameters are wrong: their number, their type, or the size of a value. Nothing was sent. */
public final class ParameterException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public ParameterException(String message) {
        super(message, null, Outcome.NOT_EXECUTED, false);
    }
}
