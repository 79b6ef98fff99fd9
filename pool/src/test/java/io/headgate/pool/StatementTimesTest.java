package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The time at the server, and that it puts each text to one side whatever has happened before. */
class StatementTimesTest {

    private static final long MILLI = 1_000_000;
    private static final long QUICK = MILLI / 20;
    private static final long LIMIT = 2 * MILLI;

    private final StatementTimes times = new StatementTimes();
    private final StatementProfile lookup = new StatementProfile(true);
    private final StatementProfile report = new StatementProfile(true);

    @Test
    void leavesWhatIsBeyondTheLeastTime() {
        assertThat(times.atServer(4 * QUICK)).as("nothing is known yet").isEqualTo(4 * QUICK);
        assertThat(times.atServer(3 * QUICK)).isZero();
        assertThat(times.atServer(5 * QUICK)).isBetween(2 * QUICK - QUICK / 10, 2 * QUICK);
    }

    @Test
    void followsANetworkThatHasBecomeSlower() {
        IntStream.range(0, 100).forEach(i -> times.atServer(QUICK));
        IntStream.range(0, 1_000).forEach(i -> times.atServer(2 * QUICK));
        assertThat(times.atServer(2 * QUICK)).isZero();
    }

    @Test
    void isNotRaisedByAStatementThatTakesLong() {
        times.atServer(QUICK);
        times.atServer(20_000 * MILLI);
        assertThat(times.atServer(20 * MILLI)).isGreaterThan(19 * MILLI);
    }

    @Test
    void keepsALookUpOnLanesHoweverFarTheServer() {
        observe(lookup, 30 * MILLI);
        observe(lookup, 30 * MILLI);
        assertThat(lookup.belongsOnLane()).as("the second").isTrue();
        lookup.heldOthersUp();
        lookup.observeOnLease(times.atServer(30 * MILLI), LIMIT);
        assertThat(lookup.belongsOnLane()).as("after it had left").isTrue();
    }

    @Test
    void doesNotTakeASlowFirstStatementForTheRoundTrip() {
        times.atMost(2 * MILLI);
        IntStream.range(0, 6).forEach(i -> {
            observe(report, 2_000 * MILLI);
            assertThat(report.belongsOnLane()).isFalse();
        });
    }

    /** Three in ten take 20 ms. A stall in which everything takes 100 ms must not leave those on the lanes afterwards. */
    @Test
    void takesSlowStatementsOffTheLanesAfterAStall() {
        SplittableRandom random = new SplittableRandom(20_261_128);
        run(random, 1_000, 0);
        assertThat(report.belongsOnLane()).isFalse();
        run(random, 1_000, 100 * MILLI);
        run(random, 1_000, 0);
        assertThat(report.belongsOnLane()).isFalse();
        assertThat(lookup.belongsOnLane()).isTrue();
    }

    private void run(SplittableRandom random, int times, long stall) {
        for (int i = 0; i < times; i++) {
            boolean slow = random.nextInt(10) < 3;
            observe(slow ? report : lookup, (slow ? 20 * MILLI : QUICK) + stall);
        }
    }

    private void observe(StatementProfile profile, long nanos) {
        profile.observe(times.atServer(nanos), LIMIT);
    }
}
