package io.headgate.pool.capacity;

/**
 * The instances of a service, as one of them sees them.
 *
 * @param instances how many there are, this one included; 1 or more
 * @param rank this one's place among them, 0 to below {@code instances}, or {@value #NO_RANK} if it is unknown
 */
public record FleetView(int instances, int rank) {

    /** The rank of an instance that knows the number of the others and not its place. */
    static final int NO_RANK = -1;

    public FleetView {
        Require.from(1, "instances", instances);
        Require.from(NO_RANK, "rank", rank);
        if (rank >= instances) {
            throw new IllegalArgumentException("rank is " + rank + "; it must be below instances, " + instances);
        }
    }

    /**
     * This instance's share: the budget divided and rounded down, and one more for the first ranks if that leaves
     * something over. The shares of all ranks add up to the budget.
     *
     * @param budget connections for all, 0 or more
     * @return 0 or more; 0 for some when there are more instances than connections
     */
    public int share(int budget) {
        Require.from(0, "budget", budget);
        return budget / instances + (rank != NO_RANK && rank < budget % instances ? 1 : 0);
    }
}
