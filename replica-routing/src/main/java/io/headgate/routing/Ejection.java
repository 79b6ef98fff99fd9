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

    /** For so long it gets fewer reads than others when it comes back: its caches are cold, and it may fail again. */
    static final Duration SLOW_START = Duration.ofSeconds(10);

    /** At first it counts as so many times as busy as it is. */
    private static final double COLD = 10;

    private static final int MOST_DOUBLINGS = 5;

    /** Failures in a row. Changed under the lock. */
    private volatile int failures;

    private volatile int ejections;
    private volatile boolean ejected;
    private volatile long until;

    /** It was ejected, and gets fewer reads for a while. */
    private volatile boolean returns;

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
        returns = true;
    }

    /** A call was answered. While it is ejected that is one which was sent before. */
    void succeeded(long now) {
        if ((failures > 0 || ejections > 0) && !isEjected(now)) {
            clear();
        }
    }

    /** How much busier it counts than it is: 1, and more after an ejection. */
    double slowStart(long now) {
        long back = now - until;
        if (!returns || back < 0) {
            return 1;
        }
        if (back > SLOW_START.toNanos()) {
            returns = false;
            return 1;
        }
        return 1 + (COLD - 1) * (1 - (double) back / SLOW_START.toNanos());
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
