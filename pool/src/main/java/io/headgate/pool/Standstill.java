package io.headgate.pool;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final ConnectionSupply supply;
    private final BorrowerQueue waiting;
    private final SerialQueue events;
    private final Scheduler timers;
    private final Executor outside;
    private final IntSupplier toCome;
    private final Supplier<List<@Nullable Lease>> lent;
    private final long longPatience;
    private final long longestShare;
    private boolean watching;

    /** When each text is due, in time spent on lanes; while any read waits. */
    private final Map<Object, Long> due = new HashMap<>();

    private long spent;

    // of the look that runs
    private boolean anyWaits;
    private boolean anyIsIdle;
    private boolean allStand;
    private @Nullable Borrower<?> next;
    private long earliest;
    private @Nullable Runnable hasNoPlace;

    /**
     * @param outside runs what may call callers' code
     * @param toCome connections for those that wait that are being opened, or may be
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
            Duration acquireTimeout) {
        this.supply = supply;
        this.waiting = waiting;
        this.events = events;
        this.timers = timers;
        this.outside = outside;
        this.toCome = toCome;
        this.lent = lent;
        this.longPatience = acquireTimeout.toNanos() / 4;
        this.longestShare = acquireTimeout.toNanos() / 25;
    }

    /** A read waits that could do without a lease. */
    void watch() {
        if (!watching) {
            timers.schedule(() -> events.run(this::look), LOOK, TimeUnit.NANOSECONDS);
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
        hasNoPlace = null;
        lookAtLeases(now);
        int before = waiting.size();
        waiting.letGoElsewhere(each -> quickOneGoes(each, now));
        boolean noQuickOneWent = waiting.size() == before;
        waiting.forEach(each -> consider(each, now, noQuickOneWent));
        if (next != null) {
            noteNext();
            waiting.letGoElsewhere(each -> each == next);
        }
        if (hasNoPlace != null) {
            outside.execute(hasNoPlace);
        }
        if (anyWaits) {
            watch();
        } else {
            due.clear();
            spent = 0;
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
            lease.look(now);
            boolean idle = lease.isIdle(now, PATIENCE);
            anyIsIdle |= idle;
            allStand &= idle || lease.isOverdue(now) || lease.isInTransactionFor(now, longPatience);
        }
    }

    /** It came when the lanes were stuck, or connections were to come; one that is to come may never come. */
    private boolean quickOneGoes(Borrower<?> each, long now) {
        OrElse<?> orElse = each.orElse();
        if (orElse == null || orElse.isPatient() || !each.isWaiting()) {
            return false;
        }
        if (orElse.places().getAsInt() == 0) {
            wantPlace(orElse, now - each.since());
            return false;
        }
        return toCome.getAsInt() == 0 || now - each.since() >= PATIENCE;
    }

    /** While a connection is to come for it, only when that takes so long that it may never come: each connection costs. */
    private void wantPlace(OrElse<?> orElse, long waited) {
        if (toCome.getAsInt() == 0 || waited >= longPatience) {
            hasNoPlace = orElse.whenItWaits();
        }
    }

    /**
     * One slow read goes at a look, and one of each text at a time: to a lane that is not the last when some lease is idle, since its user
     * may be waiting for this read; to the last lane, which the quick ones need, when no lease will come back by itself. Texts share the
     * lanes' time by fair queueing (Demers, Keshav, Shenker 1989): a short one goes before a long one that came first, and none keeps
     * another from going.
     */
    private void consider(Borrower<?> each, long now, boolean mayGo) {
        OrElse<?> orElse = each.orElse();
        if (orElse == null || !each.isWaiting()) {
            return;
        }
        anyWaits = true;
        if (!mayGo || !orElse.isPatient() || now - each.since() < PATIENCE || !(anyIsIdle || allStand)) {
            return;
        }
        long finish = due.computeIfAbsent(orElse.kind(), kind -> spent + share(orElse));
        if (finish < earliest) {
            int places = orElse.places().getAsInt();
            if (places > (allStand ? 0 : 1)) {
                earliest = finish;
                next = each;
            } else if (places == 0) {
                wantPlace(orElse, now - each.since());
            }
        }
    }

    private void noteNext() {
        Borrower<?> going = next;
        OrElse<?> orElse = going == null ? null : going.orElse();
        if (orElse != null) {
            spent = Math.max(spent, earliest - share(orElse));
            due.put(orElse.kind(), earliest + share(orElse));
        }
    }

    /** A long one counts as less than it takes, else it would wait for longer than its caller does. */
    private long share(OrElse<?> orElse) {
        return Math.min(orElse.usual(), longestShare);
    }
}
