package io.headgate.pool.lease;

import io.headgate.pool.PoolOptions;
import io.headgate.pool.concurrent.FairTurns;
import io.headgate.pool.concurrent.SerialQueue;
import io.headgate.pool.connection.ConnectionSupply;
import io.headgate.pool.connection.Patience;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Sends reads that wait for a lease to a lane when leases may be waiting for them. That happens when code in a transaction,
 * which holds a lease, waits for a read outside the transaction. PostgreSQL's deadlock detector cannot see that wait. Looks
 * periodically while such reads wait. Belongs to the leases' {@link SerialQueue}.
 */
final class Standstill {

    /**
     * Half of the shortest wait that people notice. A shorter time does little harm, because slow reads get only their share of
     * the lanes.
     */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(50);

    /** Time from one look to the next: a part of the patience. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(10);

    /** Looks use at most a twentieth of a processor: in a process that has just started and is slow, thousands may wait. */
    private static final int PAUSE_AFTER_LOOK = 19;

    /** Limit of the pause: a look may seem long because the process paused. */
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

    // state of the current look
    private boolean anyWaits;
    private boolean anyIsIdle;
    private boolean allStand;
    private @Nullable Borrower<?> next;
    private long earliest;
    private @Nullable Runnable wantsLane;

    /**
     * @param outside runs tasks that may call callers' code
     * @param toCome the number of connections for waiting borrowers that are being opened or may be opened; 0 if that takes too
     *     long
     * @param lent the leases that are lent; null for a lease whose work has not begun or has ended
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
        this.longPatience = Patience.ofBorrowers(options);
        this.longestShare = options.acquireTimeout().toNanos() / 25;
    }

    /** A read with a fallback has begun to wait. */
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
        // an exception in the look ends the watch; the next waiting read starts it again
        watching = false;
        anyWaits = false;
        next = null;
        earliest = Long.MAX_VALUE;
        wantsLane = null;
        lookAtLeases(now);
        // quick reads first; reads get their places in this order
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
     * A lease is idle when no statement runs on it. It stands when it will not come back soon: when it is idle, when its
     * statement may wait for a lock, or when its transaction has lasted for a large part of the acquire time-out.
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

    /** A quick read waits only if the lanes were stuck or a connection may still open; that connection may never come. */
    private boolean quickOneGoes(LaneFallback<?> orElse, long waited) {
        if (orElse.places().getAsInt() <= 0) {
            wantLane(orElse, waited);
            return false;
        }
        return toCome.getAsInt() == 0 || waited >= PATIENCE;
    }

    /** Asks for a lane. While a connection may still open for the read, only after a long wait: each connection costs. */
    private void wantLane(LaneFallback<?> orElse, long waited) {
        if (noneComesWithin(waited)) {
            wantsLane = orElse.whenItWaits();
        }
    }

    private boolean noneComesWithin(long waited) {
        return toCome.getAsInt() == 0 || waited >= longPatience;
    }

    /**
     * Each look sends at most one slow read, and at most one of each text is on a lane at a time. If some lease is idle, the
     * read may take a lane that is not the last free one: the lease's user may be waiting for this read. It may take the last
     * one, which quick reads need, only if no lease will come back by itself. Texts take fair turns: a short read goes before a
     * longer one that came first, and no text starves another.
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
     * The cost of a turn. Long reads count as less than they take, or they would wait for longer than the acquire time-out.
     * Short reads count as the time between two looks.
     */
    private long share(LaneFallback<?> orElse) {
        return Math.max(LOOK, Math.min(orElse.usual().getAsLong(), longestShare));
    }
}
