package io.headgate.pool.lane;

import io.headgate.pool.statement.StatementProfile;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The slow reads on a node's lanes, and whether one may take the last lane from the quick ones: for about a quarter of the time, or
 * more when it takes longer than a third of the longest pause, and not before another one that is on a lane should have ended. Safe
 * for use by many threads; of two that end at one moment the shorter pause may count.
 */
final class SlowOnLanes {

    /** So many times as long as the last slow one took the quick ones have the lane to themselves: three in four wait for none. */
    private static final int PAUSE_FACTOR = 3;

    private final AtomicInteger underWay = new AtomicInteger();
    private final long longestPause;

    /** By when the one that began last should have ended. */
    private volatile long dueBy;

    private volatile long pauseUntil;

    /** @param longestPause no pause is longer, in nanoseconds, since transactions wait for the next one */
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

    /** It has given its place up. */
    void ends(StatementProfile profile, long began, long now) {
        long until = now + Math.min(PAUSE_FACTOR * (now - began), longestPause);
        if (until - pauseUntil > 0) {
            pauseUntil = until;
        }
        profile.slowOnLanes(-1);
        underWay.decrementAndGet();
    }

    /** Whether one may take the last lane that is kept from others by nothing. */
    boolean mayTakeLast(long now) {
        return now - pauseUntil >= 0 && (underWay.get() == 0 || now - dueBy >= 0);
    }
}
