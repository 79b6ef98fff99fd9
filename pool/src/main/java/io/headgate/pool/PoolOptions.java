package io.headgate.pool;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * How a node's pool is sized and how long it waits. Made by {@link #builder()}; its setters document the meaning, the default
 * and its reason. Times are over zero, unless documented otherwise, and at most a day.
 *
 * @param maxConnections most connections open at once, lanes and leases together
 * @param lanes how many of them are lanes, shared by statements in their own transaction; 0 for none
 * @param laneDepth most statements under way on one lane
 * @param minIdle leases kept open for the next borrowers
 * @param maxWaiting most callers that wait for a lease, and as many again for a place on a lane
 * @param acquireTimeout longest wait for either
 * @param slowAfter server time from which on a statement is slow and does not use the lanes
 * @param cancelGrace how long a cancelled statement may go on before the server is asked to stop it
 * @param resetTimeout longest time for a reset; after it the connection is closed
 * @param idleTimeout how long a connection beyond {@code minIdle} stays open unused
 * @param maxLifetime how old a connection gets, give or take a tenth
 * @param validateAfter how long a connection may be unused before it is validated first
 * @param leakThreshold how long a lease may be held before it is reported; zero: never
 * @param reclaimAfter how long a lease may be held before it is taken away; zero: never
 */
public record PoolOptions(
        int maxConnections,
        int lanes,
        int laneDepth,
        int minIdle,
        int maxWaiting,
        Duration acquireTimeout,
        Duration slowAfter,
        Duration cancelGrace,
        Duration resetTimeout,
        Duration idleTimeout,
        Duration maxLifetime,
        Duration validateAfter,
        Duration leakThreshold,
        Duration reclaimAfter) {

    /** Timers count nanoseconds in 63 bits, which is 292 years. A day is far below that, and longer than any caller waits. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final int MOST_DEPTH = 1_024;

    /** Checks each value and all together. */
    public PoolOptions {
        atLeast(1, "maxConnections", maxConnections);
        atLeast(0, "lanes", lanes);
        atLeast(1, "laneDepth", laneDepth);
        if (laneDepth > MOST_DEPTH) {
            throw new IllegalArgumentException("laneDepth is " + laneDepth + "; it must be at most " + MOST_DEPTH
                    + ": a statement waits for all that are before it on its lane");
        }
        atLeast(0, "minIdle", minIdle);
        atLeast(0, "maxWaiting", maxWaiting);
        positive("acquireTimeout", acquireTimeout);
        positive("slowAfter", slowAfter);
        positive("cancelGrace", cancelGrace);
        positive("resetTimeout", resetTimeout);
        positive("idleTimeout", idleTimeout);
        positive("maxLifetime", maxLifetime);
        positive("validateAfter", validateAfter);
        notNegative("leakThreshold", leakThreshold);
        notNegative("reclaimAfter", reclaimAfter);
        if (lanes >= maxConnections && lanes > 0) {
            throw new IllegalArgumentException("lanes is " + lanes + " and maxConnections is " + maxConnections
                    + "; at least one connection must be left for transactions: lower lanes or raise maxConnections");
        }
        if (minIdle > maxConnections - lanes) {
            throw new IllegalArgumentException("minIdle is " + minIdle + " but only " + (maxConnections - lanes)
                    + " of " + maxConnections + " connections are leases; lower minIdle");
        }
    }

    public static int atLeast(int least, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be at least " + least);
        }
        return value;
    }

    static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be positive");
        }
        return notNegative(name, value);
    }

    static Duration notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " is " + value + "; it must not be negative");
        }
        if (value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be at most " + LONGEST);
        }
        return value;
    }

    /** The defaults. */
    public static PoolOptions defaults() {
        return builder().build();
    }

    /** Defaults to change. */
    public static PoolOptionsBuilder builder() {
        return new PoolOptionsBuilder();
    }

    /** These options, changed. */
    public PoolOptions with(UnaryOperator<PoolOptionsBuilder> change) {
        return change.apply(new PoolOptionsBuilder(this)).build();
    }

    /** Most connections that are leases. */
    public int maxLeases() {
        return maxConnections - lanes;
    }
}
