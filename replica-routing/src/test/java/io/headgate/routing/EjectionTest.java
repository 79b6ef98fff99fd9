package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EjectionTest {

    private final Ejection ejection = new Ejection();
    private long now;

    private void failures(int count) {
        for (int i = 0; i < count; i++) {
            ejection.failed(now);
        }
    }

    private void passes(Duration duration) {
        now += duration.toNanos();
    }

    @Test
    void aFewFailuresDoNotCount() {
        failures(Ejection.FAILURES - 1);
        assertThat(ejection.isEjected(now)).isFalse();
        ejection.succeeded(now);
        failures(Ejection.FAILURES - 1);
        assertThat(ejection.isEjected(now)).isFalse();
    }

    @Test
    void theTimeDoublesUntilASuccess() {
        for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
            failures(Ejection.FAILURES);
            passes(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(ejection.isEjected(now)).as("after %s s", seconds).isTrue();
            passes(Duration.ofMillis(1));
            assertThat(ejection.isEjected(now)).isFalse();
        }
        ejection.succeeded(now);
        failures(Ejection.FAILURES);
        passes(Duration.ofSeconds(1));
        assertThat(ejection.isEjected(now)).isFalse();
    }

    @Test
    void anAnswerThatComesLateDoesNotEndIt() {
        failures(Ejection.FAILURES);
        ejection.succeeded(now);
        assertThat(ejection.isEjected(now)).isTrue();
    }

    @Test
    void itGetsFewReadsWhenItComesBackAndMoreByAndBy() {
        assertThat(ejection.slowStart(now)).isEqualTo(1);
        failures(Ejection.FAILURES);
        passes(Ejection.FIRST);
        ejection.succeeded(now);
        assertThat(ejection.slowStart(now)).isEqualTo(10);
        passes(Ejection.SLOW_START.dividedBy(2));
        assertThat(ejection.slowStart(now)).isEqualTo(5.5);
        passes(Ejection.SLOW_START);
        assertThat(ejection.slowStart(now)).isEqualTo(1);
    }
}
