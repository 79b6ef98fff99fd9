package io.headgate.core.error;

/** The client has been closed, or is closing. Nothing was sent. */
public final class ClosedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public ClosedException(String what) {
        super(what + " is closed; nothing was sent", null, Outcome.NOT_EXECUTED, false);
    }
}
