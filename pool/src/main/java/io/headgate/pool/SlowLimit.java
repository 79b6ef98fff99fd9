package io.headgate.pool;

/**
 * From what time on a statement is too slow for the lanes of a node.
 *
 * <p>It is the configured time or eight times what statements typically take on the lanes, whichever is more, and a round
 * trip. The second is for a pooler or database that is overloaded: everything takes longer then, and to take everything off
 * the lanes would add to the load. The round trip is the least time that a statement took that had the lane for itself;
 * it creeps up by a thousandth of the difference with each, so that it follows a network that has changed.
 *
 * <p>Written by the lanes' loops, read by any thread; of observations at the same moment one may be lost, which does no
 * harm.
 */
final class SlowLimit {

    private static final double TYPICAL_FACTOR = 8;
    private static final double TYPICAL_WEIGHT = 1.0 / 64;
    private static final double CREEP = 1.0 / 1024;

    private final double slowAfterNanos;
    private volatile double typical;
    private volatile double roundTrip;

    SlowLimit(double slowAfterNanos) {
        this.slowAfterNanos = slowAfterNanos;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // see the class comment
    void observe(long nanos, boolean alone) {
        double before = typical;
        typical = before + (nanos - before) * TYPICAL_WEIGHT;
        if (alone) {
            double least = roundTrip;
            roundTrip = least == 0 || nanos < least ? nanos : least + (nanos - least) * CREEP;
        }
    }

    double nanos() {
        return Math.max(slowAfterNanos, TYPICAL_FACTOR * typical) + roundTrip;
    }
}
