package io.headgate.benchmarks.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headgate.benchmarks.contender.Scenario;
import io.headgate.benchmarks.contender.Tuning;
import io.headgate.benchmarks.report.Measurement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WorkerResultTest {

    private static WorkerResult result(int statements, long latencyMillis, String error) {
        Window window = new Window();
        for (int i = 0; i < statements; i++) {
            window.timed(TimeUnit.MILLISECONDS.toNanos(latencyMillis));
        }
        if (error != null) {
            window.failed(error);
        }
        return WorkerResult.of(window, new Usage(2_000_000_000L, 500_000_000L, 1_000_000));
    }

    @Test
    void comesThroughItsLineUnchanged() {
        WorkerResult sent = result(1_000, 3, "no \"row\"\n");

        WorkerResult got = WorkerResult.parse(sent.toJson());

        assertThat(sent.toJson()).doesNotContain("\n");
        assertThat(got).isEqualTo(sent);
        assertThat(got.firstError()).isEqualTo("no \"row\"\n");
    }

    @Test
    void becomesRatesAndCostsOfAStatement() {
        Measurement measurement = Measurement.of(List.of(result(1_000, 3, null)));

        assertThat(measurement.qps()).isEqualTo(500);
        assertThat(measurement.cpuMicros()).isEqualTo(500);
        assertThat(measurement.allocBytes()).isEqualTo(1_000);
        assertThat(measurement.p50Millis()).isCloseTo(3, within(0.01));
    }

    @Test
    void addsUpOverProcesses() {
        Measurement measurement = Measurement.of(List.of(result(1_000, 3, null), result(3_000, 9, "lost")));

        assertThat(measurement.qps()).isEqualTo(2_000);
        assertThat(measurement.cpuMicros()).isEqualTo(250);
        assertThat(measurement.p50Millis()).isCloseTo(9, within(0.01));
        assertThat(measurement.meanMillis()).isCloseTo(7.5, within(0.01));
        assertThat(measurement.errors()).isEqualTo(1);
        assertThat(measurement.firstError()).isEqualTo("lost");
    }

    @Test
    void anOrderComesThroughItsArgumentUnchanged() {
        WorkerOrder order = new WorkerOrder(
                "headgate", Scenario.BULK, List.of(new Tuning(1, 2, 3), new Tuning(4, 5, 6)), 7, 8, 9, 10);

        assertThat(WorkerOrder.parse(order.toJson())).isEqualTo(order);
    }
}
