package io.headgate.pool.capacity;

import java.time.Duration;
import java.util.List;

/** A plan in words: inputs, each formula with its numbers, results, limits, warnings. */
final class CapacityExplanation {

    private final CapacityInputs inputs;
    private final CapacityCeiling ceiling;
    private final CapacityFigures figures;
    private final AlignedText text = new AlignedText();

    private CapacityExplanation(CapacityInputs inputs, CapacityCeiling ceiling, CapacityFigures figures) {
        this.inputs = inputs;
        this.ceiling = ceiling;
        this.figures = figures;
    }

    static String of(CapacityInputs inputs, CapacityCeiling ceiling, CapacityFigures figures, List<String> warnings) {
        CapacityExplanation explanation = new CapacityExplanation(inputs, ceiling, figures);
        explanation.text.line("Capacity of one of " + inputs.instances() + " instances");
        explanation.inputs();
        explanation.budget();
        explanation.load();
        explanation.result();
        explanation.text.section("Warnings");
        warnings.forEach(explanation.text::item);
        if (warnings.isEmpty()) {
            explanation.text.item("none");
        }
        return explanation.text.toString();
    }

    private void inputs() {
        text.section("Inputs");
        if (inputs.maxConnections() > 0) {
            text.row(
                    "max_connections",
                    count(inputs.maxConnections()),
                    count(inputs.reservedConnections()) + " reserved");
            text.row("safety margin", Figures.number(inputs.safetyMargin()));
        }
        PoolerSettings pooler = inputs.pooler();
        if (pooler != null) {
            text.row(
                    "pool_size",
                    count(pooler.poolSize()),
                    count(pooler.reservePoolSize()) + " in reserve, not counted");
            text.row("max_db_connections", limit(pooler.maxDatabaseConnections()));
            text.row("max_user_connections", limit(pooler.maxUserConnections()));
            text.row("max_client_conn", count(pooler.maxClientConnections()));
            text.row(
                    "query_wait_timeout",
                    pooler.queryWaitTimeout().isZero() ? "no limit" : Figures.duration(pooler.queryWaitTimeout()));
        }
        text.row("instances", count(inputs.instances()));
        text.row(
                "peak rate",
                inputs.rateIsKnown() ? Figures.number(inputs.peakRequestsPerSecond()) + "/s" : "unknown",
                (inputs.rateIsKnown() ? "given, " : "") + "over all instances");
        text.row("service time", Figures.duration(inputs.service()), inputs.serviceSource() + ", mean of a request");
        Duration statement = inputs.statementTime();
        text.row(
                "statement time",
                statement == null ? "unknown" : Figures.duration(statement),
                inputs.measuredStatementTime() != null
                        ? "measured, mean on a lane"
                        : statement == null ? "to be measured" : "given, as the service time");
        text.row(
                inputs.coresAreKnown() ? "database cores" : "own cores",
                count(inputs.coresAreKnown() ? inputs.databaseCores() : inputs.ownCores()),
                inputs.coresAreKnown() ? "given" : "the database's are not known");
        text.row("may wait", Figures.number(100 * inputs.waitingProbability()) + " in 100", "requests at the peak");
        if (inputs.maxStatementWait() != null) {
            text.row("greatest wait", Figures.duration(inputs.maxStatementWait()), "for 99 in 100 requests");
        }
        if (inputs.currentPoolSize() > 0) {
            text.row("configured today", count(inputs.currentPoolSize()), "connections an instance");
        }
    }

    private void budget() {
        text.section("Budget");
        if (inputs.maxConnections() > 0) {
            text.row(
                    "database",
                    "min(" + inputs.maxConnections() + " x " + Figures.number(inputs.safetyMargin()) + ", "
                            + inputs.maxConnections() + " - " + inputs.reservedConnections() + ")",
                    "= " + count(ceiling.database()));
        }
        PoolerSettings pooler = inputs.pooler();
        if (pooler != null) {
            text.row("PgBouncer", pooler.budgetSetting(), "= " + count(pooler.budget()));
            text.row(
                    "fleet",
                    inputs.maxConnections() == 0
                            ? "PgBouncer's"
                            : "min(" + ceiling.database() + ", " + pooler.budget() + ")",
                    "= " + count(ceiling.budget()));
        }
        String shares = "floor(" + ceiling.budget() + " / " + inputs.instances() + ")";
        text.row(
                "instance",
                pooler == null
                        ? shares
                        : "min(" + shares + ", floor(" + pooler.maxClientConnections() + " / " + inputs.instances()
                                + "))",
                "= " + count(ceiling.instance()) + (ceiling.instance() == 1 ? ", at least 1" : "")
                        + (inputs.rank() == FleetView.NO_RANK ? "" : ", what is left over given out by rank"));
    }

