package io.headgate.core.error;

/** The client is closed or closing. {@link #outcome()} says whether the work took effect. */
public final class ClosedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    /** For work that was not sent. */
    public ClosedException(String what) {
        super(what + " is closed; nothing was sent", null, Outcome.NOT_EXECUTED, false);
    }

    /**
     * For work that was in progress.
     *
     * @param outcome {@link Outcome#NOT_EXECUTED} if it is certain that nothing took effect, else {@link Outcome#UNKNOWN}
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
