package io.headgate.pool.capacity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a plan is made from; what each means is said at {@link CapacityPlan.Builder}, which checks single
 * values; what they mean together is checked here.
 *
 * @param maxConnections 0 if unknown
 * @param rank this instance's, or {@link FleetView#NO_RANK}
 * @param peakRequestsPerSecond of the whole fleet; 0 if unknown
 * @param serviceTime as given, or null if it is assumed
 * @param databaseCores 0 if unknown
 * @param currentPoolSize 0 if none was given
 */
record CapacityInputs(
        int maxConnections,
        int reservedConnections,
        @Nullable PoolerSettings pooler,
        int instances,
        int rank,
        double safetyMargin,
        double peakRequestsPerSecond,
        @Nullable Duration serviceTime,
        int databaseCores,
        double waitingProbability,
        @Nullable Duration maxStatementWait,
        int currentPoolSize) {

    /**
     * Fifty requests a second and connection: a request of a few short statements with the service's own work between
     * them. The rule of thumb by which 1,000 requests a second take 20 connections.
     */
    static final Duration ASSUMED_SERVICE_TIME = Duration.ofMillis(20);

    /** A small database server. */
    static final int ASSUMED_CORES = 4;

    /** Over that a unit was mistaken; calculating it would also take long. */
    private static final double MOST_LOAD = 100_000;

    CapacityInputs {
        if (maxConnections == 0 && pooler == null) {
            throw new IllegalArgumentException("neither maxConnections nor pooler is set; give at least one of them,"
                    + " or begin with CapacityPlan.discover");
        }
        if (maxConnections == 0 && reservedConnections > 0) {
            throw new IllegalArgumentException("reservedConnections is " + reservedConnections
                    + " and maxConnections is not set; give max_connections too");
        }
        if (maxConnections > 0 && reservedConnections >= maxConnections) {
            throw new IllegalArgumentException("reservedConnections is " + reservedConnections + " of maxConnections "
                    + maxConnections + "; nothing is left for services");
        }
        Duration service = serviceTime == null ? ASSUMED_SERVICE_TIME : serviceTime;
        double load = peakRequestsPerSecond * Figures.seconds(service);
        if (load > MOST_LOAD) {
            throw new IllegalArgumentException("peakRequestsPerSecond " + Figures.number(peakRequestsPerSecond)
                    + " times serviceTime " + Figures.duration(service) + " keeps "
                    + Figures.number(load) + " connections busy; check the units");
        }
    }

    Duration service() {
        return serviceTime == null ? ASSUMED_SERVICE_TIME : serviceTime;
    }

    double serviceSeconds() {
        return Figures.seconds(service());
    }

    int cores() {
        return databaseCores == 0 ? ASSUMED_CORES : databaseCores;
    }

    boolean rateIsKnown() {
        return peakRequestsPerSecond > 0;
    }

    /** Mean number of busy connections of the fleet at the peak, by Little's law: rate times time. */
    double fleetLoad() {
        return peakRequestsPerSecond * serviceSeconds();
    }

    double instanceLoad() {
        return fleetLoad() / instances;
    }
}
