package io.headgate.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.benchmarks.contender.Scenario;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

    private final Map<String, Measurement> contenders = new LinkedHashMap<>();

    @Test
    void writesOneObjectWithEachContendersFigures() {
        contenders.put("headgate", Measurements.of(42_162.4, 8.25, 1_200, 3.5, 0));
        contenders.put("vertx_pool", Measurements.of(30_000, 13, 900, 4, 2));

        String line = new Report(Scenario.LOOKUP, contenders).json();

        assertThat(line).doesNotContain("\n");
        JsonObject json = new JsonObject(line);
        assertThat(json.getString("scenario")).isEqualTo("lookup");
        JsonObject ours = json.getJsonObject("contenders").getJsonObject("headgate");
        assertThat(ours.fieldNames())
                .containsExactly("qps", "cpu_us", "alloc_bytes", "p50_ms", "p95_ms", "p99_ms", "errors");
        assertThat(ours.getDouble("qps")).isEqualTo(42_162);
        assertThat(ours.getDouble("p99_ms")).isEqualTo(3.5);
        assertThat(json.getJsonObject("contenders").getJsonObject("vertx_pool").getLong("errors"))
                .isEqualTo(2);
    }

    @Test
    void addsMeanAndServerConnectionsForUsers() {
        contenders.put("headgate", Measurements.of(10_000, 8, 1_200, 3.5, 0).withServerConnections(25));

        JsonObject ours = new JsonObject(new Report(Scenario.USERS, contenders).json())
                .getJsonObject("contenders")
                .getJsonObject("headgate");

        assertThat(ours.getDouble("mean_ms")).isEqualTo(1.5);
        assertThat(ours.getInteger("server_connections_max")).isEqualTo(25);
    }

    @Test
    void addsThePartOnReplicas() {
        contenders.put(
                "headgate_routed", Measurements.of(10_000, 8, 1_200, 3.5, 0).withOnReplicas(0.995));

        Report report = new Report(Scenario.REPLICAS, contenders);

        assertThat(report.table()).contains("% replicas").contains(" 99.5 ");
        assertThat(new JsonObject(report.json())
                        .getJsonObject("contenders")
                        .getJsonObject("headgate_routed")
                        .getDouble("on_replicas"))
                .isEqualTo(0.995);
    }

    @Test
    void writesNullForWhatIsNotKnown() {
        contenders.put("pgbench_prepared", Measurements.of(24_000, 8, Double.NaN, 3.5, 0));

        JsonObject figures = new JsonObject(new Report(Scenario.LOOKUP, contenders).json())
                .getJsonObject("contenders")
                .getJsonObject("pgbench_prepared");

        assertThat(figures.containsKey("alloc_bytes")).isTrue();
        assertThat(figures.getValue("alloc_bytes")).isNull();
    }

    @Test
    void comparesHeadgateWithEachOther() {
        contenders.put("headgate", Measurements.of(40_000, 8, 1_000, 3, 0));
        contenders.put("r2dbc_pool", Measurements.of(20_000, 16, 4_000, 6, 0));

        String ratios = new Report(Scenario.LOOKUP, contenders).ratios();

        assertThat(ratios.lines()).hasSize(1);
        assertThat(ratios)
                .contains("headgate / r2dbc_pool")
                .contains("2.00x the throughput")
                .contains("0.50x the CPU")
                .contains("0.25x the allocation");
    }

    @Test
    void comparesOurFirstWayToInsertInBulk() {
        contenders.put("headgate", Measurements.of(40_000, 8, 1_000, 3, 0));
        contenders.put("vertx_pool", Measurements.of(10_000, 16, 4_000, 6, 0));

        assertThat(new Report(Scenario.BULK, contenders).ratios())
                .contains("headgate / vertx_pool")
                .contains("4.00x the rows");
    }

    @Test
    void showsADashWhereARatioMeansNothing() {
        assertThat(Report.times(1, 0)).isEqualTo("-");
        assertThat(Report.times(1, Double.NaN)).isEqualTo("-");
        assertThat(Report.times(3, 2)).isEqualTo("1.50x");
    }

    @Test
    void showsARowForEachContender() {
        contenders.put("headgate", Measurements.of(42_162.4, 8.25, 1_200, 3.5, 0));
        contenders.put("vertx_pool", Measurements.of(30_000, 13, 900, 4, 2));

        assertThat(new Report(Scenario.LOOKUP, contenders).table().lines())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).startsWith("headgate ").contains("42,162"))
                .anySatisfy(line -> assertThat(line).startsWith("vertx_pool ").endsWith(" 2"));
    }
}
