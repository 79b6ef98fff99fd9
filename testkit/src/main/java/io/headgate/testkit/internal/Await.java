package io.headgate.testkit.internal;

import io.headgate.testkit.ClusterException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Polls for a condition of a server that sends no notification. */
public final class Await {
    /** How long any single operation may take before it counts as failed; a loaded build machine is slow. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long POLL_MILLIS = 10;

    private Await() {}

    /**
     * Waits until a condition holds.
     *
     * @param limit how long at most
     * @param condition asked about every 10 ms
     * @return whether the condition came to hold in time
     */
    public static boolean holds(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ClusterException("Interrupted while waiting for a server", e);
            }
        }
        return true;
    }

    /**
     * Waits until a condition holds, for {@link #PATIENCE} at most.
     *
     * @param condition asked about every 10 ms
     * @param failure the message when it does not come to hold
     */
    public static void until(BooleanSupplier condition, Supplier<String> failure) {
        if (!holds(PATIENCE, condition)) {
            throw new ClusterException(failure.get() + " (waited " + PATIENCE.toSeconds() + " s)");
        }
    }
}
