package io.headgate.pool.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FairTurnsTest {

    private final FairTurns turns = new FairTurns();

    /** A round in which these ask, and the first of them takes its turn; its name. */
    private String round(Map<String, Long> asking) {
        String first = "";
        long earliest = Long.MAX_VALUE;
        for (Map.Entry<String, Long> each : new TreeMap<>(asking).entrySet()) {
            long end = turns.ask(each.getKey(), each.getValue());
            if (end < earliest) {
                earliest = end;
                first = each.getKey();
            }
        }
        if (!first.isEmpty()) {
            turns.take(first, asking.get(first));
        }
        turns.endRound();
        return first;
    }

    private Map<String, Long> rounds(int many, Map<String, Long> asking) {
        Map<String, Long> time = new TreeMap<>();
        for (int i = 0; i < many; i++) {
            String first = round(asking);
            time.merge(first, asking.get(first), Long::sum);
        }
        return time;
    }

    @Test
    void eachKindGetsAsMuchTimeAsTheOthers() {
        Map<String, Long> time = rounds(200, Map.of("long", 200L, "short", 20L, "middle", 60L));
        assertThat(time.values()).allSatisfy(each -> assertThat(each).isBetween(2_500L, 3_500L));
    }

    @Test
    void aShortOneGoesBeforeALongOne() {
        assertThat(round(Map.of("long", 200L, "short", 20L))).isEqualTo("short");
    }

    @Test
    void aLongOneIsNotKeptFromGoing() {
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            order.add(round(Map.of("long", 200L, "short", 20L)));
        }
        assertThat(order).contains("long");
    }

    /** Otherwise it would have the lanes to itself for as long as the others had. */
    @Test
    void whoDidNotAskHasNoClaimToThatTime() {
        round(Map.of("long", 200L, "short", 20L));
        rounds(1_000, Map.of("short", 20L));
        Map<String, Long> time = rounds(100, Map.of("long", 200L, "short", 20L));
        assertThat(time.get("short")).isGreaterThan(700L);
        assertThat(time.get("long")).isGreaterThan(700L);
    }

    @Test
    void whoHasHadMoreThanItsShareIsNotForgottenForStayingAwayForAMoment() {
        rounds(10, Map.of("long", 200L, "short", 20L));
        turns.ask("long", 200L);
        turns.take("long", 200L);
        turns.endRound();
        round(Map.of("short", 20L));
        assertThat(rounds(5, Map.of("long", 200L, "short", 20L))).containsOnlyKeys("short");
    }

    @Test
    void remembersNoMoreThanThoseThatAskOrOweTime() {
        for (int i = 0; i < 1_000; i++) {
            round(Map.of("text " + i, 20L));
        }
        assertThat(turns.size()).isLessThanOrEqualTo(2);
        turns.clear();
        assertThat(turns.size()).isZero();
    }
}
