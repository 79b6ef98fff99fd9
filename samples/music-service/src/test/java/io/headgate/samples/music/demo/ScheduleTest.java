package io.headgate.samples.music.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void allPartsTogetherTakeTheTimeThatIsAskedFor() {
        assertThat(Schedule.of(60, 2, true).total(2)).isEqualTo(Duration.ofSeconds(60));
        assertThat(Schedule.of(60, 1, false).total(1)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void aFaultTakesTwoSecondsAtLeast() {
        assertThat(Schedule.of(2, 2, true).fault()).isEqualTo(Duration.ofSeconds(2));
    }
}
