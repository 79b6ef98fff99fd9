package io.headgate.pool;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import java.time.Duration;

/**
 * No connection became free within the acquire time-out. Nothing was sent. Carries the pool's state at that moment.
 *
 * <p>It has no stack trace: it is made on a timer's thread, where a trace would show the timer only.
 */
public final class AcquireTimeoutException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final PoolState state;

    public AcquireTimeoutException(String node, Duration waited, PoolState state) {
        super(
                "no connection to " + node + " became free within " + waited.toMillis() + " ms: " + state,
                null,
                Outcome.NOT_EXECUTED,
                true,
                false);
        this.state = state;
    }

    /** The pool when it happened. */
    public PoolState state() {
        return state;
    }
}
