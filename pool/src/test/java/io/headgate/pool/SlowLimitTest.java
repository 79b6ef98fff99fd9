package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SlowLimitTest {

    private static final long MILLI = 1_000_000;
    private static final long QUICK = MILLI / 20;

    private final SlowLimit limit = new SlowLimit(2 * MILLI);
    private final List<StatementProfile> texts =
            Stream.generate(() -> new StatementProfile(true)).limit(16).toList();

    @Test
    void isTheConfiguredTimeAtFirst() {
        assertThat(limit.nanos()).isEqualTo(2 * MILLI);
    }

    @Test
    void addsTheLeastRoundTripOfStatementsThatWereAlone() {
        limit.observe(QUICK, false);
        assertThat(limit.nanos()).isEqualTo(2 * MILLI);
        limit.observe(4 * QUICK, true);
        limit.observe(3 * QUICK, true);
        limit.observe(5 * QUICK, true);
        assertThat(limit.nanos()).isCloseTo(2 * MILLI + 3 * QUICK, within(QUICK / 100.0));
    }

    @Test
    void followsANetworkThatHasBecomeSlower() {
        IntStream.range(0, 100).forEach(i -> limit.observe(QUICK, true));
        IntStream.range(0, 10_000).forEach(i -> limit.observe(2 * QUICK, true));
        assertThat(limit.nanos()).isCloseTo(2 * MILLI + 2 * QUICK, within(QUICK / 100.0));
    }

    @Test
    void movesNoTextWhenAnOverloadSlowsAllAlike() {
        run(texts, 100, QUICK);
        for (long nanos : new long[] {10 * QUICK, 100 * QUICK, 1_000 * QUICK}) {
            run(texts, 500, nanos);
            assertThat(texts).allMatch(StatementProfile::belongsOnLane);
        }
        run(texts, 500, QUICK);
        assertThat(texts).allMatch(StatementProfile::belongsOnLane);
    }

    @Test
    void movesNotEvenTheOnlyTextOfALaneThatAnOverloadSlows() {
        run(texts.subList(0, 1), 1_000, QUICK);
        run(texts.subList(0, 1), 1_000, 1_000 * QUICK);
        assertThat(texts.get(0).belongsOnLane()).isTrue();
    }

    @Test
    void movesTheOneTextThatIsSlow() {
        run(texts, 100, QUICK);
        IntStream.range(0, 20).forEach(i -> {
            run(texts.subList(1, 16), 1, QUICK);
            run(texts.subList(0, 1), 1, 200 * QUICK);
        });
        assertThat(texts.get(0).belongsOnLane()).isFalse();
        assertThat(texts.subList(1, 16)).allMatch(StatementProfile::belongsOnLane);
    }

    /** One after another on one lane, as it does it. */
    private void run(List<StatementProfile> each, int times, long nanos) {
        for (int i = 0; i < times; i++) {
            for (StatementProfile text : each) {
                limit.observe(nanos, false);
                text.observe(nanos, limit.nanos());
            }
        }
    }
}
