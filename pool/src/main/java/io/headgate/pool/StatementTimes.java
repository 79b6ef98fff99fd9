package io.headgate.pool;

/**
 * What statements take on a node: the round trip, and the mean on its lanes.
 *
 * <p>The round trip is the least time that a statement took that had its connection to itself. Each statement that took longer
 * raises it by a thousandth of itself, so that it follows a network that has changed, and one that took long does not raise
 * it much. It is taken off what a statement took: what is left is time at the server, whatever the distance.
 *
 * <p>Written and read by any thread; of observations at the same moment one may be lost, which does no harm.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // see the class comment
final class StatementTimes {

    private static final double CREEP = 1.0 / 1024;
    private static final double MEAN_WEIGHT = 1.0 / 64;

    private volatile double roundTrip;
    private volatile double mean;

    /** The round trip takes no longer than this. */
    void atMost(long nanos) {
        double known = roundTrip;
        if (known == 0 || nanos < known) {
            roundTrip = nanos;
        }
    }

    /** What is left of the time of a statement that had its connection to itself; takes the time in. */
    long atServer(long nanos) {
        double known = roundTrip;
        if (known == 0) {
            roundTrip = nanos;
            return nanos;
        }
        double next = Math.min((double) nanos, known * (1 + CREEP));
        roundTrip = next;
        return Math.max(0, nanos - (long) next);
    }

    /** Takes in for how long a statement kept its lane busy. */
    void onLane(long nanos) {
        double known = mean;
        mean = known == 0 ? nanos : known + (nanos - known) * MEAN_WEIGHT;
    }

    /** For how long a statement keeps its lane busy in the mean, in nanoseconds; 0 before the first. */
    double meanOnLane() {
        return mean;
    }
}
