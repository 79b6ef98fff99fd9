package io.headgate.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Routing, short: a cluster with replicas, writes beside the look-ups, and where the look-ups ran. */
class ReplicasBenchIT {

    private static JsonObject run(String scenario, String contenders) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BenchCommand command = new BenchCommand(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        int code = new CommandLine(command)
                .execute(
                        scenario,
                        "--seconds",
                        "1",
                        "--rounds",
                        "1",
                        "--warm-up",
                        "2000",
                        "--connections",
                        "4",
                        "--contenders",
                        contenders);

        String output = bytes.toString(StandardCharsets.UTF_8);
        assertThat(code).as(output).isZero();
        List<String> lines = output.lines().toList();
        return new JsonObject(lines.get(lines.size() - 1)).getJsonObject("contenders");
    }

    @Test
    void readsGoToReplicasWhileAnotherClientWrites() {
        JsonObject contenders = run("replicas", "headgate,headgate_routed");
        assertThat(contenders.getJsonObject("headgate").getDouble("on_replicas"))
                .isZero();
        JsonObject routed = contenders.getJsonObject("headgate_routed");
        assertThat(routed.getDouble("on_replicas")).isGreaterThan(0.5);
        assertThat(routed.getDouble("qps")).isPositive();
        assertThat(routed.getLong("errors")).isZero();
    }

    @Test
    void aReplicaOfTwoNamesServesLookups() {
        JsonObject routed = run("lookup", "headgate_routed").getJsonObject("headgate_routed");
        assertThat(routed.getDouble("qps")).isPositive();
        assertThat(routed.getLong("errors")).isZero();
    }
}
