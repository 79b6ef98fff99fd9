package io.headgate.pool;

import static io.headgate.pool.PoolOptions.atLeast;
import static io.headgate.pool.PoolOptions.notNegative;
import static io.headgate.pool.PoolOptions.positive;

import java.time.Duration;

/** Settings of a pool. Each setter checks its value at once; {@link #build} checks them together. */
public final class PoolOptionsBuilder {

    /** Two lanes keep an event loop busy: it reads one while it writes the other. */
    private static final int LANES_PER_CORE = 2;

    /** Lanes get at most a quarter: transactions need the leases, and one lane does the work of many leases. */
    private static final int LANE_SHARE = 4;

    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private int maxConnections = 16;
    private int lanes = -1;
    private int laneDepth = 64;
    private int minIdle = -1;
    private int maxWaiting = 1_000;
    private Duration acquireTimeout = Duration.ofSeconds(5);
    private Duration slowAfter = Duration.ofMillis(2);
    private Duration cancelGrace = Duration.ofMillis(50);
    private Duration resetTimeout = Duration.ofSeconds(5);
    private Duration idleTimeout = Duration.ofMinutes(10);
    private Duration maxLifetime = Duration.ofMinutes(30);
    private Duration validateAfter = Duration.ofSeconds(30);
    private Duration leakThreshold = Duration.ofMinutes(1);
    private Duration reclaimAfter = Duration.ZERO;

    PoolOptionsBuilder() {}

    PoolOptionsBuilder(PoolOptions from) {
        maxConnections = from.maxConnections();
        lanes = from.lanes();
        laneDepth = from.laneDepth();
        minIdle = from.minIdle();
        maxWaiting = from.maxWaiting();
        acquireTimeout = from.acquireTimeout();
        slowAfter = from.slowAfter();
        cancelGrace = from.cancelGrace();
        resetTimeout = from.resetTimeout();
        idleTimeout = from.idleTimeout();
        maxLifetime = from.maxLifetime();
        validateAfter = from.validateAfter();
        leakThreshold = from.leakThreshold();
        reclaimAfter = from.reclaimAfter();
    }

    /**
     * Most connections open at once, lanes and leases together.
     *
     * @param connections at least 1; default 16: the 100 connections of a database, less a margin of a fifth, shared by five
     *     instances
     */
    public PoolOptionsBuilder maxConnections(int connections) {
        maxConnections = atLeast(1, "maxConnections", connections);
        return this;
    }

    /**
     * How many of the connections are lanes, on which statements in their own transaction are pipelined.
     *
     * @param connections 0 or more, fewer than {@code maxConnections}; default twice the cores of this machine, at most
     *     a quarter of {@code maxConnections}. 0 gives every statement a connection of its own
     */
    public PoolOptionsBuilder lanes(int connections) {
        lanes = atLeast(0, "lanes", connections);
        return this;
    }

    /**
     * Most statements under way on one lane.
     *
     * @param statements 1 to 1,024; default 64: enough for hundreds of callers on four lanes. A greater depth makes more
     *     statements wait behind a slow one
     */
    public PoolOptionsBuilder laneDepth(int statements) {
        laneDepth = atLeast(1, "laneDepth", statements);
        return this;
    }

    /**
     * Leases kept open, so that the next transaction need not wait for a connection; opened after the first use.
     *
     * @param connections 0 or more; default 1
     */
    public PoolOptionsBuilder minIdle(int connections) {
        minIdle = atLeast(0, "minIdle", connections);
        return this;
    }

    /**
     * Most callers that wait for a lease, and as many again for a place on a lane; one more is refused at once.
     *
     * @param callers 0 or more; default 1,000: at 16 connections and 1 ms a statement the last of them waits 60 ms
     */
    public PoolOptionsBuilder maxWaiting(int callers) {
        maxWaiting = atLeast(0, "maxWaiting", callers);
        return this;
    }

    /** Longest wait for a lease or a place on a lane; default 5 s, far below PgBouncer's query_wait_timeout of 120 s. */
    public PoolOptionsBuilder acquireTimeout(Duration timeout) {
        acquireTimeout = positive("acquireTimeout", timeout);
        return this;
    }

    /**
     * Server time from which on a statement gets a lease, because it would delay the statements behind it on a lane.
     *
     * @param time default 2 ms: as long as about twenty look-ups by key
     */
    public PoolOptionsBuilder slowAfter(Duration time) {
        slowAfter = positive("slowAfter", time);
        return this;
    }

    /**
     * How long a cancelled statement may go on before the server is asked to stop it; default 50 ms: most statements end
     * sooner by themselves, and a cancel request costs a connection.
     */
    public PoolOptionsBuilder cancelGrace(Duration grace) {
        cancelGrace = positive("cancelGrace", grace);
        return this;
    }

    /** Longest time for the reset of a connection; after it the connection is closed. Default 5 s. */
    public PoolOptionsBuilder resetTimeout(Duration limit) {
        resetTimeout = positive("resetTimeout", limit);
        return this;
    }

    /** How long a connection beyond {@code minIdle} stays open unused; default 10 min, as PgBouncer's own. */
    public PoolOptionsBuilder idleTimeout(Duration timeout) {
        idleTimeout = positive("idleTimeout", timeout);
        return this;
    }

    /**
     * How old a connection gets, plus or minus a random tenth, so that connections do not all close at once; default 30 min:
     * new addresses and passwords are used within that time.
     */
    public PoolOptionsBuilder maxLifetime(Duration lifetime) {
        maxLifetime = positive("maxLifetime", lifetime);
        return this;
    }

    /**
     * How long a connection may be unused before it is validated first; default 30 s. Validation costs a round trip; it
     * prevents an error when a firewall has dropped the connection.
     */
    public PoolOptionsBuilder validateAfter(Duration idle) {
        validateAfter = positive("validateAfter", idle);
        return this;
    }

    /** How long a lease may be held before it is reported as leaked, once; default 1 min, zero for never. */
    public PoolOptionsBuilder leakThreshold(Duration held) {
        leakThreshold = notNegative("leakThreshold", held);
        return this;
    }

    /** How long a lease may be held before it is taken away and its work fails; default zero, for never. */
    public PoolOptionsBuilder reclaimAfter(Duration held) {
        reclaimAfter = notNegative("reclaimAfter", held);
        return this;
    }

    /**
     * Builds the options.
     *
     * @throws IllegalArgumentException if two values contradict each other
     */
    public PoolOptions build() {
        int lanesUsed = lanes >= 0 ? lanes : Math.min(maxConnections / LANE_SHARE, LANES_PER_CORE * CORES);
        // never below 0: with too many lanes the error must name the lanes
        int minIdleUsed = minIdle >= 0 ? minIdle : Math.max(0, Math.min(1, maxConnections - lanesUsed));
        return new PoolOptions(
                maxConnections,
                lanesUsed,
                laneDepth,
                minIdleUsed,
                maxWaiting,
                acquireTimeout,
                slowAfter,
                cancelGrace,
                resetTimeout,
                idleTimeout,
                maxLifetime,
                validateAfter,
                leakThreshold,
                reclaimAfter);
    }
}
