package io.headgate.pool;

/**
 * A pool at one moment.
 *
 * @param open connections open
 * @param connecting connections being opened
 * @param leased connections lent, or on their way back to rest
 * @param waiting callers that wait
 * @param maxConnections most connections open at once
 * @param maxWaiting most callers that wait
 */
public record PoolState(int open, int connecting, int leased, int waiting, int maxConnections, int maxWaiting)
        implements java.io.Serializable {

    /** Connections open and unused. */
    public int idle() {
        return open - leased;
    }

    @Override
    public String toString() {
        return leased + " of " + maxConnections + " connections in use, " + idle() + " idle, " + connecting + " connecting, "
                + waiting + " of at most " + maxWaiting + " waiting";
    }
}
