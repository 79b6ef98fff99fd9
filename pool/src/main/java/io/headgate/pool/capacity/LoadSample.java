package io.headgate.pool.capacity;

/**
 * What one instance measured over an interval. Any value is taken, also one that a clock or a counter gone wrong gives:
 * what makes no sense is not acted on.
 *
 * @param arrivalsPerSecond requests a second to this instance, not to the fleet
 * @param serviceSeconds mean time that a request occupied a connection, in seconds, waiting not included
 * @param waiting most callers that waited at once
 * @param inUse most connections in use at once
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
