package io.headgate.pool.statement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The time at the server, and that it puts each text to one side whatever has happened before. */
class StatementTimesTest {

    private static final long MILLI = 1_000_000;
    private static final long QUICK = MILLI / 20;

    private long now;
    private final StatementTimes times = new StatementTimes(2_000_000);
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
    void aTextThatWasNeverTriedIsTakenForWhatSuchTextsAre() {
        StatementProfile untried = new StatementProfile(true);
        assertThat(times.known(untried).meanNanos()).as("nothing is known yet").isZero();
        IntStream.range(0, 10).forEach(i -> times.observe(new StatementProfile(true), 20 * MILLI, now));
        assertThat(times.known(untried).meanNanos()).isEqualTo(20 * MILLI);
        IntStream.range(0, 40).forEach(i -> times.observe(new StatementProfile(true), QUICK, now));
        assertThat(times.known(untried).meanNanos()).isLessThan(MILLI);
        times.observe(untried, 30 * MILLI, now);
        assertThat(times.known(untried)).isSameAs(untried);
    }

    /** Only its first time tells of those that were never tried. */
    @Test
    void aTextThatIsKnownTellsNothingOfThoseThatWereNeverTried() {
        times.observe(lookup, QUICK, now);
        IntStream.range(0, 100).forEach(i -> times.observe(lookup, 20 * MILLI, now));
        times.observe(new StatementProfile(false), 20 * MILLI, now);
        assertThat(times.known(new StatementProfile(true)).meanNanos()).isEqualTo(QUICK);
    }

    @Test
    void isNotRaisedByAStatementThatTakesLong() {
        times.atServer(QUICK);
        times.atServer(20_000 * MILLI);
        assertThat(times.atServer(20 * MILLI)).isGreaterThan(19 * MILLI);
    }

    @Test
    void findsTheNextLockSoonAfterACrowdHasWaitedForOne() {
        IntStream.range(0, 1_000).forEach(i -> times.observe(lookup, QUICK, now));
        IntStream.range(0, 20).forEach(i -> times.observe(lookup, 60_000 * MILLI, now));
        assertThat(times.stuckFrom()).isLessThan(200 * MILLI);
        for (int i = 0; i < 100_000; i++) {
            now += MILLI;
            times.observe(lookup, 60_000 * MILLI, now);
        }
        assertThat(times.stuckFrom()).isEqualTo(1_000 * MILLI);
    }

    @Test
    void keepsALookUpOnLanesHoweverFarTheServer() {
        observe(lookup, 30 * MILLI);
        observe(lookup, 30 * MILLI);
        assertThat(lookup.belongsOnLane()).as("the second").isTrue();
        lookup.heldOthersUp();
        lookup.answeredOnLease();
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

    /** Everything takes many times as long: to move it all to leases would add to the load, and keep it there. */
    @Test
    void leavesQuickTextsOnTheLanesWhenAllAreSlow() {
        StatementProfile other = new StatementProfile(true);
        for (int i = 0; i < 1_000; i++) {
            times.observe(lookup, QUICK, now);
            times.observe(other, 2 * QUICK, now);
        }
        for (long slower = 2; slower <= 64; slower *= 2) {
            for (int i = 0; i < 300; i++) {
                times.observe(lookup, slower * QUICK, now);
                times.observe(other, 2 * slower * QUICK, now);
            }
            assertThat(lookup.belongsOnLane()).isTrue();
            assertThat(other.belongsOnLane()).isTrue();
        }
    }

    /** It was quick, and is slow for good: the others must not wait behind it for ever. */
    @Test
    void takesATextOffThatHasBecomeSlowThoughAllOthersAreQuick() {
        IntStream.range(0, 1_000).forEach(i -> times.observe(lookup, QUICK, now));
        IntStream.range(0, 1_000).forEach(i -> times.observe(report, QUICK, now));
        for (int i = 0; i < 10_000; i++) {
            now += 60 * MILLI;
            times.observe(i % 10 < 3 ? report : lookup, i % 10 < 3 ? 50 * MILLI : QUICK, now);
        }
        assertThat(report.belongsOnLane()).isFalse();
        assertThat(lookup.belongsOnLane()).isTrue();
    }

    /** Most of what is asked is slow, on a table that has grown: that is no overload as long as another text is quick. */
    @Test
    void oneTextThatHasBecomeSlowDoesNotRaiseTheLimit() {
        IntStream.range(0, 5).forEach(i -> times.observe(report, 4 * QUICK, now));
        IntStream.range(0, 1_000).forEach(i -> times.observe(lookup, 4 * QUICK, now));
        assertThat(report.belongsOnLane()).isTrue();
        for (int i = 0; i < 10_000; i++) {
            times.observe(i % 4 == 0 ? lookup : report, i % 4 == 0 ? 4 * QUICK : 50 * MILLI, now);
            assertThat(times.slowFrom()).isLessThan(3 * MILLI);
            assertThat(report.belongsOnLane()).isEqualTo(i < 2);
        }
        assertThat(lookup.belongsOnLane()).isTrue();
    }

    @Test
    void anOverloadRaisesTheLimitToEightTimesWhatQuickTextsTake() {
        for (long slower = 1; slower <= 10; slower += 9) {
            for (int i = 0; i < 1_000; i++) {
                times.observe(lookup, slower * 6 * QUICK, now);
                times.observe(report, slower * 12 * QUICK, now);
            }
        }
        assertThat(times.slowFrom()).isCloseTo(8 * 90 * QUICK, Percentage.withPercentage(2));
    }

    @Test
    void onePauseRaisesNothing() {
        observeQuick(1_000);
        assertThat(times.stuckFrom()).isEqualTo(10 * MILLI);
        for (long waited : new long[] {30 * MILLI, 300 * MILLI, 60_000 * MILLI}) {
            observeLookUp(waited);
            assertThat(times.stuckFrom()).isEqualTo(10 * MILLI);
        }
    }

    private void observeQuick(int executions) {
        IntStream.range(0, executions).forEach(i -> times.observe(lookup, QUICK, now));
    }

    private void observeLookUp(long nanos) {
        times.observe(lookup, nanos, now);
        // two in a row would be taken for what it takes
        observeQuick(1);
    }

    private void run(SplittableRandom random, int times, long stall) {
        for (int i = 0; i < times; i++) {
            boolean slow = random.nextInt(10) < 3;
            observe(slow ? report : lookup, (slow ? 20 * MILLI : QUICK) + stall);
        }
    }

    private void observe(StatementProfile profile, long nanos) {
        times.observe(profile, times.atServer(nanos), now);
    }
}
