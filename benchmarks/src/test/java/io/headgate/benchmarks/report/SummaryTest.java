package io.headgate.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {

    @Test
    void takesTheMedianOfEachFigureByItself() {
        Measurement summary = Summary.of(List.of(
                Measurements.of(300, 10, 70, 5, 0),
                Measurements.of(100, 30, 50, 9, 0),
                Measurements.of(200, 20, 60, 1, 0)));

        assertThat(summary.qps()).isEqualTo(200);
        assertThat(summary.cpuMicros()).isEqualTo(20);
        assertThat(summary.allocBytes()).isEqualTo(60);
        assertThat(summary.p99Millis()).isEqualTo(5);
    }

    @Test
    void takesTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
        Measurement summary = Summary.of(List.of(
                Measurements.of(1, 1, 1, 1, 0),
                Measurements.of(1_000, 1, 1, 1, 0),
                Measurements.of(10, 1, 1, 1, 0),
                Measurements.of(20, 1, 1, 1, 0)));

        assertThat(summary.qps()).isEqualTo(15);
    }

    @Test
    void addsTheErrorsOfAllRounds() {
        Measurement summary = Summary.of(List.of(
                Measurements.of(1, 1, 1, 1, 2), Measurements.of(1, 1, 1, 1, 0), Measurements.of(1, 1, 1, 1, 5)));

        assertThat(summary.errors()).isEqualTo(7);
    }

    @Test
    void knowsNoMedianOfWhatOneRoundDoesNotKnow() {
        Measurement summary = Summary.of(List.of(
                Measurements.of(1, 1, Double.NaN, 1, 0),
                Measurements.of(2, 1, 5, 1, 0),
                Measurements.of(3, 1, 5, 1, 0)));

        assertThat(summary.allocBytes()).isNaN();
        assertThat(summary.qps()).isEqualTo(2);
    }

    @Test
    void keepsTheMostServerConnectionsOfAnyRound() {
        Measurement round = Measurements.of(1, 1, 1, 1, 0);

        assertThat(Summary.of(List.of(round.withServerConnections(20), round.withServerConnections(25)))
                        .serverConnections())
                .isEqualTo(25);
    }

    @Test
    void refusesToSumUpNothing() {
        assertThatThrownBy(() -> Summary.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no round");
    }
}
