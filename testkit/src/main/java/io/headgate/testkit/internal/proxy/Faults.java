package io.headgate.testkit.internal.proxy;

import io.headgate.testkit.FaultProxy.Direction;
import org.jspecify.annotations.Nullable;

/**
 * The faults of a proxy's connections.
 *
 * @param delayNanos the delay of bytes, each way
 * @param bytesPerSecond how fast they pass, {@link Long#MAX_VALUE} for no limit
 * @param blackHole whether they are held back
 * @param cut where new connections are cut, null for nowhere
 */
record Faults(
        long delayNanos,
        long bytesPerSecond,
        boolean blackHole,
        @Nullable Cut cut) {
    static final Faults NONE = new Faults(0, Long.MAX_VALUE, false, null);

    /**
     * A place to cut a connection at.
     *
     * @param bytes how many bytes pass before
     * @param direction the direction in which they are counted
     */
    record Cut(long bytes, Direction direction) {}

    Faults withDelay(long nanos) {
        return new Faults(nanos, bytesPerSecond, blackHole, cut);
    }

    Faults withBandwidth(long limit) {
        return new Faults(delayNanos, limit, blackHole, cut);
    }

    Faults withBlackHole() {
        return new Faults(delayNanos, bytesPerSecond, true, cut);
    }

    Faults withCut(Cut place) {
        return new Faults(delayNanos, bytesPerSecond, blackHole, place);
    }
}
