package io.headgate.pool.capacity;

/**
 * The most connections that the fleet and one instance may have, and the limit that decides it.
 *
 * <p>The safety margin is a share of {@code max_connections} that services may use; the rest covers the reserved connections,
 * replication, administration and deployments in which old and new instances overlap. Behind a pooler the fleet stays within
 * {@code pool_size}, so that work waits in Headgate's queues and not in PgBouncer's. Headgate's queues are bounded, have a
 * time-out and report errors to callers. PgBouncer's reserve pool is for emergencies and is not counted.
 *
 * @param database the database's limit, or {@link #UNLIMITED} if it is unknown
 * @param budget connections of the fleet that can work at once
 * @param instance most connections of one instance, at least 1 even if that exceeds the budget
 * @param binding the limit that decides, in words
 */
record CapacityCeiling(int database, int budget, int instance, String binding) {

    static final int UNLIMITED = Integer.MAX_VALUE;

    static CapacityCeiling of(CapacityInputs inputs) {
        int database = database(inputs);
        PoolerSettings pooler = inputs.pooler();
        int budget = database;
        String binding = database == inputs.maxConnections() - inputs.reservedConnections()
                ? "max_connections less the reserved ones"
                : "max_connections times the safety margin";
        if (pooler != null && pooler.budget() <= budget) {
            budget = pooler.budget();
            binding = "PgBouncer's " + pooler.budgetSetting();
        }
        FleetView fleet = new FleetView(inputs.instances(), inputs.rank());
        int instance = fleet.share(budget);
        if (pooler != null && fleet.share(pooler.maxClientConnections()) < instance) {
            instance = fleet.share(pooler.maxClientConnections());
            binding = "PgBouncer's max_client_conn";
        }
        return new CapacityCeiling(database, budget, Math.max(1, instance), binding);
    }

    private static int database(CapacityInputs inputs) {
        if (inputs.maxConnections() == 0) {
            return UNLIMITED;
        }
        int free = inputs.maxConnections() - inputs.reservedConnections();
        return Math.max(1, Math.min(free, floor(inputs.maxConnections() * inputs.safetyMargin())));
    }

    /** Rounds down, but corrects the error of binary fractions first: 0.29 x 100 is 28.999999999999996. */
    private static int floor(double value) {
        return (int) Math.floor(value + 1e-9);
    }
}
