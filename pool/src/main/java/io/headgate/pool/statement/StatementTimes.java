package io.headgate.pool.statement;

import io.headgate.pool.lane.HeadWatch;
import java.util.concurrent.TimeUnit;

/**
 * What statements take on a node: the round trip, the mean on its lanes, and from what time on one is too slow for a lane.
 *
 * <p>The round trip is the least time that a statement took that had its connection to itself. Each statement that took longer
 * raises it by a thousandth of itself, so that it follows a network that has changed, and one that took long does not raise
 * it much. It is taken off what a statement took: what is left is time at the server, whatever the distance.
 *
 * <p>Too slow is the configured time, or eight times what quick texts take now, whichever is more. The second is for a
 * server or a machine that is overloaded: everything takes longer then, and to move it all to leases would add to the load
 * and keep it there. Texts count that were quick at their best and are not too slow now, so one that is slow by nature, or that has
 * become slow as on a table that has grown, cannot raise the limit that is to keep it off the lanes. When there was no such text
 * among the last sixty-four, all are too slow: then all count.
 *
 * <p>What takes several times as long as what is too slow may be stuck. {@link HeadWatch} finds out.
 *
 * <p>Written and read by any thread, with each statement, and so without fences: of observations at the same moment one may
 * be lost, and one may be seen a little later, which does no harm.
 */
public final class StatementTimes {

    private static final double CREEP = 1.0 / 1024;
    private static final double MEAN_WEIGHT = 1.0 / 64;

    /** When so many in a row were of texts that are too slow now, there are no others to protect. */
    private static final int SO_MANY = 64;

    /** A server that is busy takes a few times as long; a text that takes eight times as long as others is of another kind. */
    private static final double OVERLOAD_FACTOR = 8;

    /** Five times slow is stuck: a fifth of the shortest wait that people notice, and rare on a busy but sound server. */
    private static final int STUCK_FACTOR = 5;

    /** A shorter time costs timers and finds stuck statements in the noise of a scheduler. */
    private static final long SHORTEST_STUCK = TimeUnit.MILLISECONDS.toNanos(5);

    /** However slow the server is, a lock is to be found; unless the configured time is longer. */
    private static final long LONGEST_STUCK = TimeUnit.SECONDS.toNanos(1);

    private final long slowAfterNanos;

    /** What texts take the first time. */
    private final StatementProfile untried = new StatementProfile(true);

    private double roundTrip;
    private double mean;
    private double quick;
    private int sinceQuick;

    public StatementTimes(long slowAfterNanos) {
        this.slowAfterNanos = slowAfterNanos;
    }

    /** Has a profile take in a time at the server. */
    public void observe(StatementProfile profile, long nanos, long now) {
        profile.forgetBest(now);
        if (profile.wasQuickAtBest(slowAfterNanos)) {
            boolean isQuickNow = profile.meanNanos() <= slowFrom();
            sinceQuick = isQuickNow ? 0 : sinceQuick + 1;
            if (isQuickNow || sinceQuick > SO_MANY) {
                // a wait for a lock, of a minute, tells nothing of the server's load
                quick += (Math.min(nanos, slowFrom()) - quick) * MEAN_WEIGHT;
            }
        }
        if (profile.isShareable() && !profile.isKnown()) {
            untried.observe(nanos, slowFrom());
        }
        profile.observe(nanos, slowFrom());
        profile.learnNature(slowAfterNanos, slowFrom(), now);
    }

    /** What is known of a text; of one that was never tried, what such texts take. */
    public StatementProfile known(StatementProfile profile) {
        return profile.isKnown() ? profile : untried;
    }

    /** From what time at the server on a statement is too slow for a lane, in nanoseconds. */
    public long slowFrom() {
        return Math.max(slowAfterNanos, (long) (OVERLOAD_FACTOR * quick));
    }

    /** From what time on a statement that should be quick may be stuck: it may wait for a lock. */
    public long stuckFrom() {
        return Math.min(surelyStuckFrom(), Math.max(SHORTEST_STUCK, STUCK_FACTOR * slowFrom()));
    }

    /** From what time on it is stuck, whatever else is late. */
    public long surelyStuckFrom() {
        return Math.max(LONGEST_STUCK, STUCK_FACTOR * slowAfterNanos);
    }

    /** The round trip takes no longer than this. */
    public void atMost(long nanos) {
        double known = roundTrip;
        if (nanos > 0 && (known == 0 || nanos < known)) {
            roundTrip = nanos;
        }
    }

    /** What is left of the time of a statement that had its connection to itself; takes the time in. */
    public long atServer(long nanos) {
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
    public void onLane(long nanos) {
        double known = mean;
        mean = known == 0 ? nanos : known + (nanos - known) * MEAN_WEIGHT;
    }

    /** For how long a statement keeps its lane busy in the mean, in nanoseconds; 0 before the first. */
    public double meanOnLane() {
        return mean;
    }
}
