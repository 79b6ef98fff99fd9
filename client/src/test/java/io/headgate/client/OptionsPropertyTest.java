package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.ParameterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Texts of options: what is meant is read, and anything else is one kind of error. */
class OptionsPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 1_000_000 : 20_000;
    private static final List<String> PIECES = List.of(
            "name",
            "access",
            "timeout",
            "cache",
            "consistency",
            "idempotent",
            "priority",
            "=",
            " ",
            "\n",
            "read",
            "true",
            "chart",
            "5s",
            "0s",
            "-1s",
            "PT5S",
            "PT",
            "9".repeat(15) + "h",
            "9".repeat(30) + "ms",
            "strong",
            "*",
            "/",
            "/*",
            "\u0001",
            "ä",
            "background",
            "P1D",
            "PT9223372036854775807S",
            "1e999999999",
            "1e100000000",
            "NaN",
            "7");

    private final Random random = new Random(SEED);

    private String pieces(int most) {
        StringBuilder text = new StringBuilder();
        for (int count = random.nextInt(most); count > 0; count--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    @Test
    void nodesAreReadAsTheyAreWritten() {
        List<String> hosts = List.of("db", "10.0.0.1", "[2001:db8::1]", "/run/pg", "a-b.c");
        for (int round = 0; round < ROUNDS; round++) {
            List<HostAndPort> nodes = new ArrayList<>();
            for (int count = 1 + random.nextInt(4); count > 0; count--) {
                nodes.add(new HostAndPort(hosts.get(random.nextInt(hosts.size())), random.nextInt(70_000)));
            }
            String text = nodes.stream()
                    .map(node -> node.port() == 5_432 ? node.host() : node.toString())
                    .collect(Collectors.joining(random.nextBoolean() ? "," : " , "));
            List<String> read = HostAndPort.list(text, 5_432).stream()
                    .map(node ->
                            (node.host().contains(":") ? "[" + node.host() + "]" : node.host()) + ":" + node.port())
                    .toList();
            assertThat(read)
                    .as(text)
                    .isEqualTo(nodes.stream().map(HostAndPort::toString).toList());
        }
    }

    @Test
    void timesAreReadAsTheirUnitSays() {
        for (int round = 0; round < ROUNDS; round++) {
            long amount = random.nextInt(Integer.MAX_VALUE);
            String blank = random.nextBoolean() ? "" : " ";
            assertThat(duration(amount + blank + "ms")).isEqualTo(Duration.ofMillis(amount));
            assertThat(duration(amount + blank + "S")).isEqualTo(Duration.ofSeconds(amount));
            assertThat(duration(amount + blank + "m")).isEqualTo(Duration.ofMinutes(amount));
            assertThat(duration(amount + blank + "h")).isEqualTo(Duration.ofHours(amount));
            Duration any = Duration.ofSeconds(amount, random.nextInt(1_000_000_000));
            assertThat(duration(any.toString())).isEqualTo(any);
        }
    }

    private static Duration duration(String text) {
        return new OptionValue("x", text).duration();
    }

    @Test
    void anyCommentIsReadOrAnErrorOfItsStatement() {
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String sql = "/*headgate name=" + pieces(2) + " " + pieces(8) + "*/ SELECT 1";
            assertThat(OptionComment.isAtStartOf(sql)).isTrue();
            try {
                assertThat(OptionComment.read(sql).applyTo(SqlStatement.of(sql)).text())
                        .isEqualTo(sql);
                read++;
            } catch (ParameterException expected) {
                assertThat(expected).hasMessageContaining("the comment with options");
            } catch (RuntimeException other) {
                throw new AssertionError("seed " + SEED + ", round " + round + ": " + sql, other);
            }
        }
        assertThat(read).isBetween(ROUNDS / 100, ROUNDS / 2);
    }

    @Test
    void anyValueIsReadOrAnIllegalArgumentSoon() {
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int round = 0; round < ROUNDS; round++) {
                String text = pieces(4);
                OptionValue value = new OptionValue("x", text);
                for (Runnable reading : List.<Runnable>of(
                        value::wholeNumber,
                        value::number,
                        value::duration,
                        value::yesOrNo,
                        () -> HostAndPort.list(text, 1))) {
                    try {
                        reading.run();
                    } catch (IllegalArgumentException expected) {
                        assertThat(expected).hasMessageContaining("the option");
                    } catch (RuntimeException other) {
                        throw new AssertionError("seed " + SEED + ", round " + round + ": " + text, other);
                    }
                }
            }
        });
    }
}
