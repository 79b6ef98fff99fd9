package io.headgate.pool.capacity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a plan, documented at {@link CapacityPlan.Builder}. The builder checks single values; this record checks them
 * together.
 *
 * @param maxConnections 0 if unknown
 * @param rank this instance's, or {@link FleetView#NO_RANK}
 * @param peakRequestsPerSecond of the whole fleet; 0 if unknown
 * @param serviceTime as given, or null
 * @param measuredServiceTime of leases, or null if nothing was measured yet
 * @param measuredStatementTime of a statement on a lane, or null if nothing was measured yet
 * @param databaseCores 0 if unknown
 * @param ownCores of the machine that this process runs on
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
        @Nullable Duration measuredServiceTime,
        @Nullable Duration measuredStatementTime,
        int databaseCores,
        int ownCores,
        double waitingProbability,
        @Nullable Duration maxStatementWait,
        int currentPoolSize) {

    /**
     * Fifty requests a second and connection: a request of a few short statements with the service's own work between
     * them. The rule of thumb by which 1,000 requests a second take 20 connections.
     */
    static final Duration ASSUMED_SERVICE_TIME = Duration.ofMillis(20);

    /** A greater load means a mistaken unit. Its calculation would also take long. */
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
        // a measurement is never an error
        if (load > MOST_LOAD) {
            throw new IllegalArgumentException("peakRequestsPerSecond " + Figures.number(peakRequestsPerSecond)
                    + " times serviceTime " + Figures.duration(service) + " keeps "
                    + Figures.number(load) + " connections busy; check the units");
        }
    }

    /** The given time, else the measured one, else the assumed one. */
    Duration service() {
        if (serviceTime != null) {
            return serviceTime;
        }
        return measuredServiceTime == null ? ASSUMED_SERVICE_TIME : measuredServiceTime;
    }

    /** Whether {@link #service} is a guess. A guess must not limit lanes or queue. */
    boolean serviceIsAssumed() {
        return serviceTime == null && measuredServiceTime == null;
    }

    /** The source of {@link #service}, in a word. */
    String serviceSource() {
        return serviceTime != null ? "given" : measuredServiceTime != null ? "measured" : "assumed";
    }

    /** How long a statement keeps a lane busy: the measured time, else the given service time; null when that is a guess. */
    @Nullable
    Duration statementTime() {
        return measuredStatementTime == null ? serviceTime : measuredStatementTime;
    }

    double serviceSeconds() {
        return Figures.seconds(service());
    }

    boolean coresAreKnown() {
        return databaseCores > 0;
    }

    boolean rateIsKnown() {
        return peakRequestsPerSecond > 0;
    }

    /** Mean number of busy connections of the fleet at the peak, by Little's law: rate times time. */
    double fleetLoad() {
        return Math.min(MOST_LOAD, peakRequestsPerSecond * serviceSeconds());
    }

    double instanceLoad() {
        return fleetLoad() / instances;
    }
}
