package io.headgate.core.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Period;
import org.junit.jupiter.api.Test;

class IntervalTest {

    @Test
    void keepsDurationsToTheMicrosecond() {
        for (Duration duration : new Duration[] {
            Duration.ZERO,
            Duration.ofMillis(-500),
            Duration.ofSeconds(-1, 1_000),
            Duration.ofDays(40).plusNanos(123_456_000),
            Duration.ofSeconds(Long.MAX_VALUE / 1_000_000)
        }) {
            assertThat(Interval.of(duration).duration()).isEqualTo(duration);
            assertThat(Interval.of(duration).period()).isEqualTo(Period.ZERO);
        }
        assertThat(Interval.of(Duration.ofNanos(1_999)).microseconds()).isEqualTo(1);
    }

    @Test
    void cutsOffPartsOfAMicrosecondOnEitherSideOfZero() {
        assertThat(Interval.of(Duration.ofNanos(999)).microseconds()).isZero();
        assertThat(Interval.of(Duration.ofNanos(-999)).microseconds()).isZero();
        assertThat(Interval.of(Duration.ofNanos(-1_001)).microseconds()).isEqualTo(-1);
    }

    @Test
    void keepsMonthsAndDaysApart() {
        assertThat(Interval.of(Period.of(1, 14, 45))).isEqualTo(new Interval(26, 45, 0));
        assertThat(new Interval(26, 45, 0).period()).isEqualTo(Period.of(2, 2, 45));
        assertThat(new Interval(-1, 2, 0).period()).isEqualTo(Period.of(0, -1, 2));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> Interval.of(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Interval.of(Period.ofYears(Integer.MAX_VALUE)))
                .isInstanceOf(ArithmeticException.class);
    }
}
