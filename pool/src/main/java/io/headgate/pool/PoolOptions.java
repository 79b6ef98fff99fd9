package io.headgate.pool;

import java.time.Duration;

/**
 * How a node's pool is sized and how long it waits. Times are over zero and at most a day.
 *
 * @param maxConnections most connections open at once; default 16: a hundred connections of a database, shared by five
 *     instances with a margin of a fifth
 * @param maxWaiting most callers that wait for a connection; one more is refused at once. Default 1,000: at 16 connections
 *     and 1 ms a statement the last of them waits 60 ms
 * @param acquireTimeout longest wait for a connection; default 5 s, far below PgBouncer's query_wait_timeout of 120 s
 * @param cancelGrace how long a cancelled statement may go on before the server is asked to stop it; default 50 ms: most
 *     statements end sooner by themselves, and a cancel request costs a connection
 * @param settleLimit how long a connection may take to come to rest before it is closed; default 5 s
 */
public record PoolOptions(
        int maxConnections, int maxWaiting, Duration acquireTimeout, Duration cancelGrace, Duration settleLimit) {

    /** Timers count nanoseconds in 63 bits, 292 years; a day leaves room and is for ever to a caller that waits. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final PoolOptions DEFAULTS =
            new PoolOptions(16, 1_000, Duration.ofSeconds(5), Duration.ofMillis(50), Duration.ofSeconds(5));

    public PoolOptions {
        if (maxConnections < 1) {
            throw new IllegalArgumentException("maxConnections is " + maxConnections + "; it must be at least 1");
        }
        if (maxWaiting < 0) {
            throw new IllegalArgumentException("maxWaiting is " + maxWaiting + "; it must be 0 or more");
        }
        requirePositive("acquireTimeout", acquireTimeout);
        requirePositive("cancelGrace", cancelGrace);
        requirePositive("settleLimit", settleLimit);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be positive");
        }
        if (value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be at most " + LONGEST);
        }
    }

    /** The defaults. */
    public static PoolOptions defaults() {
        return DEFAULTS;
    }

    /** These options with another {@link #maxConnections}. */
    public PoolOptions maxConnections(int connections) {
        return new PoolOptions(connections, maxWaiting, acquireTimeout, cancelGrace, settleLimit);
    }

    /** These options with another {@link #maxWaiting}. */
    public PoolOptions maxWaiting(int callers) {
        return new PoolOptions(maxConnections, callers, acquireTimeout, cancelGrace, settleLimit);
    }

    /** These options with another {@link #acquireTimeout}. */
    public PoolOptions acquireTimeout(Duration timeout) {
        return new PoolOptions(maxConnections, maxWaiting, timeout, cancelGrace, settleLimit);
    }

    /** These options with another {@link #cancelGrace}. */
    public PoolOptions cancelGrace(Duration grace) {
        return new PoolOptions(maxConnections, maxWaiting, acquireTimeout, grace, settleLimit);
    }
}
