package io.headgate.benchmarks.report;

import io.headgate.benchmarks.contender.Scenario;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a scenario as a table, as ratios and as JSON.
 *
 * @param scenario the scenario
 * @param contenders each contender's summary, in the order of the table
 */
public record Report(Scenario scenario, Map<String, Measurement> contenders) {

    /** The prefix of the keys of Headgate's contenders. */
    private static final String OURS = "headgate";

    /** One line for machines. */
    public String json() {
        JsonObject all = new JsonObject();
        contenders.forEach((key, figures) -> all.put(key, json(figures)));
        return new JsonObject()
                .put("scenario", scenario.key())
                .put("contenders", all)
                .encode();
    }

    private JsonObject json(Measurement figures) {
        JsonObject json = new JsonObject()
                .put("qps", rounded(figures.qps()))
                .put("cpu_us", rounded(figures.cpuMicros()))
                .put("alloc_bytes", rounded(figures.allocBytes()))
                .put("p50_ms", rounded(figures.p50Millis()))
                .put("p95_ms", rounded(figures.p95Millis()))
                .put("p99_ms", rounded(figures.p99Millis()))
                .put("errors", figures.errors());
        if (scenario == Scenario.USERS) {
            json.put("mean_ms", rounded(figures.meanMillis()));
            json.put("server_connections_max", rounded(figures.serverConnections()));
        }
        if (scenario == Scenario.REPLICAS) {
            json.put("on_replicas", rounded(figures.onReplicas()));
        }
        return json;
    }

    /** Five digits: no benchmark is more precise. JSON has no NaN; null means unknown. */
    private static @Nullable Number rounded(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return null;
        }
        return BigDecimal.valueOf(value).round(new MathContext(5)).doubleValue();
    }

    /** A table for people. */
    public String table() {
        StringBuilder out = new StringBuilder();
        boolean users = scenario == Scenario.USERS;
        out.append(String.format(
                Locale.ROOT,
                "%-22s %11s %8s %9s %8s %8s %8s%s %7s%n",
                "",
                scenario == Scenario.BULK ? "rows/s" : scenario == Scenario.TRANSACTION ? "tx/s" : "q/s",
                "CPU us",
                "alloc B",
                "p50 ms",
                "p95 ms",
                "p99 ms",
                users
                        ? String.format(Locale.ROOT, " %8s %7s", "mean ms", "servers")
                        : scenario == Scenario.REPLICAS ? String.format(Locale.ROOT, " %10s", "% replicas") : "",
                "errors"));
        contenders.forEach((key, it) -> out.append(String.format(
                Locale.ROOT,
                "%-22s %11s %8s %9s %8s %8s %8s%s %,7d%n",
                key,
                cell("%,.0f", it.qps()),
                cell(scenario == Scenario.BULK ? "%.2f" : "%.1f", it.cpuMicros()),
                cell("%,.0f", it.allocBytes()),
                cell("%.2f", it.p50Millis()),
                cell("%.2f", it.p95Millis()),
                cell("%.2f", it.p99Millis()),
                users
                        ? String.format(
                                Locale.ROOT,
                                " %8s %7s",
                                cell("%.2f", it.meanMillis()),
                                cell("%.0f", it.serverConnections()))
                        : scenario == Scenario.REPLICAS
                                ? String.format(Locale.ROOT, " %10s", cell("%.1f", 100 * it.onReplicas()))
                                : "",
                it.errors())));
        return out.toString();
    }

    /** Headgate's first contender compared with each other one; empty when it or all others are missing. */
    public String ratios() {
        // bulk has several Headgate loaders, the fastest first in the table
        String our = contenders.keySet().stream()
                .filter(key -> key.startsWith(OURS))
                .findFirst()
                .orElse(OURS);
        Measurement ours = contenders.get(our);
        StringBuilder out = new StringBuilder();
        if (ours != null) {
            contenders.forEach((key, theirs) -> {
                if (!key.equals(our)) {
                    out.append(String.format(
                            Locale.ROOT,
                            our + " / %-22s %8s the %s, %6s the CPU, %6s the allocation, %6s the p99%n",
                            key,
                            times(ours.qps(), theirs.qps()),
                            scenario == Scenario.BULK ? "rows" : "throughput",
                            times(ours.cpuMicros(), theirs.cpuMicros()),
                            times(ours.allocBytes(), theirs.allocBytes()),
                            times(ours.p99Millis(), theirs.p99Millis())));
                }
            });
        }
        return out.toString();
    }

    /** The first divided by the second. */
    static String times(double ours, double theirs) {
        double ratio = ours / theirs;
        return Double.isNaN(ratio) || Double.isInfinite(ratio) ? "-" : String.format(Locale.ROOT, "%.2fx", ratio);
    }

    private static String cell(String format, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }
}
