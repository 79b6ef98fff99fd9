package io.headgate.pool;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.topology.Node;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * No connection became free within the acquire time-out. Nothing was sent, unless the outcome is unknown. Carries the whole
 * pool's state at that moment. Its cause is the error of the last failed connection attempt, if no attempt has succeeded since.
 *
 * <p>It has no stack trace: it is created on a timer's thread, and the trace would show only the timer.
 */
public final class AcquireTimeoutException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final Node node;
    private final PoolState state;

    public AcquireTimeoutException(Node node, Duration waited, PoolState state, @Nullable Throwable lastConnectError) {
        super(
                "no connection to " + node + " became free within " + waited.toMillis() + " ms: " + state
                        + (lastConnectError == null
                                ? ""
                                : "; the last attempt to open one failed: " + lastConnectError),
                lastConnectError,
                Outcome.NOT_EXECUTED,
                true,
                false);
        this.node = node;
        this.state = state;
    }

    private AcquireTimeoutException(AcquireTimeoutException copy) {
        super(
                "a query waits behind another that is stuck on its connection, and may still be executed; "
                        + copy.getMessage(),
                copy.getCause(),
                Outcome.UNKNOWN,
                true,
                false);
        this.node = copy.node;
        this.state = copy.state;
    }

    /**
     * The same error for a statement that was also sent on another connection and still runs there. Its outcome is unknown, even
     * if its text only reads: a view may call a function that writes.
     */
    public AcquireTimeoutException whileUnderWay() {
        return new AcquireTimeoutException(this);
    }

    @Override
    public Node node() {
        return node;
    }

    /** The pool's state at that moment. */
    public PoolState state() {
        return state;
    }
}
