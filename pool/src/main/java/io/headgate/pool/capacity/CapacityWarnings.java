package io.headgate.pool.capacity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The warnings of a plan, one sentence each: the problem, its numbers, and the fix. */
final class CapacityWarnings {

    private final CapacityInputs inputs;
    private final CapacityCeiling ceiling;
    private final CapacityFigures figures;
    private final List<String> warnings = new ArrayList<>();

    private CapacityWarnings(CapacityInputs inputs, CapacityCeiling ceiling, CapacityFigures figures) {
        this.inputs = inputs;
        this.ceiling = ceiling;
        this.figures = figures;
    }

    static List<String> of(CapacityInputs inputs, CapacityCeiling ceiling, CapacityFigures figures) {
        CapacityWarnings all = new CapacityWarnings(inputs, ceiling, figures);
        all.sums();
        all.loneConnection();
        all.load();
        PoolerSettings pooler = inputs.pooler();
        if (pooler != null) {
            all.pooler(pooler);
        }
        return List.copyOf(all.warnings);
    }

    private void sums() {
        if (inputs.instances() > ceiling.budget()) {
            warn(sum(inputs.instances(), ceiling.budget()) + ": each needs at least one; run fewer instances, or raise "
                    + ceiling.binding());
        }
        long current = (long) inputs.instances() * inputs.currentPoolSize();
        PoolerSettings pooler = inputs.pooler();
        int limit = pooler == null ? inputs.maxConnections() : pooler.budget();
        if (current > limit) {
            warn(sum(current, limit) + " as configured today, " + inputs.currentPoolSize() + " each: "
                    + (pooler == null ? "the others are refused" : "the others wait in PgBouncer's queue")
                    + "; configure at most " + ceiling.instance());
        } else if (current > ceiling.budget()) {
            warn(sum(current, ceiling.budget())
                    + " that the safety margin leaves, as configured today; configure at most " + ceiling.instance()
                    + " each");
        }
    }

    private String sum(long connections, int limit) {
        return "Sum over " + inputs.instances() + " instances is " + connections + " of " + limit + " connections";
    }

    private void loneConnection() {
        if (ceiling.instance() == 1) {
            warn("One connection an instance: no lanes; statements and transactions share it in turn, and a long"
                    + " transaction holds up everything; raise " + ceiling.binding() + ", or run fewer instances");
        }
    }

    private void load() {
        if (!inputs.rateIsKnown()) {
            return;
        }
        if (inputs.serviceIsAssumed()) {
            warn("The service time of " + Figures.duration(inputs.service())
                    + " is assumed; measure how long a request occupies a connection and give it as serviceTime");
        }
        ErlangC peak = figures.atPeak(inputs);
        if (!peak.isStable()) {
            warn("The peak keeps " + Figures.number(peak.load()) + " connections of an instance busy and it may have "
                    + peak.servers() + ": the queue grows until callers are refused; raise " + ceiling.binding()
                    + " or shorten the requests");
        } else if (figures.wanted() > peak.servers()) {
            warn("At the peak " + Figures.number(100 * peak.waitingProbability())
                    + " in 100 requests wait, and 1 in 100 over "
                    + Figures.time(peak.waitPercentile(CapacityFigures.WAIT_SHARE) * inputs.serviceSeconds())
                    + ": an instance would need " + figures.wanted() + " connections and may have " + peak.servers()
                    + "; raise " + ceiling.binding());
        }
    }

    private void pooler(PoolerSettings pooler) {
        long opened = (long) pooler.budget() + pooler.reservePoolSize();
        int free = inputs.maxConnections() - inputs.reservedConnections();
        if (inputs.maxConnections() > 0 && opened > free) {
            warn("PgBouncer may open " + opened + " connections, its reserve included, and PostgreSQL has " + free
                    + " for it; lower pool_size or raise max_connections");
        }
        if (pooler.maxClientConnections() < inputs.instances()) {
            warn("PgBouncer takes " + pooler.maxClientConnections()
                    + " client connections (max_client_conn) and there are " + inputs.instances()
                    + " instances; raise it to " + ceiling.budget() + " or more");
        } else if (pooler.maxClientConnections() < ceiling.budget()) {
            warn("PgBouncer takes " + pooler.maxClientConnections() + " client connections (max_client_conn) for "
                    + ceiling.budget() + " server connections, so that some stay idle; raise it");
        }
        if (pooler.poolMode().equals("session")) {
            warn(
                    "PgBouncer pools by session: every connection of every service keeps a server connection for as long as"
                            + " it is open; set pool_mode = transaction");
        }
        Duration wish = inputs.maxStatementWait() == null ? CapacityFigures.ACQUIRE_TIMEOUT : inputs.maxStatementWait();
        if (figures.acquireTimeout().compareTo(wish) < 0) {
            warn("The acquire timeout is " + Figures.duration(figures.acquireTimeout()) + " rather than "
                    + Figures.duration(wish) + ", to stay below PgBouncer's query_wait_timeout of "
                    + Figures.duration(pooler.queryWaitTimeout()));
        }
    }

    private void warn(String warning) {
        warnings.add(warning);
    }
}
