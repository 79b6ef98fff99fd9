package io.headgate.routing;

import java.time.Duration;

/**
 * Keeps reads from a node that failed several times in a row, for a while: its probes may be answered though its calls are not. The time
 * doubles as long as it goes on failing. Safe for use by many threads.
 *
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier">Envoy, Outlier detection</a>
 */
final class Ejection {

    /** One failure may be a connection that was closed by chance; three in a row are not. */
    static final int FAILURES = 3;

    /** As long as the pool waits before it connects again. */
    static final Duration FIRST = Duration.ofSeconds(1);

    static final Duration LONGEST = Duration.ofSeconds(30);

    private static final int MOST_DOUBLINGS = 5;

    /** Failures in a row. Changed under the lock. */
    private volatile int failures;

    private int ejections;
    private volatile boolean ejected;
    private volatile long until;

    /** A call failed, and the node is at fault. */
    synchronized void failed(long now) {
        if (isEjected(now)) {
            // calls that were sent before
            return;
        }
        int inARow = failures + 1;
        failures = inARow % FAILURES;
        if (inARow < FAILURES) {
            return;
        }
        long nanos = FIRST.toNanos() << Math.min(ejections, MOST_DOUBLINGS);
        ejections++;
        until = now + Math.min(nanos, LONGEST.toNanos());
        ejected = true;
    }

    /** A call was answered. */
    void succeeded() {
        if (ejected || failures > 0) {
            clear();
        }
    }

    private synchronized void clear() {
        failures = 0;
        ejections = 0;
        ejected = false;
    }

    boolean isEjected(long now) {
        return ejected && until - now > 0;
    }
}
