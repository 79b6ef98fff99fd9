package io.headgate.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The slow reads on a node's lanes, and whether one may take the last lane from the quick ones: for a quarter of the time, and
 * not while another lane is about to be free. Safe for use by many threads.
 */
final class SlowOnLanes {

    /** So many times as long as the last slow one took the quick ones have the lane to themselves: three in four wait for none. */
    private static final int PAUSE_FACTOR = 3;

    /** But for no longer, and no longer is another lane waited for: transactions wait for the next one. */
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final AtomicInteger underWay = new AtomicInteger();

    /** By when the one that began last should have ended. */
    private volatile long dueBy;

    private volatile long pauseUntil;

    SlowOnLanes(long now) {
        dueBy = now;
        pauseUntil = now;
    }

    /** A slow read has got its place. */
    void begins(StatementProfile profile, long now) {
        dueBy = now + Math.min(profile.overdueFrom(), LONGEST_PAUSE);
        profile.slowOnLanes(1);
        underWay.incrementAndGet();
    }

    /** It has given its place up. */
    void ends(StatementProfile profile, long began, long now) {
        pauseUntil = now + Math.min(PAUSE_FACTOR * (now - began), LONGEST_PAUSE);
        profile.slowOnLanes(-1);
        underWay.decrementAndGet();
    }

    /** Whether one may take the last lane that is kept from others by nothing. */
    boolean mayTakeLast(long now) {
        return now - (underWay.get() > 0 ? dueBy : pauseUntil) >= 0;
    }
}
