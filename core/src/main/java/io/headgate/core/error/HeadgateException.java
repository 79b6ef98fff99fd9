package io.headgate.core.error;

import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/**
 * The base of every error that Headgate reports. It answers the two questions a caller has: may it pass by itself
 * ({@link #isTransient()}), and did the work take effect ({@link #outcome()}).
 *
 * <p>Messages hold no passwords and no values that were bound. What a server says in its own message is passed on.
 */
public abstract class HeadgateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Outcome outcome;
    private final boolean transientError;

    protected HeadgateException(String message, @Nullable Throwable cause, Outcome outcome, boolean transientError) {
        this(message, cause, outcome, transientError, true);
    }

    /**
     * @param stackTrace whether the stack is noted. It costs some microseconds; an error that tells of overload is made for
     *     thousands of callers a second, by the pool alone, and its message says all there is
     */
    protected HeadgateException(
            String message, @Nullable Throwable cause, Outcome outcome, boolean transientError, boolean stackTrace) {
        super(message, cause, true, stackTrace);
        this.outcome = outcome;
        this.transientError = transientError;
    }

    /** What is known of the effect of the work that failed. */
    public Outcome outcome() {
        return outcome;
    }

    /** The node on which it arose, or null when it belongs to none. */
    public @Nullable Node node() {
        return null;
    }

    /**
     * The error as it is when the transaction in which it arose, or the savepoint, was rolled back: one whose outcome hung on the
     * COMMIT is {@link Outcome#NOT_EXECUTED} then. Others are what they were.
     */
    public HeadgateException afterRollback() {
        return this;
    }

    /** Makes a copy of another outcome come from where this one came from. */
    final <E extends HeadgateException> E inPlaceOfThis(E copy) {
        copy.setStackTrace(getStackTrace());
        for (Throwable suppressed : getSuppressed()) {
            copy.addSuppressed(suppressed);
        }
        return copy;
    }

    /** Whether the same work may succeed later with nothing changed: overload, conflict, a server that is restarting. */
    public boolean isTransient() {
        return transientError;
    }

    /** Whether the work may be repeated without applying it twice: the error is transient and nothing was executed. */
    public boolean isSafeToRetry() {
        return transientError && outcome == Outcome.NOT_EXECUTED;
    }
}
