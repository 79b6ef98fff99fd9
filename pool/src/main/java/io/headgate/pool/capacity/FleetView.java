package io.headgate.pool.capacity;

/**
 * The instances of a service, as one instance sees them.
 *
 * @param instances the number of instances, including this one; 1 or more
 * @param rank the position of this instance, 0 to below {@code instances}, or {@value #NO_RANK} if unknown
 */
public record FleetView(int instances, int rank) {

    /** The rank of an instance that knows the number of instances but not its own position. */
    static final int NO_RANK = -1;

    public FleetView {
        Require.from(1, "instances", instances);
        Require.from(NO_RANK, "rank", rank);
        if (rank >= instances) {
            throw new IllegalArgumentException("rank is " + rank + "; it must be below instances, " + instances);
        }
    }

    /**
     * This instance's share: the budget divided and rounded down; the first ranks get one more each if there is a remainder.
     * The shares of all ranks add up to the budget.
     *
     * @param budget connections for all, 0 or more
     * @return 0 or more; 0 for some when there are more instances than connections
     */
    public int share(int budget) {
        Require.from(0, "budget", budget);
        return budget / instances + (rank != NO_RANK && rank < budget % instances ? 1 : 0);
    }
}
