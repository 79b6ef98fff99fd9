package io.headgate.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The whole way, short: a cluster, a process, a table, JSON. */
class LookupBenchIT {

    @Test
    void measuresHeadgateAndEndsWithJson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BenchCommand command = new BenchCommand(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        int code = new CommandLine(command)
                .execute(
                        "lookup",
                        "--seconds",
                        "1",
                        "--rounds",
                        "1",
                        "--warm-up",
                        "200",
                        "--connections",
                        "4",
                        "--contenders",
                        "headgate");

        String output = bytes.toString(StandardCharsets.UTF_8);
        assertThat(code).as(output).isZero();
        List<String> lines = output.lines().toList();
        JsonObject json = new JsonObject(lines.get(lines.size() - 1));
        assertThat(json.getString("scenario")).isEqualTo("lookup");
        JsonObject headgate = json.getJsonObject("contenders").getJsonObject("headgate");
        assertThat(headgate.getDouble("qps")).isPositive();
        assertThat(headgate.getDouble("cpu_us")).isPositive();
        assertThat(headgate.getDouble("alloc_bytes")).isPositive();
        assertThat(headgate.getDouble("p99_ms")).isGreaterThanOrEqualTo(headgate.getDouble("p50_ms"));
        assertThat(headgate.getLong("errors")).isZero();
    }
}
