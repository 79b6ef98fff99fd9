package io.headgate.pool.statement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StatementProfileTest {

    private static final long QUICK = 100_000;
    private static final long LIMIT = 2_000_000;

    private final StatementProfile profile = new StatementProfile(true);
    private long now;

    @Test
    void startsOnLeasesUntilItIsKnownToBeQuick() {
        assertThat(profile.belongsOnLane()).isFalse();
        assertThat(profile.mayShare()).isFalse();
        profile.observe(QUICK, LIMIT);
        assertThat(profile.belongsOnLane()).isTrue();
        assertThat(profile.mayShare()).isTrue();
    }

    @Test
    void staysOnLeasesWhenTheFirstIsTooSlow() {
        profile.observe(LIMIT + 1, LIMIT);
        assertThat(profile.belongsOnLane()).isFalse();
    }

    @Test
    void forgetsAColdFirstExecution() {
        profile.observe(100 * LIMIT, LIMIT);
        profile.observe(QUICK, LIMIT);
        assertThat(profile.belongsOnLane()).isTrue();
        assertThat(profile.meanNanos()).isEqualTo(QUICK);
    }

    @Test
    void isNotMovedByASingleOutlier() {
        observe(10, QUICK);
        for (int i = 0; i < 10; i++) {
            profile.observe(1_000 * LIMIT, LIMIT);
            assertThat(profile.belongsOnLane()).isTrue();
            observe(1, QUICK);
        }
        assertThat(profile.meanNanos()).isEqualTo(QUICK);
    }

    @Test
    void isMovedByTwoInARow() {
        observe(10, QUICK);
        observe(2, 10 * LIMIT);
        assertThat(profile.belongsOnLane()).isFalse();
    }

    @Test
    void movesToLeasesWhenItBecomesSlowAndBackWhenItIsQuickAgain() {
        observe(10, QUICK);
        observe(3, LIMIT + LIMIT / 2);
        assertThat(profile.belongsOnLane()).as("not at once").isTrue();
        observe(20, LIMIT + LIMIT / 2);
        assertThat(profile.belongsOnLane()).isFalse();
        observe(1, QUICK);
        assertThat(profile.belongsOnLane()).as("not at once").isFalse();
        observe(20, QUICK);
        assertThat(profile.belongsOnLane()).isTrue();
    }

    @Test
    void staysWhereItIsBetweenHalfTheLimitAndTheLimit() {
        long between = LIMIT * 3 / 4;
        observe(10, QUICK);
        observe(100, between);
        assertThat(profile.belongsOnLane()).isTrue();
        observe(100, 2 * LIMIT);
        assertThat(profile.belongsOnLane()).isFalse();
        observe(100, between);
        assertThat(profile.belongsOnLane()).isFalse();
    }

    @Test
    void neverSharesWhatMustNotHoweverQuick() {
        StatementProfile exclusive = new StatementProfile(false);
        assertThat(exclusive.mayShare()).isFalse();
        exclusive.observe(1, LIMIT);
        assertThat(exclusive.belongsOnLane()).isFalse();
    }

    @Test
    void mayNotShareWhatIsSlowEvenWhenNoLeaseIsFree() {
        observe(10, 2 * LIMIT);
        assertThat(profile.mayShare()).isFalse();
    }

    /** Else a busy machine moves all look-ups to leases, which those have who wait for a look-up. */
    @Test
    void mayShareWhatIsSlowOnlyAtPresentWhenNoLeaseIsFree() {
        observe(64, QUICK);
        observe(100, 2 * LIMIT);
        assertThat(profile.belongsOnLane()).isFalse();
        assertThat(profile.mayShare()).isTrue();
    }

    @Test
    void isSlowByNatureOnceItHasBeenSlowForTenSeconds() {
        observe(64, QUICK);
        observe(20, 2 * LIMIT);
        assertThat(profile.mayShare()).isTrue();
        now += TimeUnit.SECONDS.toNanos(11);
        observe(1, 2 * LIMIT);
        assertThat(profile.mayShare()).isFalse();
    }

    /** Its first times are none, as long as the round trip is taken for as long as it takes itself. */
    @Test
    void isNotQuickByNatureForItsFirstTimesAlone() {
        observe(10, 0);
        observe(100, 10 * LIMIT);
        assertThat(profile.mayShare()).isFalse();
    }

    /** Few quick ones between slow ones, such as those of small tenants, do not make it quick by nature for ever. */
    @Test
    void aFewQuickOnesDoNotKeepItsNature() {
        observe(64, QUICK);
        for (int second = 0; second < 12; second++) {
            observe(20, 2 * LIMIT);
            observe(40, QUICK);
            now += TimeUnit.SECONDS.toNanos(1);
        }
        observe(20, 2 * LIMIT);
        assertThat(profile.mayShare()).isFalse();
    }

    @Test
    void takesALeaseAfterItHeldOthersUpUntilItIsAnsweredButMayShareWhenNoneIsFree() {
        observe(10, QUICK);
        profile.heldOthersUp();
        assertThat(profile.belongsOnLane()).isFalse();
        assertThat(profile.mayShare()).isTrue();
        observe(5, QUICK);
        assertThat(profile.belongsOnLane()).as("other lanes answered").isFalse();
        profile.answeredOnLease();
        assertThat(profile.belongsOnLane()).isTrue();
    }

    private void observe(int times, long nanos) {
        for (int i = 0; i < times; i++) {
            profile.observe(nanos, LIMIT);
            profile.learnNature(LIMIT, Long.MAX_VALUE, now);
        }
    }
}
