package io.headgate.pool;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import reactor.core.scheduler.Scheduler;

/**
 * Lets reads that wait for a lease go to a lane when leases may be waiting for them: a transaction holds one and asks for such a read
 * outside itself, which PostgreSQL's deadlock detector cannot see.
 *
 * <p>A slow read goes when it has waited for a while, and for the same while no statement has run on some lease, so that its user may
 * be waiting for this read. A lease on which one runs comes back by itself, or waits for a lock that an idle one holds. Slow reads go one after the other and
 * one of each text at a time, and {@link SlowOnLanes} keeps most of the last lane's time for the quick ones. A quick read goes at
 * once when no connection is to come, and after the same while when one is: it may never come.
 *
 * <p>Looks while such reads wait. Belongs to the leases' {@link SerialQueue}.
 */
final class Standstill {

    /** Half of what people notice. Too short does little harm, since slow reads take no more than their share of the lanes. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(50);

    /** From one look to the next: a part of the patience, and next to no load. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(10);

    private final ConnectionSupply supply;
    private final BorrowerQueue waiting;
    private final SerialQueue events;
    private final Scheduler timers;
    private final IntSupplier toCome;
    private final Supplier<List<Borrower<?>>> users;
    private boolean watching;

    // of the look that runs
    private boolean quickOneWaits;
    private boolean slowOneWaits;
    private boolean slowOneWent;

    /**
     * @param toCome connections for those that wait that are being opened, or may be
     * @param users those who have a lease
     */
    Standstill(
            ConnectionSupply supply,
            BorrowerQueue waiting,
            SerialQueue events,
            Scheduler timers,
            IntSupplier toCome,
            Supplier<List<Borrower<?>>> users) {
        this.supply = supply;
        this.waiting = waiting;
        this.events = events;
        this.timers = timers;
        this.toCome = toCome;
        this.users = users;
    }

    /** A read waits that could do without a lease. */
    void watch() {
        if (!watching) {
            watching = true;
            lookLater();
        }
    }

    private void lookLater() {
        timers.schedule(() -> events.run(this::look), LOOK, TimeUnit.NANOSECONDS);
    }

    private void look() {
        long now = supply.now();
        quickOneWaits = false;
        slowOneWaits = false;
        slowOneWent = false;
        boolean leasesStand = isAnyIdle(now);
        waiting.letGoElsewhere(each -> quickOneGoes(each, now));
        waiting.letGoElsewhere(each -> slowOneGoes(each, now, leasesStand));
        watching = quickOneWaits || slowOneWaits;
        if (watching) {
            lookLater();
        }
    }

    /** All are asked, since each remembers what it was like at the last look. */
    private boolean isAnyIdle(long now) {
        boolean any = false;
        for (Borrower<?> user : users.get()) {
            any |= user.idleFor(now) >= PATIENCE;
        }
        return any;
    }

    /** One came when the lanes were blocked, or connections to come. */
    private boolean quickOneGoes(Borrower<?> each, long now) {
        OrElse<?> orElse = each.orElse();
        if (orElse == null || orElse.isPatient() || !each.isWaiting()) {
            return false;
        }
        quickOneWaits = true;
        boolean waitsForNothing = toCome.getAsInt() == 0 || now - each.since() >= PATIENCE;
        return waitsForNothing && orElse.hasPlace().getAsBoolean();
    }

    private boolean slowOneGoes(Borrower<?> each, long now, boolean leasesStand) {
        OrElse<?> orElse = each.orElse();
        if (orElse == null || !orElse.isPatient() || !each.isWaiting()) {
            return false;
        }
        slowOneWaits = true;
        boolean goes = leasesStand
                && !slowOneWent
                && now - each.since() >= PATIENCE
                && orElse.hasPlace().getAsBoolean();
        slowOneWent |= goes;
        return goes;
    }
}
