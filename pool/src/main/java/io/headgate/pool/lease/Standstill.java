package io.headgate.pool.lease;

import io.headgate.pool.PoolOptions;
import io.headgate.pool.concurrent.FairTurns;
import io.headgate.pool.concurrent.SerialQueue;
import io.headgate.pool.connection.ConnectionSupply;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Lets reads that wait for a lease go to a lane when leases may be waiting for them: a transaction holds one and asks for such a read
 * outside itself, which PostgreSQL's deadlock detector cannot see. Looks while such reads wait. Belongs to the leases'
 * {@link SerialQueue}.
 */
final class Standstill {

    /** Half of what people notice. Too short does little harm, since slow reads take no more than their share of the lanes. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(50);

    /** From one look to the next: a part of the patience. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(10);

    /** Looks take a twentieth of a processor at most: thousands may wait in a process that has just started, and is slow. */
    private static final int PAUSE_AFTER_LOOK = 19;

    /** A look may seem long because the process paused. */
    private static final long LONGEST_PAUSE = 5 * LOOK;

    private final ConnectionSupply supply;
    private final BorrowerQueue waiting;
    private final SerialQueue events;
    private final Scheduler timers;
    private final Executor outside;
    private final IntSupplier toCome;
    private final Supplier<List<@Nullable Lease>> lent;
    private final long longPatience;
    private final long longestShare;
    private final FairTurns turns = new FairTurns();
    private boolean watching;

    // of the look that runs
    private boolean anyWaits;
    private boolean anyIsIdle;
    private boolean allStand;
    private @Nullable Borrower<?> next;
    private long earliest;
    private @Nullable Runnable wantsLane;

    /**
     * @param outside runs what may call callers' code
     * @param toCome connections for those that wait that are being opened, or may be, unless that takes too long
     * @param lent the leases that are lent, null for one whose work has not begun or has ended
     */
    Standstill(
            ConnectionSupply supply,
            BorrowerQueue waiting,
            SerialQueue events,
            Scheduler timers,
            Executor outside,
            IntSupplier toCome,
            Supplier<List<@Nullable Lease>> lent,
            PoolOptions options) {
        this.supply = supply;
        this.waiting = waiting;
        this.events = events;
        this.timers = timers;
        this.outside = outside;
        this.toCome = toCome;
        this.lent = lent;
        this.longPatience = options.longPatience();
        this.longestShare = options.acquireTimeout().toNanos() / 25;
    }

    /** A read waits that could do without a lease. */
    void watch() {
        watchAfter(LOOK);
    }

    private void watchAfter(long nanos) {
        if (!watching) {
            timers.schedule(() -> events.run(this::look), nanos, TimeUnit.NANOSECONDS);
            watching = true;
        }
    }

    private void look() {
        long now = supply.now();
        // an error in the look ends the watch, and the next read that waits begins it again
        watching = false;
        anyWaits = false;
        next = null;
        earliest = Long.MAX_VALUE;
        wantsLane = null;
        lookAtLeases(now);
        // the quick ones first, and what goes takes its place in this order
        waiting.letGoElsewhere(each -> goes(each, now));
        Borrower<?> slowOne = next;
        LaneFallback<?> orElse = slowOne == null ? null : slowOne.orElse();
        if (orElse != null) {
            turns.take(orElse.kind(), share(orElse));
            waiting.letGoElsewhere(each -> each == slowOne);
        }
        if (wantsLane != null) {
            outside.execute(wantsLane);
        }
        if (anyWaits) {
            turns.endRound();
            long took = supply.now() - now;
            watchAfter(Math.max(LOOK, Math.min(PAUSE_AFTER_LOOK * took, LONGEST_PAUSE)));
        } else {
            turns.clear();
        }
    }

    /**
     * A lease is idle when no statement runs on it. It stands when it is idle, when its statement may wait for a lock, or when its
     * transaction has taken a good part of what those behind it may wait: it will not come back soon.
     */
    private void lookAtLeases(long now) {
        anyIsIdle = false;
        allStand = true;
        for (Lease lease : lent.get()) {
            if (lease == null) {
                allStand = false;
                continue;
            }
            LeaseActivity activity = lease.activity();
            activity.look(now);
            boolean idle = activity.isIdle(now, PATIENCE);
            anyIsIdle |= idle;
            allStand &= idle || activity.isOverdue(now) || lease.isHeldFor(now, longPatience);
        }
    }

    private boolean goes(Borrower<?> each, long now) {
        LaneFallback<?> orElse = each.orElse();
        if (orElse == null || !each.isWaiting()) {
            return false;
        }
        long waited = now - each.since();
        if (!orElse.isPatient() && quickOneGoes(orElse, waited)) {
            return true;
        }
        anyWaits = true;
        if (orElse.isPatient() && waited >= PATIENCE && (anyIsIdle || allStand)) {
            consider(each, orElse, waited);
        }
        return false;
    }

    /** It came when the lanes were stuck, or connections were to come; one that is to come may never come. */
    private boolean quickOneGoes(LaneFallback<?> orElse, long waited) {
        if (orElse.places().getAsInt() <= 0) {
            wantLane(orElse, waited);
            return false;
        }
        return toCome.getAsInt() == 0 || waited >= PATIENCE;
    }

    /** While a connection is to come for it, only when that takes so long that it may never come: each connection costs. */
    private void wantLane(LaneFallback<?> orElse, long waited) {
        if (noneComesWithin(waited)) {
            wantsLane = orElse.whenItWaits();
        }
    }

    private boolean noneComesWithin(long waited) {
        return toCome.getAsInt() == 0 || waited >= longPatience;
    }

    /**
     * One slow read goes at a look, and one of each text at a time: to a lane that is not the last when some lease is idle, since its user
     * may be waiting for this read; to the last lane, which the quick ones need, when no lease will come back by itself. Texts take fair
     * turns: a short one goes before a long one that came first, and none keeps another from going.
     */
    private void consider(Borrower<?> each, LaneFallback<?> orElse, long waited) {
        int places = orElse.places().getAsInt();
        if (places == LaneFallback.NOT_THIS_ONE) {
            return;
        }
        long end = turns.ask(orElse.kind(), share(orElse));
        if (end < earliest) {
            int needed = allStand && noneComesWithin(waited) ? 1 : 2;
            if (places >= needed) {
                earliest = end;
                next = each;
            } else {
                wantLane(orElse, waited);
            }
        }
    }

    /**
     * A long one counts as less than it takes, else it would wait for longer than its caller does; a short one as the time until the
     * next look, and so does one that was never seen to end.
     */
    private long share(LaneFallback<?> orElse) {
        return Math.max(LOOK, Math.min(orElse.usual().getAsLong(), longestShare));
    }
}