    private void load() {
        text.section("Load");
        if (!inputs.rateIsKnown()) {
            text.item("unknown: give peakRequestsPerSecond");
            return;
        }
        ErlangC peak = figures.atPeak(inputs);
        double service = inputs.serviceSeconds();
        text.row(
                "fleet, busy",
                Figures.number(inputs.peakRequestsPerSecond()) + "/s x " + Figures.duration(inputs.service()),
                "= " + Figures.number(inputs.fleetLoad()) + " connections (Little's law)");
        text.row(
                "instance, busy",
                Figures.number(inputs.fleetLoad()) + " / " + inputs.instances(),
                "= " + Figures.number(inputs.instanceLoad()) + " connections");
        text.row(
                "instance, wanted",
                "least c with C(c, " + Figures.number(inputs.instanceLoad()) + ") <= "
                        + Figures.number(inputs.waitingProbability())
                        + (inputs.maxStatementWait() == null ? "" : " and p99 <= greatest wait"),
                "= " + count(figures.wanted()) + " connections (Erlang C)");
        String free = " / (" + peak.servers() + " - " + Figures.number(peak.load()) + ") x "
                + Figures.duration(inputs.service());
        String waiting = Figures.number(peak.waitingProbability());
        text.row(
                "waiting",
                "C(" + peak.servers() + ", " + Figures.number(peak.load()) + ")",
                "= " + waiting + " of the requests, with all connections open");
        text.row("mean wait", waiting + free, "= " + Figures.time(peak.meanWait() * service));
        text.row(
                "p99 wait",
                "ln(" + waiting + " / 0.01)" + free + ", at least 0",
                "= " + Figures.time(peak.waitPercentile(CapacityFigures.WAIT_SHARE) * service));
    }

    private String lanes() {
        return inputs.coresAreKnown()
                ? CapacityFigures.LANES_A_CORE + " x " + inputs.databaseCores() + " cores / " + inputs.instances()
                        + " instances"
                : CapacityFigures.LANES_A_CORE + " x " + inputs.ownCores() + " own cores, at most " + ceiling.instance()
                        + " / " + CapacityFigures.UNPLANNED_LANES;
    }

    private void result() {
        text.section("Result");
        int lanes = figures.lanes();
        String service = Figures.duration(inputs.service());
        text.row(
                "lanes",
                count(lanes),
                lanes() + ", " + CapacityFigures.LEAST_LANES + " to " + CapacityFigures.MOST_LANES + ", at most "
                        + ceiling.instance() + " / 2");
        text.row(
                "minimum leases",
                count(figures.minLeases()),
                "ceil(" + Figures.number(inputs.instanceLoad()) + ") - " + lanes + ", 1 to " + figures.maxLeases());
        text.row("maximum leases", count(figures.maxLeases()), ceiling.instance() + " - " + lanes);
        text.row(
                "lane depth",
                count(figures.laneDepth()),
                lanes == 0
                        ? "no lanes"
                        : inputs.statementTime() == null
                                ? "the most, until the statement time is known"
                                : Figures.duration(CapacityFigures.laneWait(inputs)) + " / "
                                        + Figures.duration(inputs.statementTime()) + ", 1 to "
                                        + CapacityFigures.MOST_DEPTH);
        text.row(
                "most waiting",
                count(figures.maxWaiting()),
                ceiling.instance() + " x " + Figures.duration(figures.acquireTimeout()) + " / " + service + ", "
                        + count(CapacityFigures.leastWaiting(inputs, ceiling.instance())) + " to "
                        + count(CapacityFigures.MOST_WAITING));
        text.row(
                "acquire timeout",
                Figures.duration(figures.acquireTimeout()),
                (inputs.maxStatementWait() == null ? "the default" : "the greatest wait")
                        + (inputs.pooler() == null ? "" : ", at most 0.8 x query_wait_timeout"));
        text.section("Binding");
        text.item(ceiling.binding() + ": " + ceiling.instance() + " connections an instance");
        if (inputs.rateIsKnown() && figures.wanted() <= ceiling.instance()) {
            text.item("The load does not reach it: " + figures.wanted() + " suffice at the peak");
        }
    }

    private static String limit(int connections) {
        return connections == 0 ? "no limit" : count(connections);
    }

    private static String count(long value) {
        return Figures.number((double) value);
    }
}
