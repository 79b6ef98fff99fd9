package io.headgate.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class PowerOfTwoChoicesTest {

    private final Random random = new Random(4);

    @Test
    void theOnlyOneIsChosen() {
        assertThat(PowerOfTwoChoices.of(new String[] {"a"}, each -> 1, random)).isEqualTo("a");
    }

    @Test
    void ofTwoTheLessBusyIsChosen() {
        for (int i = 0; i < 100; i++) {
            assertThat(PowerOfTwoChoices.of(new Integer[] {3, 2}, each -> each, random))
                    .isEqualTo(2);
        }
    }

    /** Each of several equal ones gets its share, and the busiest of all nothing. */
    @Test
    void equalOnesShare() {
        Map<Integer, Long> chosen = IntStream.range(0, 9_000)
                .mapToObj(i -> PowerOfTwoChoices.of(new Integer[] {0, 1, 2, 3}, each -> each == 3 ? 2 : 1, random))
                .collect(Collectors.groupingBy(each -> each, Collectors.counting()));
        assertThat(chosen.get(3)).isNull();
        assertThat(chosen.values()).hasSize(3).allMatch(count -> count > 2_000);
    }

    /** Three nodes, of which one takes ten times as long: it gets calls in proportion to what it can do. */
    @Test
    void aSlowNodeGetsFewCalls() {
        long[] takes = {1_000_000, 1_000_000, 10_000_000};
        long now = 0;
        List<NodeLoad> loads =
                IntStream.range(0, 3).mapToObj(i -> new NodeLoad(0)).toList();
        record Call(int node, long ends) {}
        List<Call> running = new ArrayList<>();
        int[] served = new int[3];
        for (int tick = 0; tick < 100_000; tick++) {
            now += 100_000;
            long at = now;
            for (Call each : List.copyOf(running)) {
                if (each.ends <= at) {
                    running.remove(each);
                    loads.get(each.node).answered((double) takes[each.node], at);
                }
            }
            int node =
                    loads.indexOf(PowerOfTwoChoices.of(loads.toArray(NodeLoad[]::new), each -> each.cost(at), random));
            loads.get(node).started();
            running.add(new Call(node, at + takes[node]));
            served[node]++;
        }
        assertThat(served[2]).isPositive().isLessThan(served[0] / 5);
        assertThat(served[1]).isCloseTo(served[0], Percentage.withPercentage(10));
        assertThat(loads).allMatch(each -> each.inFlight() < 100);
    }

    @Test
    void aPeakCountsAtOnceAndSinks() {
        NodeLoad load = new NodeLoad(0);
        load.started();
        load.answered(500e6, 0);
        assertThat(load.cost(0)).isEqualTo(500e6);
        assertThat(load.cost(Duration.ofSeconds(10).toNanos())).isBetween(180e6, 190e6);
        assertThat(load.cost(Duration.ofMinutes(5).toNanos())).isBetween(1e6, 1.1e6);
        load.started();
        load.ended();
        assertThat(load.inFlight()).isZero();
    }

    /** It may have been away. It must not get everything because nothing is known of it. */
    @Test
    void aNodeThatHadNoCallsForLongCountsAsOneThatIsNotKnown() {
        NodeLoad load = new NodeLoad(0);
        load.started();
        load.answered(200e3, 0);
        for (int i = 1; i < 1_000; i++) {
            load.started();
            load.answered(200e3, Duration.ofMillis(100L * i).toNanos());
        }
        assertThat(load.cost(Duration.ofSeconds(100).toNanos())).isLessThan(300e3);
        assertThat(load.cost(Duration.ofMinutes(5).toNanos())).isGreaterThan(900e3);
    }
}
