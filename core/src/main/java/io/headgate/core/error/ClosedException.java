package io.headgate.core.error;

/** The client has been closed, or is closing. Whether anything of the work took effect is in {@link #outcome()}. */
public final class ClosedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    /** For work of which nothing was sent. */
    public ClosedException(String what) {
        super(what + " is closed; nothing was sent", null, Outcome.NOT_EXECUTED, false);
    }

    /**
     * For work that was under way when it was cut off.
     *
     * @param outcome {@link Outcome#NOT_EXECUTED} where it is known that none of it took effect, else {@link Outcome#UNKNOWN}
     */
    public ClosedException(String what, Outcome outcome) {
        super(
                what + " was closed under the work"
                        + (outcome == Outcome.NOT_EXECUTED
                                ? ", which took no effect"
                                : "; whether it took effect is unknown"),
                null,
                outcome,
                false);
    }
}
