package io.headgate.pool;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import reactor.core.scheduler.Scheduler;

/**
 * Lets reads that wait for a lease go to a lane when no lease comes back: those who hold them may be waiting for these reads,
 * outside their transactions. Quick ones all at once; slow ones one after the other, one of each text at a time, and where there is
 * no second lane for the quick ones, these have it for most of the time.
 *
 * <p>That no lease comes back is told by how often one does: the time since the last return is far longer than the mean between two
 * returns while somebody waited. What comes back because a read was let go tells nothing of that. One timer for all that wait.
 * Belongs to the leases' {@link SerialQueue}.
 */
final class Standstill {

    /** People notice a tenth of a second; pauses of a busy machine are shorter. */
    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(100);

    /** A gap counts as no longer than this: one bad moment is not to be remembered for minutes. */
    private static final long LONGEST_GAP = TimeUnit.SECONDS.toNanos(1);

    /** From one look to the next while nothing comes back. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(10);

    /** Times what is usual: then something else is the matter. */
    private static final double FAR = 4;

    private static final double WEIGHT = 1.0 / 8;

    private final ConnectionSupply supply;
    private final BorrowerQueue waiting;
    private final SerialQueue events;
    private final Scheduler timers;
    private final IntSupplier toCome;
    private long lastReturn;
    private long lastAny;
    private long lastGone;

    /** So long a transaction may come back because a read was let go. */
    private long relievedUntil;

    private double meanGap;
    private boolean watching;

    /** While it looks: when to look again, in nanoseconds from now, and whether a slow one has gone. */
    private long next;

    private boolean slowOneWent;

    /** @param toCome connections for those that wait that are being opened, or may be */
    Standstill(
            ConnectionSupply supply, BorrowerQueue waiting, SerialQueue events, Scheduler timers, IntSupplier toCome) {
        this.supply = supply;
        this.waiting = waiting;
        this.events = events;
        this.timers = timers;
        this.toCome = toCome;
        this.lastReturn = supply.now();
        this.lastAny = lastReturn;
        this.relievedUntil = lastReturn;
        this.lastGone = lastReturn - LONGEST_GAP;
    }

    /** A connection came back, or was opened. */
    void returned(long now) {
        long sinceAny = now - lastAny;
        lastAny = now;
        if (now - relievedUntil < 0) {
            return;
        }
        Borrower<?> first = waiting.peek();
        if (first != null) {
            long gap = Math.min(sinceAny, now - first.since());
            meanGap += (Math.min(gap, LONGEST_GAP) - meanGap) * WEIGHT;
        }
        lastReturn = now;
    }

    /** A read waits that could do without a lease. */
    void watch() {
        if (!watching) {
            watching = true;
            look();
        }
    }

    private void look() {
        next = Long.MAX_VALUE;
        slowOneWent = false;
        long now = supply.now();
        waiting.letGoElsewhere(this::quickOneGoes);
        waiting.letGoElsewhere(each -> slowOneGoes(each, now));
        watching = next != Long.MAX_VALUE;
        if (watching) {
            timers.schedule(() -> events.run(this::look), next, TimeUnit.NANOSECONDS);
        }
    }

    /** One came when the lanes were blocked, or connections to come. */
    private boolean quickOneGoes(Borrower<?> each) {
        OrElse<?> orElse = each.orElse();
        if (orElse == null || orElse.isPatient() || !each.isWaiting()) {
            return false;
        }
        boolean goes = toCome.getAsInt() == 0 && orElse.places().getAsInt() > 0;
        if (!goes) {
            lookIn(LOOK);
        }
        return goes;
    }

    private boolean slowOneGoes(Borrower<?> each, long now) {
        OrElse<?> orElse = each.orElse();
        Duration usual = orElse == null ? null : orElse.usual();
        if (orElse == null || usual == null || !each.isWaiting()) {
            return false;
        }
        long far = (long) (FAR * usual.toNanos());
        long patience = Math.max(Math.max(SHORTEST, far), (long) (FAR * meanGap));
        long left = patience - Math.min(now - lastReturn, now - each.since());
        if (left > 0) {
            lookIn(left);
            return false;
        }
        lookIn(LOOK);
        int places = slowOneWent ? 0 : orElse.places().getAsInt();
        boolean goes = places > 1 || (places == 1 && now - lastGone >= far);
        if (goes) {
            slowOneWent = true;
            relievedUntil = now + Math.max(SHORTEST, far);
            lastGone = now;
        }
        return goes;
    }

    private void lookIn(long nanos) {
        next = Math.min(next, nanos);
    }
}
