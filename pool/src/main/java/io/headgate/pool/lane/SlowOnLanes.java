package io.headgate.pool.lane;

import io.headgate.pool.statement.StatementProfile;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tracks the slow reads on a node's lanes, and decides whether a slow read may take the last lane from the quick ones. Slow
 * reads get the last lane for about a quarter of the time, or more if one takes longer than a third of the longest pause. The
 * next one must wait until the previous one should have ended. Safe for use by many threads; if two end at the same moment, the
 * shorter pause may count.
 */
final class SlowOnLanes {

    /**
     * The quick reads then have the lane to themselves for this many times the duration of the last slow read: three in four do
     * not wait for one.
     */
    private static final int PAUSE_FACTOR = 3;

    private final AtomicInteger underWay = new AtomicInteger();
    private final long longestPause;

    /** When the slow read that began last should have ended. */
    private volatile long dueBy;

    private volatile long pauseUntil;

    /** @param longestPause upper limit of the pause, in nanoseconds: transactions wait for the next slow read */
    SlowOnLanes(long longestPause, long now) {
        this.longestPause = longestPause;
        dueBy = now;
        pauseUntil = now;
    }

    /** A slow read has got its place. */
    void begins(StatementProfile profile, long now) {
        dueBy = now + Math.min(profile.overdueFrom(), longestPause);
        profile.slowOnLanes(1);
        underWay.incrementAndGet();
    }

    /** A slow read has freed its place. */
    void ends(StatementProfile profile, long began, long now) {
        long until = now + Math.min(PAUSE_FACTOR * (now - began), longestPause);
        if (until - pauseUntil > 0) {
            pauseUntil = until;
        }
        profile.slowOnLanes(-1);
        underWay.decrementAndGet();
    }

    /** Whether a slow read may take the last free lane. */
    boolean mayTakeLast(long now) {
        return now - pauseUntil >= 0 && (underWay.get() == 0 || now - dueBy >= 0);
    }
}
