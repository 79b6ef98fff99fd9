package io.headgate.samples.music.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TallyTest {

    private final Tally tally = new Tally();

    @Test
    void countsTimesInMicroseconds() {
        for (int millis = 1; millis <= 100; millis++) {
            tally.took(TimeUnit.MILLISECONDS.toNanos(millis));
        }

        assertThat(tally.requests()).isEqualTo(100);
        assertThat(tally.times().getValueAtPercentile(50)).isCloseTo(50_000, within(100L));
        assertThat(Measured.times(tally.times())).isEqualTo("50.0 / 99.0 ms");
    }

    @Test
    void takesTimesBeyondItsRangeForItsEnds() {
        tally.took(-1);
        tally.took(Duration.ofHours(1).toNanos());

        assertThat(tally.times().getMinValue()).isZero();
        assertThat(tally.times().getMaxValue()).isCloseTo(Duration.ofMinutes(1).toNanos() / 1_000, within(100_000L));
    }

    @Test
    void tellsErrorsThatAnOutageExcusesFromOthers() {
        tally.failed("503", 5, true);
        tally.failed("503", 9, true);
        tally.failed("500", 7, false);

        assertThat(tally.errors()).containsExactly(entry("500", 1L), entry("503", 2L));
        assertThat(tally.errorCount()).isEqualTo(3);
        assertThat(tally.unexcused()).isEqualTo(1);
        assertThat(tally.lastError()).isEqualTo(9);
    }
}
