package io.headgate.pool.capacity;

import java.time.Duration;

/**
 * The figures of one instance, documented at {@link CapacityPlan}.
 *
 * @param wanted connections that keep waits as rare and short as requested; 0 if no rate is known
 */
record CapacityFigures(
        int lanes, int minLeases, int maxLeases, int laneDepth, int maxWaiting, Duration acquireTimeout, int wanted) {

    static final int LANES_A_CORE = 2;
    static final int LEAST_LANES = 2;
    static final int MOST_LANES = 16;

    /** A pool without a plan has at most one lane in so many connections. */
    static final int UNPLANNED_LANES = 4;

    /** Deeper lanes gained nothing in the measurements, with 256 callers on 4 lanes. */
    static final int MOST_DEPTH = 64;

    static final Duration LANE_WAIT = Duration.ofMillis(100);

    /** A waiting caller costs about a kilobyte, so ten megabytes. */
    static final int MOST_WAITING = 10_000;

    /** The default of a pool without a plan. */
    static final int UNPLANNED_WAITING = 1_000;

    static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(5);

    /** The share of requests for which {@code maxStatementWait} is to hold. */
    static final double WAIT_SHARE = 0.99;

    static CapacityFigures of(CapacityInputs inputs, CapacityCeiling ceiling) {
        int lanes = lanes(inputs, ceiling.instance());
        int maxLeases = ceiling.instance() - lanes;
        int busy = (int) Math.ceil(inputs.instanceLoad() - 1e-9);
        int minLeases = Math.max(1, Math.min(maxLeases, busy - lanes));
        Duration timeout = acquireTimeout(inputs);
        return new CapacityFigures(
                lanes,
                minLeases,
                maxLeases,
                lanes == 0 ? 0 : laneDepth(inputs),
                maxWaiting(inputs, ceiling.instance(), timeout),
                timeout,
                inputs.rateIsKnown() ? wanted(inputs) : 0);
    }

    /** The queue of this instance at its peak when all its connections are open. */
    ErlangC atPeak(CapacityInputs inputs) {
        return new ErlangC(lanes + maxLeases, inputs.instanceLoad());
    }

    private static int lanes(CapacityInputs inputs, int connections) {
        // if the database's cores are unknown: as many as a pool without a plan has
        double useful = inputs.coresAreKnown()
                ? Math.ceil((double) LANES_A_CORE * inputs.databaseCores() / inputs.instances())
                : Math.min(LANES_A_CORE * inputs.ownCores(), connections / UNPLANNED_LANES);
        return Math.min(connections / 2, (int) Math.max(LEAST_LANES, Math.min(MOST_LANES, useful)));
    }

    /** The time in which a full lane serves all its statements. */
    static Duration laneWait(CapacityInputs inputs) {
        Duration wish = inputs.maxStatementWait();
        return wish == null || wish.compareTo(LANE_WAIT) > 0 ? LANE_WAIT : wish;
    }

    private static int laneDepth(CapacityInputs inputs) {
        Duration statement = inputs.statementTime();
        if (statement == null) {
            return MOST_DEPTH;
        }
        double served = Figures.seconds(laneWait(inputs)) / Figures.seconds(statement);
        return (int) Math.max(1, Math.min(MOST_DEPTH, served + 1e-9));
    }

    /** By Little's law, the callers that the connections can serve within the timeout. One more would always time out. */
    private static int maxWaiting(CapacityInputs inputs, int connections, Duration timeout) {
        double served = connections * Figures.seconds(timeout) / inputs.serviceSeconds();
        return (int) Math.max(leastWaiting(inputs, connections), Math.min(MOST_WAITING, served + 1e-9));
    }

    /** One for each connection. If the service time is a guess: the default of a pool without a plan. */
    static int leastWaiting(CapacityInputs inputs, int connections) {
        return inputs.serviceIsAssumed() ? Math.max(connections, UNPLANNED_WAITING) : connections;
    }

    private static Duration acquireTimeout(CapacityInputs inputs) {
        Duration wish = inputs.maxStatementWait();
        Duration timeout = wish == null ? ACQUIRE_TIMEOUT : wish;
        PoolerSettings pooler = inputs.pooler();
        if (pooler == null || pooler.queryWaitTimeout().isZero()) {
            return timeout;
        }
        Duration limit = pooler.queryWaitTimeout().multipliedBy(4).dividedBy(5);
        return timeout.compareTo(limit) > 0 ? limit : timeout;
    }

    private static int wanted(CapacityInputs inputs) {
        double load = inputs.instanceLoad();
        int servers = ErlangC.serversFor(load, inputs.waitingProbability(), ErlangC.MOST_SERVERS);
        Duration wish = inputs.maxStatementWait();
        if (wish == null) {
            return servers;
        }
        double limit = Figures.seconds(wish) / inputs.serviceSeconds();
        // ends where less than one in a hundred waits at all: some square roots of the load above the start
        while (new ErlangC(servers, load).waitPercentile(WAIT_SHARE) > limit) {
            servers++;
        }
        return servers;
    }
}
