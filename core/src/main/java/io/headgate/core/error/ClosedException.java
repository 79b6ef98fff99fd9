package io.headgate.core.error;

/** The client has been closed, or is closing. Whether anything of the work took effect is in {@link #outcome()}. */
public final class ClosedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    /** For work of which nothing was sent. */
    public ClosedException(String what) {
        this(what, Outcome.NOT_EXECUTED);
    }

    /** @param outcome {@link Outcome#UNKNOWN} for work that was under way when it was cut off */
    public ClosedException(String what, Outcome outcome) {
        super(
                outcome == Outcome.NOT_EXECUTED
                        ? what + " is closed; nothing was sent"
                        : what + " was closed under the work; whether it took effect is unknown",
                null,
                outcome,
                false);
    }
}
