package io.headgate.pool;

/**
 * A pool at one moment.
 *
 * @param open connections open, lanes and leases together
 * @param connecting connections being opened
 * @param leased leases in use, or in a reset
 * @param lanes connections that are lanes
 * @param inFlight statements under way on lanes
 * @param waiting callers that wait for a lease or for a place on a lane
 * @param maxConnections most connections open at once
 * @param maxWaiting most callers that wait for a lease, and for a place on a lane
 */
public record PoolState(
        int open, int connecting, int leased, int lanes, int inFlight, int waiting, int maxConnections, int maxWaiting)
        implements java.io.Serializable {

    public static final PoolState EMPTY = new PoolState(0, 0, 0, 0, 0, 0, 0, 0);

    /** Leases open and unused. */
    public int idle() {
        return open - lanes - leased;
    }

    /** The sum of two parts of the same pool. */
    public PoolState and(PoolState other) {
        return new PoolState(
                open + other.open,
                connecting + other.connecting,
                leased + other.leased,
                lanes + other.lanes,
                inFlight + other.inFlight,
                waiting + other.waiting,
                maxConnections + other.maxConnections,
                Math.max(maxWaiting, other.maxWaiting));
    }

    @Override
    public String toString() {
        return leased + " leases in use, " + idle() + " idle, " + lanes + " lanes with " + inFlight
                + " statements under way, " + connecting + " connecting; at most " + maxConnections
                + " connections, lanes included; " + waiting + " of at most " + maxWaiting + " waiting";
    }
}
