package io.headgate.pool.statement;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is known of a statement's text: whether it may share a connection, and how long it keeps one busy.
 *
 * <p>The time is an exponentially weighted mean, a new observation counting an eighth (as TCP smooths its round-trip
 * time, RFC 6298). Each observation is first lowered to the one before it, so that a single pause of a machine does not
 * make a look-up slow; two in a row do count. The first few count more, since a first execution also plans and reads cold
 * caches.
 *
 * <p>A text starts on leases. It moves to the lanes when it is known to be quick, and back when its mean passes the limit;
 * between half the limit and the limit it stays where it is.
 *
 * <p>Safe for use by many threads. The times are written with each statement, without fences: of observations made at the same
 * moment one may be lost, and one may be seen a little later.
 */
public final class StatementProfile {

    private static final double WEIGHT = 1.0 / 8;
    private static final int FIRST_FEW = 4;

    /** Executions that show what a text is by nature: many more than the first few, whose times are not certain. */
    private static final int MANY = 64;

    /** The best mean doubles so often: longer than most overloads, and one that has become slow is taken for it in minutes. */
    private static final long FORGETTING = TimeUnit.MINUTES.toNanos(1);

    /** One that was not quick many times in a row for so long is not quick by nature: longer than most pauses of a machine. */
    private static final long NATURE_LASTS = TimeUnit.SECONDS.toNanos(10);

    private static final long NATURE_LASTS_BESIDE_QUICK_ONES = TimeUnit.SECONDS.toNanos(1);

    /** What has run for so long may wait for a lock, unless it is known to take that long. */
    public static final long OVERDUE_UNLESS_KNOWN = TimeUnit.SECONDS.toNanos(1);

    /** What takes so many times as long as it does in the mean waits for something. */
    private static final double OVERDUE = 8;

    private volatile boolean shareable;
    private volatile boolean quick;
    private volatile boolean suspect;
    private volatile boolean stuckForLong;
    private volatile boolean quickByNature;
    private int quickInARow;
    private long lastQuick;
    private double meanNanos;
    private double bestNanos;
    private long bestSince;
    private long previousNanos;
    private volatile int observations;
    private final AtomicInteger slowOnLanes = new AtomicInteger();

    /** @param shareable whether the statement leaves nothing behind and is complete in itself */
    public StatementProfile(boolean shareable) {
        this.shareable = shareable;
    }

    /** Whether it is suspected to wait for a lock. */
    public boolean isSuspect() {
        return suspect;
    }

    public boolean belongsOnLane() {
        return shareable && quick && !suspect;
    }

    /**
     * Whether it may be on a lane with others when no lease is free: it is known to be quick by nature, though it may be slow at
     * present, since the machine is busy.
     */
    public boolean mayShare() {
        return shareable && (quick || quickByNature);
    }

    /**
     * Learns whether it is quick by nature: so many in a row were, not long ago. Its best mean does not tell: it is too low as long as
     * the round trip is not known, and a slow text would stay quick for ever.
     *
     * @param limitNanos what is too long, however busy the machine is
     * @param limitNow what is too long at present: beyond it a text is slower than others that meet the same machine
     */
    void learnNature(long limitNanos, long limitNow, long now) {
        if (!shareable) {
            return;
        }
        if (meanNanos < limitNanos / 2.0) {
            if (++quickInARow >= MANY) {
                quickInARow = 0;
                lastQuick = now;
                setQuickByNature(true);
            }
        } else {
            quickInARow = 0;
            if (now - lastQuick > (meanNanos > limitNow ? NATURE_LASTS_BESIDE_QUICK_ONES : NATURE_LASTS)) {
                setQuickByNature(false);
            }
        }
    }

    /** Whether it may ever be on a lane. */
    public boolean isShareable() {
        return shareable;
    }

    /** Whether one was observed, so that it is known how long it takes. */
    public boolean isKnown() {
        return observations > 0;
    }

    public double meanNanos() {
        return meanNanos;
    }

    /** From what time on it takes far longer than it does as a rule, in nanoseconds. */
    public long overdueFrom() {
        return isKnown() ? (long) (OVERDUE * meanNanos) : OVERDUE_UNLESS_KNOWN;
    }

    /**
     * Takes in one execution.
     *
     * @param nanos how long it kept a connection from serving others, less the round trip
     * @param limitNanos what is too long
     */
    public void observe(long nanos, long limitNanos) {
        if (!shareable) {
            return;
        }
        int seen = observations;
        long lowered = seen == 0 ? nanos : Math.min(nanos, previousNanos);
        previousNanos = nanos;
        double mean = meanNanos;
        if (seen < FIRST_FEW) {
            mean = seen == 0 ? nanos : Math.min(mean, (double) lowered);
            observations = seen + 1;
        } else {
            mean += (lowered - mean) * WEIGHT;
        }
        meanNanos = mean;
        bestNanos = seen == 0 ? mean : Math.min(mean, bestNanos);
        if (mean > limitNanos) {
            setQuick(false);
        } else if (mean < limitNanos / 2.0 || seen == 0) {
            setQuick(true);
        }
    }

    /** Forgets a part of how quick it was at its best, from time to time. */
    void forgetBest(long now) {
        if (now - bestSince > FORGETTING) {
            bestSince = now;
            bestNanos *= 2;
        }
    }

    /** Whether its mean, at its best, was well below a limit: it is quick by nature, and slow only with the server. */
    boolean wasQuickAtBest(long limitNanos) {
        return observations > 0 && bestNanos < limitNanos / 2.0;
    }

    /** It was answered on a lease, so it is not waiting for a lock there. */
    public void answeredOnLease() {
        if (suspect) {
            suspect = false;
        }
        notStuckForLong();
    }

    /** It was answered on a lane, so nothing of its text stands there for long. */
    public void answeredOnLane() {
        notStuckForLong();
    }

    private void notStuckForLong() {
        if (stuckForLong) {
            stuckForLong = false;
        }
    }

    /** It stands at the head of a lane for long, perhaps for a lock: the next ones take leases, until one is answered there. */
    public void heldOthersUp() {
        suspect = true;
    }

    /**
     * It has stood at the head of a lane for so long that those of its text may leave the lanes without a lease, until one is
     * answered.
     */
    public void stuckForLong() {
        stuckForLong = true;
    }

    /** As many more of it are on lanes though it is slow. */
    public void slowOnLanes(int more) {
        slowOnLanes.addAndGet(more);
    }

    public boolean isSlowOnLane() {
        return slowOnLanes.get() > 0;
    }

    public boolean isStuckForLong() {
        return stuckForLong;
    }

    /** It was thought to read and was found to write. */
    public void keepOffLanes() {
        shareable = false;
        setQuick(false);
    }

    private void setQuickByNature(boolean now) {
        if (quickByNature != now) {
            quickByNature = now;
        }
    }

    /** Written only when it changes, as every caller of the statement reads it. */
    private void setQuick(boolean now) {
        if (quick != now) {
            quick = now;
        }
    }
}
