package io.headgate.pool.capacity;

/**
 * The number of connections that a pool should have now.
 *
 * @param lanes connections for pipelined statements, 0 or more
 * @param leases connections for exclusive use, 1 or more
 */
public record PoolTargets(int lanes, int leases) {

    public PoolTargets {
        Require.from(0, "lanes", lanes);
        Require.from(1, "leases", leases);
    }

    /** Lanes and leases. */
    public int connections() {
        return lanes + leases;
    }
}
