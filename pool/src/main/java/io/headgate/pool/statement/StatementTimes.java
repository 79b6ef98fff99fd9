package io.headgate.pool.statement;

import io.headgate.pool.lane.HeadWatch;
import java.util.concurrent.TimeUnit;

/**
 * The statement times of a node: the round trip, the mean on its lanes, and the limit above which a statement is too slow for a
 * lane.
 *
 * <p>The round trip is the least time of a statement that had its connection to itself. Each longer time raises it by a
 * thousandth, so that it follows changes of the network, and a single long time does not raise it much. It is subtracted from a
 * statement's time; the rest is time at the server, whatever the distance.
 *
 * <p>The limit is the configured time, or eight times the present time of quick texts, whichever is more. The second is for an
 * overloaded server or machine: everything takes longer then, and moving everything to leases would add to the load and keep it
 * high. The texts that count were quick at their best and are not too slow now. So a text that is slow by nature, or that has
 * become slow because its table has grown, cannot raise the limit that keeps it off the lanes. When none of the last sixty-four
 * texts that were quick at their best is quick now, all of these count.
 *
 * <p>A statement that takes several times this limit may be stuck; {@link HeadWatch} checks that.
 *
 * <p>Written and read by any thread, with each statement, and so without fences: if observations coincide, one may be lost or
 * become visible a little later, which does no harm.
 */
public final class StatementTimes {

    private static final double CREEP = 1.0 / 1024;
    private static final double MEAN_WEIGHT = 1.0 / 64;

    /** When so many in a row were of texts that are too slow now, there are no quick texts to protect. */
    private static final int SO_MANY = 64;

    /** A busy server takes a few times as long; a text that takes eight times as long as others is slow itself. */
    private static final double OVERLOAD_FACTOR = 8;

    /**
     * A statement is stuck at five times the limit: a fifth of the shortest wait that people notice, and rare on a busy but
     * healthy server.
     */
    private static final int STUCK_FACTOR = 5;

    /** A shorter time costs more timers and mistakes scheduler noise for stuck statements. */
    private static final long SHORTEST_STUCK = TimeUnit.MILLISECONDS.toNanos(5);

    /** A wait for a lock is found after this time however slow the server is, unless the configured time is longer. */
    private static final long LONGEST_STUCK = TimeUnit.SECONDS.toNanos(1);

    private final long slowAfterNanos;

    /** The times of first executions. */
    private final StatementProfile untried = new StatementProfile(true);

    private double roundTrip;
    private double mean;
    private double quick;
    private int sinceQuick;

    public StatementTimes(long slowAfterNanos) {
        this.slowAfterNanos = slowAfterNanos;
    }

    /** Records a time at the server in a profile. */
    public void observe(StatementProfile profile, long nanos, long now) {
        profile.forgetBest(now);
        if (profile.wasQuickAtBest(slowAfterNanos)) {
            boolean isQuickNow = profile.meanNanos() <= slowFrom();
            sinceQuick = isQuickNow ? 0 : sinceQuick + 1;
            if (isQuickNow || sinceQuick > SO_MANY) {
                // a wait of a minute for a lock says nothing about the server's load
                quick += (Math.min(nanos, slowFrom()) - quick) * MEAN_WEIGHT;
            }
        }
        if (profile.isShareable() && !profile.isKnown()) {
            untried.observe(nanos, slowFrom());
        }
        profile.observe(nanos, slowFrom());
        profile.learnNature(slowAfterNanos, slowFrom(), now);
    }

    /** The profile of a text; for a text that was never run, the times of first executions. */
    public StatementProfile known(StatementProfile profile) {
        return profile.isKnown() ? profile : untried;
    }

    /** The time at the server, in nanoseconds, above which a statement is too slow for a lane. */
    public long slowFrom() {
        return Math.max(slowAfterNanos, (long) (OVERLOAD_FACTOR * quick));
    }

    /** The time after which a statement that should be quick may be stuck: it may wait for a lock. */
    public long stuckFrom() {
        return Math.min(surelyStuckFrom(), Math.max(SHORTEST_STUCK, STUCK_FACTOR * slowFrom()));
    }

    /** The time after which it counts as stuck even if everything is late. */
    public long surelyStuckFrom() {
        return Math.max(LONGEST_STUCK, STUCK_FACTOR * slowAfterNanos);
    }

    /** Lowers the round trip to at most this time. */
    public void atMost(long nanos) {
        double known = roundTrip;
        if (nanos > 0 && (known == 0 || nanos < known)) {
            roundTrip = nanos;
        }
    }

    /** The time at the server of a statement that had its connection to itself; records its time. */
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

    /** Records how long a statement kept its lane busy. */
    public void onLane(long nanos) {
        double known = mean;
        mean = known == 0 ? nanos : known + (nanos - known) * MEAN_WEIGHT;
    }

    /** Mean time for which a statement keeps its lane busy, in nanoseconds; 0 before the first. */
    public double meanOnLane() {
        return mean;
    }
}
