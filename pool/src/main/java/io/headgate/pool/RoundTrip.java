package io.headgate.pool;

/**
 * How long a round trip to the node takes: the least time that a statement took that had its connection to itself. Each
 * statement that took longer raises it by a thousandth of itself, so that it follows a network that has changed, and one that
 * took long does not raise it much.
 *
 * <p>It is taken off what a statement took, so that what is left is time at the server, whatever the distance.
 *
 * <p>Written and read by any thread; of observations at the same moment one may be lost, which does no harm.
 */
final class RoundTrip {

    private static final double CREEP = 1.0 / 1024;

    private volatile double least;

    /** What is left of the time of a statement that had its connection to itself; takes the time in. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // see the class comment
    long without(long nanos) {
        double known = least;
        double next = known == 0 ? nanos : Math.min(nanos, known * (1 + CREEP));
        least = next;
        return Math.max(0, nanos - (long) next);
    }
}
