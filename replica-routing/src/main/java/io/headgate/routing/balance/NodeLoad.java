package io.headgate.routing.balance;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How busy a node is: the peak of its answer times, which sinks slowly, times the calls under way. A slow answer counts at once, and is
 * forgotten within some times {@link #DECAY}. Lock-free; safe for use by many threads.
 *
 * @see <a href="https://linkerd.io/2016/03/16/beyond-round-robin-load-balancing-for-latency/">Beyond round robin, peak EWMA</a>
 */
public final class NodeLoad {

    /** The time in which a peak sinks to a third: some thousand look-ups, and shorter than a user's patience. */
    private static final Duration DECAY = Duration.ofSeconds(10);

    /** Before the first answer: that of a look-up in the same zone. */
    private static final double FIRST_NANOS = 1e6;

    /** In this time a peak sinks by a hundredth of a percent: an answer that is no new peak may wait for the next one. */
    private static final long STEP = DECAY.toNanos() / 10_000;

    private final AtomicInteger inFlight = new AtomicInteger();

    /** Two answers at the same moment may lose one of them: the figures are estimates. */
    private volatile double peakNanos = FIRST_NANOS;

    private volatile long peakAt;

    /** @param now the clock of all calls here, in nanoseconds */
    public NodeLoad(long now) {
        this.peakAt = now;
    }

    /** A call was sent. */
    public void started() {
        inFlight.incrementAndGet();
    }

    /** A call has ended without an answer that says something of the node, as after a cancellation. */
    public void ended() {
        inFlight.decrementAndGet();
    }

    /** A call was answered. */
    public void answered(double nanos, long now) {
        inFlight.decrementAndGet();
        if (nanos <= peakNanos && now - peakAt < STEP) {
            return;
        }
        double kept = kept(now);
        peakNanos = Math.max(nanos, peakNanos * kept + nanos * (1 - kept));
        peakAt = now;
    }

    /** The expected wait for one more call, in nanoseconds; for comparison only. */
    public double cost(long now) {
        // without answers it becomes that of a node that is not known: one that was slow is tried again
        double expected = FIRST_NANOS + (peakNanos - FIRST_NANOS) * kept(now);
        return Math.max(1, expected) * (inFlight.get() + 1);
    }

    /** The part of the peak that is left. */
    private double kept(long now) {
        long passed = now - peakAt;
        return passed < STEP ? 1 : Math.exp(-(double) passed / DECAY.toNanos());
    }

    /** The calls under way. */
    public int inFlight() {
        return inFlight.get();
    }
}
