package io.headgate.pool;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.topology.Node;

/**
 * A lease was held for longer than allowed, and the pool took it away. Its transaction is rolled back, unless its commit was
 * already under way.
 */
public final class LeaseReclaimedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public LeaseReclaimedException(Node node, String report) {
        super("a lease of " + node + " was taken away: " + report, null, Outcome.UNKNOWN, false);
    }
}
