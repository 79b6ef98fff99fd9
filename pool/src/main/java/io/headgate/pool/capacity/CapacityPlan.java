package io.headgate.pool.capacity;

import io.headgate.core.SqlExecutor;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The calculated pool size for one instance of a service. Little's law gives the mean number of busy connections. Erlang C
 * gives the number that keeps waits rare. The budget that all instances share is the ceiling. Immutable; {@link #explain()}
 * shows how each figure was calculated.
 *
 * @see ErlangC
 * @see <a href="https://en.wikipedia.org/wiki/Little%27s_law">J. D. C. Little, "A proof for the queuing formula L =
 *     &lambda;W", 1961</a>
 */
public final class CapacityPlan {

    private final CapacityInputs inputs;
    private final CapacityCeiling ceiling;
    private final CapacityFigures figures;
    private final List<String> warnings;

    CapacityPlan(CapacityInputs inputs) {
        this.inputs = inputs;
        this.ceiling = CapacityCeiling.of(inputs);
        this.figures = CapacityFigures.of(inputs, ceiling);
        this.warnings = CapacityWarnings.of(inputs, ceiling, figures);
    }

    /** A builder in which at least {@link Builder#maxConnections} or {@link Builder#pooler} has to be set. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A builder with the limits of the database behind {@code db}; the caller adds instances and rate. Lazy.
     *
     * @param db any executor, also behind a pooler; a pooler's limits are not read
     */
    public static Mono<Builder> discover(SqlExecutor db) {
        return CapacityDiscovery.discover(db);
    }

    /**
     * A builder with the limits of the database and of the PgBouncer in front of it; the caller adds instances and rate. Lazy.
     *
     * @param db any executor on the database
     * @param console the pooler's console
     * @param database PgBouncer's name of the database, as it stands in the URL through it
     * @return the builder; {@link io.headgate.core.error.ConfigurationException} if PgBouncer does not know the database
     */
    public static Mono<Builder> discover(SqlExecutor db, PoolerConsole console, String database) {
        return CapacityDiscovery.discover(db, console, database);
    }

    /**
     * Connections of this instance that carry single statements, pipelined; 0 if there is but one connection, which then
     * serves statements and transactions in turn.
     *
     * <p>A lane with work occupies one server connection. Its process uses at most one core, and is idle while pooler and
     * network carry the answer. Two lanes for each core fill these gaps; more lanes only compete. Measured with 64 callers and
     * a database on two cores, four to eight lanes did best. So the fleet gets two for each core, an instance at least two (one
     * slow statement must not hold up all) and at most sixteen, and never more than half its connections: the rest is for
     * transactions. If the cores are unknown, an instance has as many as a pool without a plan: two for each core of its own
     * machine, and at most a quarter of its connections; 2 to 16.
     */
    public int lanes() {
        return figures.lanes();
    }

    /** Leases to keep open, 1 to {@link #maxLeases()}: with the lanes, the connections that the peak keeps busy. */
    public int minLeases() {
        return figures.minLeases();
    }

    /** Most leases of this instance at once: the ceiling less the lanes; at least 1. */
    public int maxLeases() {
        return figures.maxLeases();
    }

    /**
     * Most statements in flight on a lane, 1 to 64; 0 without lanes. A statement that was sent to a lane cannot move to another
     * lane. So the depth is the number of statements that a lane serves in 100 ms, or in the longest statement wait if that is
     * less. It is 64 if the time of a statement is unknown.
     */
    public int laneDepth() {
        return figures.laneDepth();
    }

    /**
     * Most callers that wait: the number that can be served within the acquire timeout, at most 10,000. At least 1,000 while
     * the service time is a guess.
     */
    public int maxWaiting() {
        return figures.maxWaiting();
    }

    /**
     * Longest wait for a connection: the greatest statement wait if given, else 5 s, and at most four fifths of PgBouncer's
     * {@code query_wait_timeout}, so that the pool reports overload to its callers before PgBouncer does.
     */
    public Duration acquireTimeout() {
        return figures.acquireTimeout();
    }

    /** Lanes and minimum leases. */
    public int minConnections() {
        return lanes() + minLeases();
    }

    /** Lanes and maximum leases: the share of one instance in the budget. */
    public int maxConnections() {
        return lanes() + maxLeases();
    }

    /** Connections that would keep waits as rare and short as requested at the peak. May exceed the maximum. 0 if no rate is known. */
    public int wantedConnections() {
        return figures.wanted();
    }

    /** The limit that decides {@link #maxConnections()}, in words, such as {@code PgBouncer's pool_size}. */
    public String binding() {
        return ceiling.binding();
    }

    /** Problems of the inputs or the result, in words; empty if there are none. */
    public List<String> warnings() {
        return warnings;
    }

    /** Inputs, formulae with their numbers, results, limits and warnings, as lines of aligned text. */
    public String explain() {
        return CapacityExplanation.of(inputs, ceiling, figures, warnings);
    }

    /** The same plan as settings for R2DBC Pool. */
    public PlainPoolSettings r2dbcPool() {
        return PlainPoolSettings.r2dbcPool(this);
    }

    /** The same plan as settings for Vert.x's own pool. */
    public PlainPoolSettings vertxPool() {
        return PlainPoolSettings.vertxPool(this);
    }

    /** The share of statements that may wait. */
    double waitingProbability() {
        return inputs.waitingProbability();
    }

    @Override
    public String toString() {
        return "CapacityPlan[lanes=" + lanes() + ", leases=" + minLeases() + ".." + maxLeases() + ", laneDepth="
                + laneDepth() + ", maxWaiting=" + maxWaiting() + ", acquireTimeout="
                + Figures.duration(acquireTimeout()) + "]";
    }

    /** Collects the inputs. Each setter checks its value at once; {@link #build()} checks the values together. Not thread-safe. */
    public static final class Builder {

        private static final double MOST_REQUESTS = 1e9;
        private static final Duration LONGEST = Duration.ofHours(1);

        private int maxConnections;
        private int reservedConnections;
        private @Nullable PoolerSettings pooler;
        private FleetView fleet = new FleetView(1, FleetView.NO_RANK);
        private double safetyMargin = 0.8;
        private double peakRequestsPerSecond;
        private @Nullable Duration serviceTime;
        private @Nullable Duration measuredServiceTime;
        private @Nullable Duration measuredStatementTime;
        private int databaseCores;
        private int ownCores = Runtime.getRuntime().availableProcessors();
        private double waitingProbability = 0.05;
        private @Nullable Duration maxStatementWait;
        private int currentPoolSize;

        private Builder() {}

        /** The database's {@code max_connections}, 1 or more. */
        public Builder maxConnections(int connections) {
            maxConnections = Require.from(1, "maxConnections", connections);
            return this;
        }

        /**
         * How many of {@link #maxConnections} are kept for others ({@code superuser_reserved_connections} and {@code
         * reserved_connections}); default 0: the margin leaves room for them.
         */
        public Builder reservedConnections(int connections) {
            reservedConnections = Require.from(0, "reservedConnections", connections);
            return this;
        }

        /** The PgBouncer between the service and the database; default none. */
        public Builder pooler(PoolerSettings settings) {
            pooler = settings;
            return this;
        }

        /** Instances of the service that run at the same time, including those of a rolling deployment; 1 or more, default 1. */
        public Builder instances(int count) {
            return fleet(new FleetView(count, FleetView.NO_RANK));
        }

        /** The instances as {@link FleetMembership} counted them. The remainder of the division is then assigned by rank. */
        public Builder fleet(FleetView view) {
            fleet = view;
            return this;
        }

        /**
         * The share of {@link #maxConnections} that the fleet may use, over 0 to 1; default 0.8: a fifth is for administration,
         * replication and deployments. Does not apply to PgBouncer's pool: only the service uses that.
         */
        public Builder safetyMargin(double share) {
            safetyMargin = Require.share("safetyMargin", share);
            return this;
        }

        /**
         * Requests a second at the peak <em>over all instances together</em>, over 0 to a billion; unknown by default. If
         * unknown, the minimum is one lease beside the lanes.
         */
        public Builder peakRequestsPerSecond(double requests) {
            if (!(requests > 0 && requests <= MOST_REQUESTS)) {
                throw new IllegalArgumentException(
                        "peakRequestsPerSecond is " + requests + "; it must be over 0 and at most 1e9");
            }
            peakRequestsPerSecond = requests;
            return this;
        }

        /**
         * How long a request occupies a connection in the mean, over 0 to an hour. If not given, a running pool measures it.
         * Until then the plan assumes 20 ms, with a warning; the assumption limits neither lanes nor queue.
         */
        public Builder serviceTime(Duration mean) {
            serviceTime = Require.upTo(LONGEST, "serviceTime", mean);
            return this;
        }

        /**
         * The measurements of a running pool; used if {@link #serviceTime} is not given.
         *
         * @param lease mean time that a lease is held, over 0 to an hour; null if not measured yet
         * @param statement mean time that a statement keeps a lane busy, over 0 to an hour; null if not measured yet
         */
        public Builder measured(@Nullable Duration lease, @Nullable Duration statement) {
            measuredServiceTime = lease == null ? null : Require.upTo(LONGEST, "lease", lease);
            measuredStatementTime = statement == null ? null : Require.upTo(LONGEST, "statement", statement);
            return this;
        }

        /** Cores of the database server, 1 or more; if not given, the lanes are calculated from the cores of this machine. */
        public Builder databaseCores(int cores) {
            databaseCores = Require.from(1, "databaseCores", cores);
            return this;
        }

        /** Cores of the machine that this process runs on. */
        Builder ownCores(int cores) {
            ownCores = cores;
            return this;
        }

        /** The share of requests that may wait for a connection at the peak, over 0 to 1; default 0.05: one in twenty. */
        public Builder waitingProbability(double share) {
            waitingProbability = Require.share("waitingProbability", share);
            return this;
        }

        /**
         * The wait that 99 in 100 requests must not exceed at the peak, over 0 to an hour; also the acquire timeout. Not set by
         * default.
         */
        public Builder maxStatementWait(Duration wait) {
            maxStatementWait = Require.upTo(LONGEST, "maxStatementWait", wait);
            return this;
        }

        /** Connections that each instance is configured for today, 1 or more. Used only for a check against the budget. */
        public Builder currentPoolSize(int connections) {
            currentPoolSize = Require.from(1, "currentPoolSize", connections);
            return this;
        }

        /**
         * Builds the plan.
         *
         * @throws IllegalArgumentException if neither database nor pooler is known, or the values contradict each other
         */
        public CapacityPlan build() {
            return new CapacityPlan(new CapacityInputs(
                    maxConnections,
                    reservedConnections,
                    pooler,
                    fleet.instances(),
                    fleet.rank(),
                    safetyMargin,
                    peakRequestsPerSecond,
                    serviceTime,
                    measuredServiceTime,
                    measuredStatementTime,
                    databaseCores,
                    ownCores,
                    waitingProbability,
                    maxStatementWait,
                    currentPoolSize));
        }
    }
}
