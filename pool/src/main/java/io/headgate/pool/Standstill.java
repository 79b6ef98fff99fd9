package io.headgate.pool;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Lets slow reads that wait for a lease go to a lane when no lease comes back: those who hold them may be waiting for these reads,
 * outside their transactions. One read at a time, so that the lanes go on serving the quick ones, and the next when that has ended.
 *
 * <p>That no lease comes back is told by how often one does: the time since the last return is far longer than the mean between two
 * returns while somebody waited. One timer for all that wait. Belongs to the leases' {@link SerialQueue}.
 */
final class Standstill {

    /** People notice a tenth of a second; pauses of a busy machine are shorter. */
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private static final double FAR = 4;
    private static final double WEIGHT = 1.0 / 8;

    private final ConnectionSupply supply;
    private final BorrowerQueue waiting;
    private final SerialQueue events;
    private final Scheduler timers;
    private final long longestNanos;
    private long lastReturn;
    private double meanGap;
    private boolean watching;
    private @Nullable Borrower<?> gone;

    /** @param longest no read waits longer for a lease that does not come back */
    Standstill(ConnectionSupply supply, BorrowerQueue waiting, SerialQueue events, Scheduler timers, Duration longest) {
        this.supply = supply;
        this.waiting = waiting;
        this.events = events;
        this.timers = timers;
        this.longestNanos = longest.toNanos();
        this.lastReturn = supply.now();
    }

    /** A connection came back, or was opened. */
    void returned(long now) {
        Borrower<?> first = waiting.peek();
        if (first != null) {
            meanGap += (standing(first, now) - meanGap) * WEIGHT;
        }
        lastReturn = now;
    }

    /** A read waits that could do without a lease. */
    void watch() {
        if (!watching) {
            look();
        }
    }

    /** The read that went to a lane has ended. */
    void cameBack(Borrower<?> read) {
        if (gone == read) {
            gone = null;
            letOneGo();
        }
    }

    private void look() {
        long next = letOneGo();
        watching = next > 0;
        if (watching) {
            timers.schedule(() -> events.run(this::look), next, TimeUnit.NANOSECONDS);
        }
    }

    /** Returns when to look again, in nanoseconds from now; 0 when nobody waits who could go. */
    private long letOneGo() {
        long now = supply.now();
        long next = 0;
        for (Borrower<?> each : waiting.all()) {
            OrElse<?> orElse = each.orElse();
            if (orElse == null || !orElse.isPatient() || !each.isWaiting()) {
                continue;
            }
            long left = patience(orElse) - standing(each, now);
            if (left <= 0 && gone == null && orElse.possible().getAsBoolean()) {
                gone = each;
                waiting.remove(each);
                events.forCaller(each::goElsewhere);
                return SHORTEST.toNanos();
            }
            long again = left <= 0 ? SHORTEST.toNanos() : left;
            next = next == 0 ? again : Math.min(next, again);
        }
        return next;
    }

    private long standing(Borrower<?> borrower, long now) {
        return Math.min(now - lastReturn, now - borrower.since());
    }

    private long patience(OrElse<?> orElse) {
        long wanted = Math.max(orElse.patience().toNanos(), (long) (FAR * meanGap));
        return Math.min(longestNanos, Math.max(SHORTEST.toNanos(), wanted));
    }
}
