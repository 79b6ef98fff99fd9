package io.headgate.pool.capacity;

/**
 * The load of one instance's leases over an interval. Lanes are not counted, because their number does not follow the load. Any
 * value is accepted, even the result of a faulty clock or counter: an implausible sample is ignored.
 *
 * @param arrivalsPerSecond leases taken a second in this instance, not in the fleet
 * @param serviceSeconds mean time that a lease was held, in seconds, waiting not included
 * @param waiting most callers that waited at once
 * @param inUse most leases in use at once
 */
public record LoadSample(double arrivalsPerSecond, double serviceSeconds, int waiting, int inUse) {

    /** Whether the figures can be true: finite, and none below zero. */
    boolean isPlausible() {
        return arrivalsPerSecond >= 0
                && arrivalsPerSecond < Double.POSITIVE_INFINITY
                && serviceSeconds >= 0
                && serviceSeconds < Double.POSITIVE_INFINITY
                && waiting >= 0
                && inUse >= 0;
    }
}
