package io.headgate.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ParameterException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A map is written so that a reader by hstore's own grammar finds the same keys and values. */
class HstorePropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 500_000 : 20_000;
    /** An id that no built-in type has, as hstore's. */
    private static final int HSTORE = 16_400;

    private static final List<String> PIECES = List.of(
            "\"", "\\", "\\\"", "=>", "=", ">", ",", " ", "\t", "\n", "\u000b", "NULL", "null", "a", "größe", "世界",
            "🎺", "\u00a0", "{}", "'", "$1", "\u0001");

    private enum Mood {
        HAPPY
    }

    private final Random random = new Random(SEED);

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int pieces = random.nextInt(5); pieces > 0; pieces--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    /** A text, or what has one. */
    private Object value() {
        return switch (random.nextInt(8)) {
            case 0 -> java.nio.CharBuffer.wrap(text());
            case 1 -> random.nextInt(20) - 10;
            case 2 -> random.nextBoolean();
            case 3 -> Mood.HAPPY;
            case 4 -> new BigDecimal("0.50");
            default -> text();
        };
    }

    /** The grammar as {@code contrib/hstore/hstore_io.c} reads it. */
    private static final class Reader {

        private final String in;
        private int at;
        private boolean quoted;

        Reader(String in) {
            this.in = in;
        }

        Map<String, @Nullable String> pairs() {
            Map<String, @Nullable String> pairs = new HashMap<>();
            while (skipSpace()) {
                String key = word("=");
                expect("=");
                assertThat(in.charAt(at++)).as(in).isEqualTo('>');
                assertThat(skipSpace()).as(in).isTrue();
                String value = word(",");
                boolean isNull = !quoted && value.equalsIgnoreCase("null");
                assertThat(pairs.containsKey(key)).as(in).isFalse();
                pairs.put(key, isNull ? null : value);
                if (skipSpace()) {
                    expect(",");
                    assertThat(skipSpace()).as(in).isTrue();
                }
            }
            return pairs;
        }

        private boolean skipSpace() {
            while (at < in.length() && " \t\n\u000b\f\r".indexOf(in.charAt(at)) >= 0) {
                at++;
            }
            return at < in.length();
        }

        private void expect(String separator) {
            assertThat(skipSpace() && in.startsWith(separator, at)).as(in).isTrue();
            at++;
        }

        private String word(String end) {
            quoted = in.charAt(at) == '"';
            at += quoted ? 1 : 0;
            StringBuilder word = new StringBuilder();
            while (quoted
                    ? in.charAt(at) != '"'
                    : at < in.length() && (end + " \t\n\u000b\f\r").indexOf(in.charAt(at)) < 0) {
                at += in.charAt(at) == '\\' ? 1 : 0;
                word.append(in.charAt(at++));
            }
            at += quoted ? 1 : 0;
            return word.toString();
        }
    }

    private static String written(Map<?, ?> map) {
        return new String(ValueEncoder.encode(map, HSTORE), StandardCharsets.UTF_8);
    }

    @Test
    void anyMapIsReadAgainAsTheSame() {
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Map<Object, @Nullable Object> map = new LinkedHashMap<>();
            Map<String, @Nullable String> expected = new HashMap<>();
            for (int pairs = random.nextInt(5); pairs > 0; pairs--) {
                Object key = value();
                Object value = random.nextInt(5) == 0 ? null : value();
                map.put(key, value);
                expected.put(textOf(key), value == null ? null : textOf(value));
            }
            assertThat(ValueEncoder.fits(map, HSTORE)).isTrue();
            assertThat(ValueEncoder.writesBinary(map, HSTORE)).isFalse();
            if (expected.size() < map.size()) {
                // hstore would keep one of the two, and does not say which
                assertThatThrownBy(() -> ValueEncoder.encode(map, HSTORE))
                        .isInstanceOf(ParameterException.class)
                        .hasMessageContaining("key");
                refused++;
                continue;
            }
            assertThat(new Reader(written(map)).pairs())
                    .as("seed %d, round %d", SEED, round)
                    .isEqualTo(expected);
        }
        assertThat(refused).isBetween(1, ROUNDS / 4);
    }

    private static String textOf(Object value) {
        return value instanceof Mood mood ? mood.name() : value.toString();
    }

    /** NUL, half a surrogate pair, a key that is null, a value that has no text, a type that is no hstore. */
    @Test
    void whatAnHstoreCannotHoldIsRefused() {
        for (int round = 0; round < ROUNDS / 10; round++) {
            Map<Object, @Nullable Object> map = new LinkedHashMap<>();
            map.put("first" + text(), text());
            int type = HSTORE;
            List<Object> bad = new ArrayList<>(List.of(text() + "\0", text() + "\ud83c", "\udfba" + text()));
            Object wrong = bad.get(random.nextInt(bad.size()));
            switch (random.nextInt(5)) {
                case 0 -> map.put(wrong, text());
                case 1 -> map.put("x", wrong);
                case 2 -> map.put(null, text());
                case 3 -> map.put("x", List.of(Map.of()));
                default ->
                    type = List.of(TypeIds.INT4, BuiltInTypes.TEXT, TypeIds.JSONB, TypeIds.TEXT_ARRAY)
                            .get(random.nextInt(4));
            }
            int refusing = type;
            assertThatThrownBy(() -> ValueEncoder.encode(map, refusing))
                    .as("seed %d, round %d: %s", SEED, round, map)
                    .isInstanceOf(ParameterException.class);
        }
    }
}
