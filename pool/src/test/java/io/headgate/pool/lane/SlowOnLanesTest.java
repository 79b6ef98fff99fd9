package io.headgate.pool.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.statement.StatementProfile;
import org.junit.jupiter.api.Test;

/** When a slow read may take the last lane from the quick ones. */
class SlowOnLanesTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    // a clock may begin anywhere
    private long now = -SECOND;
    private final SlowOnLanes slowOnes = new SlowOnLanes(SECOND, now);
    private final StatementProfile report = taking(20 * MILLI);

    private static StatementProfile taking(long nanos) {
        StatementProfile profile = new StatementProfile(true);
        profile.observe(nanos, MILLI);
        return profile;
    }

    @Test
    void theFirstMayTakeIt() {
        assertThat(slowOnes.mayTakeLast(now)).isTrue();
    }

    @Test
    void theQuickOnesHaveItForThreeTimesAsLong() {
        long began = now;
        slowOnes.begins(report, began);
        now += 20 * MILLI;
        slowOnes.ends(report, began, now);
        assertMayTakeLastFrom(60 * MILLI);
    }

    @Test
    void transactionsDoNotWaitLongerThanASecondForThat() {
        long began = now;
        slowOnes.begins(report, began);
        now += 10 * SECOND;
        slowOnes.ends(report, began, now);
        assertMayTakeLastFrom(SECOND);
    }

    /** One is on another lane, which is about to be free. */
    @Test
    void itIsLeftToTheQuickOnesUntilTheOneUnderWayIsOverdue() {
        slowOnes.begins(report, now);
        assertMayTakeLastFrom(8 * 20 * MILLI);
    }

    @Test
    void oneThatTakesVeryLongIsWaitedForForASecond() {
        slowOnes.begins(taking(2 * SECOND), now);
        assertMayTakeLastFrom(SECOND);
    }

    @Test
    void theOneThatBeganLastIsWaitedFor() {
        slowOnes.begins(taking(100 * MILLI), now);
        now += 790 * MILLI;
        slowOnes.begins(report, now);
        assertMayTakeLastFrom(160 * MILLI);
    }

    /** As long as another one is, that one should end soon. */
    @Test
    void thePauseBeginsWhenNoneIsUnderWay() {
        long began = now;
        slowOnes.begins(report, began);
        slowOnes.begins(report, began);
        now += 20 * MILLI;
        slowOnes.ends(report, began, now);
        assertMayTakeLastFrom(140 * MILLI);
        slowOnes.ends(report, began, now);
        assertMayTakeLastFrom(60 * MILLI);
    }

    /** They were on two lanes at the same time. */
    @Test
    void theEndOfAShortOneDoesNotShortenThePauseOfALongOne() {
        long began = now;
        slowOnes.begins(report, began);
        now += 180 * MILLI;
        long later = now;
        slowOnes.begins(report, later);
        now += 20 * MILLI;
        slowOnes.ends(report, began, now);
        slowOnes.ends(report, later, now);
        assertMayTakeLastFrom(600 * MILLI);
    }

    @Test
    void aTextKnowsHowManyOfItAreOnLanes() {
        long began = now;
        slowOnes.begins(report, began);
        slowOnes.begins(report, began);
        slowOnes.ends(report, began, now);
        assertThat(report.isSlowOnLane()).isTrue();
        slowOnes.ends(report, began, now);
        assertThat(report.isSlowOnLane()).isFalse();
    }

    private void assertMayTakeLastFrom(long nanos) {
        assertThat(slowOnes.mayTakeLast(now)).isFalse();
        assertThat(slowOnes.mayTakeLast(now + nanos - 1)).isFalse();
        assertThat(slowOnes.mayTakeLast(now + nanos)).isTrue();
    }
}
