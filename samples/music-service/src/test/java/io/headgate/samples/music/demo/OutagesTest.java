package io.headgate.samples.music.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutagesTest {

    private static final long SECOND = 1_000_000_000L;

    private final Outages outages = new Outages();

    @Test
    void withoutOneNothingIsExcused() {
        assertThat(outages.touch(0, Long.MAX_VALUE)).isFalse();
        assertThat(outages.sinceLastReturn(SECOND)).isNegative();
    }

    @Test
    void whileItLastsOnlyWhatEndsInItIsExcused() {
        outages.began(10 * SECOND);

        assertThat(outages.touch(8 * SECOND, 9 * SECOND)).isFalse();
        assertThat(outages.touch(8 * SECOND, 11 * SECOND)).isTrue();
    }

    @Test
    void afterwardsWhatWasUnderWayInItOrSoonAfterIsExcused() {
        outages.began(10 * SECOND);
        outages.ended(11 * SECOND);

        assertThat(outages.touch(8 * SECOND, 9 * SECOND)).isFalse();
        assertThat(outages.touch(9 * SECOND, 15 * SECOND)).isTrue();
        assertThat(outages.touch(11 * SECOND + Outages.GRACE_NANOS, 15 * SECOND))
                .isTrue();
        assertThat(outages.touch(11 * SECOND + Outages.GRACE_NANOS + 1, 15 * SECOND))
                .isFalse();
        assertThat(outages.sinceLastReturn(12 * SECOND)).isEqualTo(SECOND);
    }

    @Test
    void timesOfAClockThatPassesItsEndCompareAsWell() {
        long soon = Long.MAX_VALUE - SECOND;
        outages.began(soon);
        outages.ended(soon + 2 * SECOND);

        assertThat(outages.touch(soon + SECOND, soon + 3 * SECOND)).isTrue();
        assertThat(outages.touch(soon - 3 * SECOND, soon - SECOND)).isFalse();
    }
}
