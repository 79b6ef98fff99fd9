package io.headgate.pool.statement;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The knowledge about a statement's text: whether it may share a connection, and how long it keeps one busy.
 *
 * <p>The time is an exponentially weighted mean, a new observation counting an eighth (as TCP smooths its round-trip time, RFC
 * 6298). Each observation is first capped at the previous one, so that a single pause of a machine does not make a quick text
 * slow; two slow ones in a row do count. The first few observations only lower the mean, because a first execution also plans
 * and reads cold caches.
 *
 * <p>A text starts on leases. It moves to the lanes when it is known to be quick, and back when its mean exceeds the limit.
 * Between half the limit and the limit it stays where it is.
 *
 * <p>Safe for use by many threads. The times are written with each statement, without fences: if observations coincide, one may
 * be lost or become visible a little later.
 */
public final class StatementProfile {

    private static final double WEIGHT = 1.0 / 8;
    private static final int FIRST_FEW = 4;

    /** Quick executions in a row that prove a text to be quick by nature: many more than the first few, whose times are uncertain. */
    private static final int MANY = 64;

    /**
     * The best mean doubles at this interval: longer than most overloads, and a text that has become slow is recognised within
     * minutes.
     */
    private static final long FORGETTING = TimeUnit.MINUTES.toNanos(1);

    /** A text without such a proof for this time is not quick by nature: longer than most pauses of a machine. */
    private static final long NATURE_LASTS = TimeUnit.SECONDS.toNanos(10);

    private static final long NATURE_LASTS_BESIDE_QUICK_ONES = TimeUnit.SECONDS.toNanos(1);

    /** A statement that has run for this time may wait for a lock, unless it is known to take that long. */
    public static final long OVERDUE_UNLESS_KNOWN = TimeUnit.SECONDS.toNanos(1);

    /** A statement that takes this many times its mean is taken to wait for something. */
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
     * Whether it may share a lane when no lease is free: it is known to be quick by nature, even if it is slow at present
     * because the machine is busy.
     */
    public boolean mayShare() {
        return shareable && (quick || quickByNature);
    }

    /**
     * Learns whether it is quick by nature: {@link #MANY} executions in a row were quick, not long ago. Its best mean is no
     * proof: it is too low while the round trip is unknown, and a slow text would then count as quick for ever.
     *
     * @param limitNanos the limit of a quick time, however busy the machine is
     * @param limitNow the limit at present: a text beyond it is slower than other texts on the same machine
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

    /** Whether an execution was observed, so that its time is known. */
    public boolean isKnown() {
        return observations > 0;
    }

    public double meanNanos() {
        return meanNanos;
    }

    /** The time, in nanoseconds, after which an execution takes far longer than usual. */
    public long overdueFrom() {
        return isKnown() ? (long) (OVERDUE * meanNanos) : OVERDUE_UNLESS_KNOWN;
    }

    /**
     * Records one execution.
     *
     * @param nanos how long it kept a connection from serving others, less the round trip
     * @param limitNanos the limit of a quick time
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

    /** Periodically doubles the best mean, so that old times are forgotten. */
    void forgetBest(long now) {
        if (now - bestSince > FORGETTING) {
            bestSince = now;
            bestNanos *= 2;
        }
    }

    /** Whether its best mean was well below a limit: it is slow only when the server is. */
    boolean wasQuickAtBest(long limitNanos) {
        return observations > 0 && bestNanos < limitNanos / 2.0;
    }

    /** A statement of this text was answered on a lease, so it does not wait for a lock there. */
    public void answeredOnLease() {
        if (suspect) {
            suspect = false;
        }
        notStuckForLong();
    }

    /** A statement of this text was answered on a lane, so none is stuck there for long. */
    public void answeredOnLane() {
        notStuckForLong();
    }

    private void notStuckForLong() {
        if (stuckForLong) {
            stuckForLong = false;
        }
    }

    /**
     * A statement of this text is stuck at the head of a lane, perhaps for a lock: the next ones take leases until one is
     * answered there.
     */
    public void heldOthersUp() {
        suspect = true;
    }

    /**
     * A statement of this text was stuck for so long that statements of the text may leave the lanes without a lease, until one
     * is answered.
     */
    public void stuckForLong() {
        stuckForLong = true;
    }

    /** Changes the number of its executions that are on lanes as slow statements. */
    public void slowOnLanes(int more) {
        slowOnLanes.addAndGet(more);
    }

    public boolean isSlowOnLane() {
        return slowOnLanes.get() > 0;
    }

    public boolean isStuckForLong() {
        return stuckForLong;
    }

    /** The text was taken for a read and was found to write. */
    public void keepOffLanes() {
        shareable = false;
        setQuick(false);
    }

    private void setQuickByNature(boolean now) {
        if (quickByNature != now) {
            quickByNature = now;
        }
    }

    /** Written only when it changes, because every caller of the statement reads it. */
    private void setQuick(boolean now) {
        if (quick != now) {
            quick = now;
        }
    }
}
