package io.headgate.pool.capacity;

/**
 * Follows the measured load within a plan. It grows at once to the number that a sample needs. It shrinks slowly, so that a
 * pause between two bursts does not close connections that the second burst needs again. Pure: the caller measures, calls
 * {@link #observe} at intervals (a few seconds) and applies {@link #targets()}. Immutable, so one controller may be shared;
 * each observation returns the next controller.
 *
 * <p>The need is the greatest of: the Erlang C result at the measured load; the leases in use; and, when callers wait, the
 * leases in use plus the waiting callers. The pool shrinks when six samples in a row need less than it has. It then closes a
 * quarter of its surplus over the greatest of these needs, at least one, and counts anew. An implausible sample changes
 * nothing.
 *
 * <p>Lanes stay as planned: their number follows from the database's cores, not from the load, and an idle one behind a
 * pooler holds no server connection. Leases never leave the plan's minimum and maximum, whatever is measured.
 */
public final class CapacityController {

    private static final int CALM_SAMPLES = 6;
    private static final int SHRINK_SHARE = 4;

    private final CapacityPlan plan;
    private final int leases;
    private final int calm;
    private final int neediest;

    private CapacityController(CapacityPlan plan, int leases, int calm, int neediest) {
        this.plan = plan;
        this.leases = leases;
        this.calm = calm;
        this.neediest = neediest;
    }

    /** A controller that begins at the plan's minimum. */
    public static CapacityController of(CapacityPlan plan) {
        return new CapacityController(plan, plan.minLeases(), 0, 0);
    }

    /** What the pool is to have now. */
    public PoolTargets targets() {
        return new PoolTargets(plan.lanes(), leases);
    }

    /** This controller after one more interval. */
    public CapacityController observe(LoadSample sample) {
        if (!sample.isPlausible()) {
            return this;
        }
        int needed = Math.max(plan.minLeases(), needed(sample));
        if (needed >= leases) {
            return new CapacityController(plan, needed, 0, 0);
        }
        int most = Math.max(neediest, needed);
        if (calm + 1 < CALM_SAMPLES) {
            return new CapacityController(plan, leases, calm + 1, most);
        }
        int step = Math.max(1, (leases - most) / SHRINK_SHARE);
        return new CapacityController(plan, leases - step, 0, 0);
    }

    /** This controller under another plan, as when the number of instances has changed. It keeps its state where that fits the plan. */
    public CapacityController replan(CapacityPlan other) {
        int fitting = Math.max(other.minLeases(), Math.min(other.maxLeases(), leases));
        return new CapacityController(other, fitting, 0, 0);
    }

    /** Leases that the sample needs, at most the plan's maximum. */
    private int needed(LoadSample sample) {
        int most = plan.maxLeases();
        long seen = (long) sample.inUse() + sample.waiting();
        // the product of two finite values may be infinite
        double load = Math.min(sample.arrivalsPerSecond() * sample.serviceSeconds(), most);
        int calculated = ErlangC.serversFor(load, plan.waitingProbability(), most);
        return (int) Math.max(calculated, Math.min(seen, most));
    }

    @Override
    public String toString() {
        return "CapacityController[" + targets() + ", " + calm + " calm samples]";
    }
}
