package io.headgate.pool;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.topology.Node;

/**
 * The queue for connections was full. Nothing was sent. Carries the pool's state at that moment.
 *
 * <p>It has no stack trace: under overload the pool creates it thousands of times a second, on the caller's thread. The trace
 * would show only the pool and the caller's operators.
 */
public final class PoolRejectedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final Node node;
    private final PoolState state;

    public PoolRejectedException(Node node, PoolState state) {
        super("the queue for a connection to " + node + " is full: " + state, null, Outcome.NOT_EXECUTED, true, false);
        this.node = node;
        this.state = state;
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
