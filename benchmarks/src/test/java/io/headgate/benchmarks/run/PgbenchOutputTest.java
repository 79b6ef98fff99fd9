package io.headgate.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.headgate.benchmarks.report.Measurement;
import java.util.List;
import org.junit.jupiter.api.Test;

class PgbenchOutputTest {

    private static final String OUTPUT = """
            pgbench (15.13 (Debian 15.13-0+deb12u1), server 18.6)
            transaction type: script.sql
            number of transactions actually processed: 20000
            number of failed transactions: 3 (0.015%)
            latency average = 0.8 ms
            tps = 10000.500000 (without initial connection time)
            cpu 0.150 0.250
            """;

    @Test
    void readsRateCpuFailuresAndLatencies() {
        Measurement measurement =
                PgbenchOutput.measurement(OUTPUT, List.of("0 1 500 0 1700000000 10", "1 1 1500 0 1700000000 20"), 1);

        assertThat(measurement.qps()).isEqualTo(10_000.5);
        assertThat(measurement.cpuMicros()).isCloseTo(20, within(0.001));
        assertThat(measurement.errors()).isEqualTo(3);
        assertThat(measurement.p50Millis()).isCloseTo(0.5, within(0.01));
        assertThat(measurement.meanMillis()).isCloseTo(1, within(0.01));
        assertThat(measurement.allocBytes()).isNaN();
    }

    @Test
    void countsEachStatementOfAPipeline() {
        Measurement measurement = PgbenchOutput.measurement(OUTPUT, List.of(), 10);

        assertThat(measurement.qps()).isEqualTo(100_005);
        assertThat(measurement.cpuMicros()).isCloseTo(2, within(0.001));
        assertThat(measurement.p99Millis()).isNaN();
    }

    @Test
    void refusesOutputWithoutARate() {
        assertThatThrownBy(() -> PgbenchOutput.measurement("connection refused", List.of(), 1))
                .isInstanceOf(ContenderFailedException.class)
                .hasMessageContaining("connection refused");
    }
}
