package io.headgate.pool.connection;

import io.headgate.pool.PoolOptions;
import java.time.Duration;

/** Times that follow from the options of a pool. */
public final class Patience {

    private Patience() {}

    /**
     * A bound for drivers that hang. Other drivers keep two limits themselves: one for an earlier COMMIT, one for the rest of
     * the reset.
     */
    public static Duration ofReset(PoolOptions options) {
        return options.resetTimeout()
                .multipliedBy(2)
                .plus(options.cancelGrace())
                .plusSeconds(1);
    }

    /** A quarter of the acquire time-out, in nanoseconds. Work that has lasted so long will not end in time for the waiting callers. */
    public static long ofBorrowers(PoolOptions options) {
        return options.acquireTimeout().toNanos() / 4;
    }
}
