package io.headgate.pool.lease;

import io.headgate.pool.capacity.LoadSample;
import java.util.concurrent.TimeUnit;

/** The load of the leases since the last sample. Belongs to the leases' event queue. */
final class LeaseLoad {

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private long since;
    private long lent;
    private long returned;
    private long heldNanos;
    private int mostWaiting;
    private int mostInUse;

    LeaseLoad(long now) {
        since = now;
    }

    void lent() {
        lent++;
    }

    void returned(long nanos) {
        returned++;
        heldNanos += nanos;
    }

    void sees(int waiting, int inUse) {
        mostWaiting = Math.max(mostWaiting, waiting);
        mostInUse = Math.max(mostInUse, inUse);
    }

    /** Returns the sample and begins the next one. */
    LoadSample take(long now) {
        double seconds = (now - since) / NANOS;
        LoadSample sample = new LoadSample(
                seconds > 0 ? lent / seconds : 0,
                returned > 0 ? heldNanos / NANOS / returned : 0,
                mostWaiting,
                mostInUse);
        since = now;
        lent = 0;
        returned = 0;
        heldNanos = 0;
        mostWaiting = 0;
        mostInUse = 0;
        return sample;
    }
}
