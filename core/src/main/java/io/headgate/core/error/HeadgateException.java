package io.headgate.core.error;

import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/**
 * The base class of all errors that Headgate reports. It says whether the same work may succeed later ({@link #isTransient()}) and
 * whether the work took effect ({@link #outcome()}).
 *
 * <p>Messages contain no passwords and no bound values. The server's own message is passed on unchanged.
 */
public abstract class HeadgateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Outcome outcome;
    private final boolean transientError;

    protected HeadgateException(String message, @Nullable Throwable cause, Outcome outcome, boolean transientError) {
        this(message, cause, outcome, transientError, true);
    }

    /**
     * @param stackTrace whether to fill in the stack trace, which costs some microseconds. The pool creates overload errors for
     *     thousands of callers per second, and their message is sufficient
     */
    protected HeadgateException(
            String message, @Nullable Throwable cause, Outcome outcome, boolean transientError, boolean stackTrace) {
        super(message, cause, true, stackTrace);
        this.outcome = outcome;
        this.transientError = transientError;
    }

    /** Whether the failed work took effect, as far as it is known. */
    public Outcome outcome() {
        return outcome;
    }

    /** The node on which the error occurred, or null if it belongs to no node. */
    public @Nullable Node node() {
        return null;
    }

    /**
     * The error after its transaction or savepoint was rolled back. If its outcome depended on the COMMIT, the result has {@link
     * Outcome#NOT_EXECUTED}. Otherwise this error itself is returned.
     */
    public HeadgateException afterRollback() {
        return this;
    }

    /** Gives a copy with another outcome the stack trace and the suppressed errors of this one. */
    final <E extends HeadgateException> E inPlaceOfThis(E copy) {
        copy.setStackTrace(getStackTrace());
        for (Throwable suppressed : getSuppressed()) {
            copy.addSuppressed(suppressed);
        }
        return copy;
    }

    /** Whether the same work may succeed later without any change: overload, conflict, a server that is restarting. */
    public boolean isTransient() {
        return transientError;
    }

    /** Whether the work may be repeated without being applied twice: the error is transient and nothing was executed. */
    public boolean isSafeToRetry() {
        return transientError && outcome == Outcome.NOT_EXECUTED;
    }
}
