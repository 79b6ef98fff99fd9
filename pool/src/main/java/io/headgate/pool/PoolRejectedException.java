package io.headgate.pool;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;


/** The queue for connections was full. Nothing was sent. Carries the pool's state at that moment. */
public final class PoolRejectedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final PoolState state;

    public PoolRejectedException(String node, PoolState state) {
        super("the queue for a connection to " + node + " is full: " + state, null, Outcome.NOT_EXECUTED, true);
        this.state = state;
    }

    /** The pool when it happened. */
    public PoolState state() {
        return state;
    }
}
