package io.headgate.pool.capacity;

/**
 * How long work waits for one of several equal servers: the M/M/c queue. Arrivals are random and independent (Poisson),
 * service times exponential, the queue is one, unbounded and first come first served. Real statements vary less than
 * that and real arrivals come in bursts; the two errors have opposite signs, and the result is a guide, not a promise.
 *
 * <p>Waits are given in mean service times: multiply by the service time to get seconds. Erlang B is computed by its
 * recurrence over the number of servers, in which every value lies between 0 and 1, and Erlang C from it; factorials and
 * powers, which overflow at 171 servers, never appear. Immutable.
 *
 * @param servers connections that serve, 1 to {@value #MOST_SERVERS}
 * @param load offered load in Erlang: arrivals a second times mean service time in seconds, which is by Little's law the
 *     mean number of connections in use; finite and 0 or more. At {@code servers} or more the queue grows without end
 * @see <a href="https://en.wikipedia.org/wiki/Erlang_(unit)">A. K. Erlang, "Solution of some problems in the theory of
 *     probabilities of significance in automatic telephone exchanges", 1917; L. Kleinrock, "Queueing Systems", volume 1,
 *     1975, section 3.5; the recurrence B(c) = a B(c-1) / (c + a B(c-1))</a>
 */
public record ErlangC(int servers, double load) {

    /** Bounds the time a calculation takes, to milliseconds. */
    static final int MOST_SERVERS = 1_000_000;

    public ErlangC {
        if (servers < 1 || servers > MOST_SERVERS) {
            throw new IllegalArgumentException("servers is " + servers + "; it must be 1 to " + MOST_SERVERS);
        }
        requireLoad(load);
    }

    private static void requireLoad(double load) {
        if (!(load >= 0 && load < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("load is " + load + " Erlang; it must be finite and 0 or more");
        }
    }

    /**
     * The fewest servers at which at most a share of the arrivals waits.
     *
     * @param load offered load in Erlang, finite and 0 or more
     * @param waitingProbability over 0, at most 1
     * @param most the upper end of the search, 1 to {@value #MOST_SERVERS}
     * @return 1 to {@code most}; {@code most} also if that is not enough
     */
    public static int serversFor(double load, double waitingProbability, int most) {
        requireLoad(load);
        if (!(waitingProbability > 0 && waitingProbability <= 1)) {
            throw new IllegalArgumentException(
                    "waitingProbability is " + waitingProbability + "; it must be over 0 and at most 1");
        }
        if (most < 1 || most > MOST_SERVERS) {
            throw new IllegalArgumentException("most is " + most + "; it must be 1 to " + MOST_SERVERS);
        }
        double blocking = 1;
        for (int servers = 1; servers < most; servers++) {
            blocking = nextBlocking(blocking, load, servers);
            if (servers > load && waiting(blocking, load, servers) <= waitingProbability) {
                return servers;
            }
        }
        return most;
    }

    /** Whether the servers keep up: the load is below their number. */
    public boolean isStable() {
        return load < servers;
    }

    /** Load a server: the share of time that it works, over 1 if the servers cannot keep up. */
    public double utilization() {
        return load / servers;
    }

    /** The probability that an arrival waits at all, 0 to 1; 1 when the servers cannot keep up. */
    public double waitingProbability() {
        if (!isStable()) {
            return 1;
        }
        double blocking = 1;
        for (int i = 1; i <= servers; i++) {
            blocking = nextBlocking(blocking, load, i);
        }
        return waiting(blocking, load, servers);
    }

    /** The mean wait of all arrivals, in mean service times; infinite when the servers cannot keep up. */
    public double meanWait() {
        return isStable() ? waitingProbability() / (servers - load) : Double.POSITIVE_INFINITY;
    }

    /**
     * The wait that a share of the arrivals does not exceed, in mean service times; 0 if that share does not wait,
     * infinite when the servers cannot keep up.
     *
     * @param share 0 to below 1, such as 0.99
     */
    public double waitPercentile(double share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("share is " + share + "; it must be 0 to below 1");
        }
        if (!isStable()) {
            return Double.POSITIVE_INFINITY;
        }
        // P(wait > t) = C e^(-(c - a) t), t in service times
        return Math.max(0, Math.log(waitingProbability() / (1 - share)) / (servers - load));
    }

    private static double nextBlocking(double blocking, double load, int servers) {
        return load * blocking / (servers + load * blocking);
    }

    private static double waiting(double blocking, double load, int servers) {
        return servers * blocking / (servers - load * (1 - blocking));
    }
}
