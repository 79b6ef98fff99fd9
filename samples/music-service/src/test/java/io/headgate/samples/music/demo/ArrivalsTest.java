package io.headgate.samples.music.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static List<Long> all(Arrivals arrivals) {
        List<Long> due = new ArrayList<>();
        arrivals.forEachRemaining(due::add);
        return due;
    }

    @Test
    void comeAtTheRateInTheTime() {
        List<Long> due = all(new Arrivals(400, Duration.ofSeconds(100), 1));

        // the standard deviation of a Poisson count of 40,000 is 200
        assertThat(due.size()).isCloseTo(40_000, within(1_000));
        assertThat(due)
                .isSorted()
                .allMatch(at -> at >= 0 && at < Duration.ofSeconds(100).toNanos());
    }

    @Test
    void gapsAreThoseOfAPoissonProcess() {
        List<Long> due = all(new Arrivals(1_000, Duration.ofSeconds(100), 2));
        long longerThanTheMean = 0;
        for (int n = 1; n < due.size(); n++) {
            longerThanTheMean += due.get(n) - due.get(n - 1) > 1_000_000 ? 1 : 0;
        }
        assertThat((double) longerThanTheMean / due.size()).isCloseTo(1 / Math.E, within(0.01));
    }

    @Test
    void endWithTheTime() {
        Arrivals none = new Arrivals(1, Duration.ZERO, 3);

        assertThat(none.hasNext()).isFalse();
        assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
    }
}
