package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.codec.TypeIds;
import io.headgate.core.error.ParameterException;
import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import io.headgate.core.type.TypedNull;
import io.headgate.core.type.TypedText;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ParameterEncoderTest {

    private static final String SQL = "SELECT $1";

    private final ParameterEncoder encoder = new ParameterEncoder(100);

    private @Nullable Parameter encode(@Nullable Object value) {
        return encoder.encode(Arrays.asList(value), SQL)[0];
    }

    /** Values that the server parses as the type that it infers. */
    static List<Arguments> texts() {
        UUID id = new UUID(1, 2);
        return List.of(
                Arguments.of("a", "a"),
                Arguments.of('a', "a"),
                Arguments.of(7, "7"),
                Arguments.of(3.0, "3"),
                Arguments.of(new BigDecimal("1.50"), "1.50"),
                Arguments.of(id, id.toString()),
                Arguments.of(DayOfWeek.MONDAY, "MONDAY"),
                Arguments.of(Json.of("{}"), "{}"),
                Arguments.of(new TypedText(TypeIds.INTERVAL, "1 day"), "1 day"),
                Arguments.of(Map.of("a", "b"), "\"a\"=>\"b\""),
                Arguments.of(List.of(), "{}"),
                Arguments.of(List.of(1, 2), "{1,2}"),
                Arguments.of(new int[] {1, 2}, "{1,2}"),
                Arguments.of(new int[][] {{1, 2}, {3, 4}}, "{{1,2},{3,4}}"),
                Arguments.of(Arrays.asList("a,b", null, "c\"d"), "{\"a,b\",NULL,\"c\\\"d\"}"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void goesAsTextOfNoType(Object value, String text) {
        Parameter parameter = encode(value);
        assertThat(parameter.typeId()).isZero();
        assertThat(parameter.isBinary()).isFalse();
        assertThat(new String(parameter.bytes(), StandardCharsets.UTF_8)).isEqualTo(text);
    }

    /** Values whose text the server would read wrongly, or not at all. */
    static List<Arguments> declared() {
        return List.of(
                Arguments.of(true, TypeIds.BOOL),
                Arguments.of(new byte[] {1}, TypeIds.BYTEA),
                Arguments.of(ByteBuffer.wrap(new byte[] {1}), TypeIds.BYTEA),
                Arguments.of(LocalDate.EPOCH, TypeIds.DATE),
                Arguments.of(LocalTime.NOON, TypeIds.TIME),
                Arguments.of(OffsetTime.parse("12:00+02:00"), TypeIds.TIMETZ),
                Arguments.of(LocalDateTime.MAX, TypeIds.TIMESTAMP),
                Arguments.of(Instant.EPOCH, TypeIds.TIMESTAMPTZ),
                Arguments.of(Duration.ofDays(1), TypeIds.INTERVAL),
                Arguments.of(new Interval(1, 2, 3), TypeIds.INTERVAL),
                Arguments.of(new Instant[] {Instant.EPOCH, null}, TypeIds.TIMESTAMPTZ_ARRAY),
                Arguments.of(List.of(true), TypeIds.BOOL_ARRAY));
    }

    @ParameterizedTest
    @MethodSource("declared")
    void goesInTheBinaryFormOfItsOwnType(Object value, int typeId) {
        Parameter parameter = encode(value);
        assertThat(parameter.typeId()).isEqualTo(typeId);
        assertThat(parameter.isBinary()).isTrue();
    }

    @Test
    void anInstantIsCountedFrom2000() {
        Parameter parameter = encode(Instant.parse("2000-01-01T00:00:01Z"));
        assertThat(ByteBuffer.wrap(parameter.bytes()).getLong()).isEqualTo(1_000_000);
    }

    @Test
    void nullsAreNull() {
        assertThat(encode(null)).isNull();
        assertThat(encode(new TypedNull(TypeIds.INT4))).isNull();
    }

    @Test
    void aByteBufferKeepsItsPosition() {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3}).position(1);
        assertThat(encode(buffer).bytes()).containsExactly(2, 3);
        assertThat(buffer.position()).isEqualTo(1);
    }

    @Test
    void theBytesOfAnArrayAreThoseAtTheTimeOfBinding() {
        byte[] bytes = {1};
        Parameter parameter = encode(bytes);
        bytes[0] = 2;
        assertThat(parameter.bytes()).containsExactly(1);
    }

    static List<Arguments> unsendable() {
        return List.of(
                Arguments.of(new Object(), "java.lang.Object"),
                Arguments.of("a\0b", "NUL character at position 1"),
                Arguments.of(List.of("a\0b"), "NUL character"),
                Arguments.of("a\uD800", "half a surrogate pair at position 1"),
                Arguments.of(Duration.ofSeconds(Long.MAX_VALUE), "beyond the range of an interval"),
                Arguments.of(LocalDateTime.of(300_000, 1, 1, 0, 0), "out of PostgreSQL's range"),
                Arguments.of("x".repeat(101), "has 101 bytes, more than max_value_bytes 100"),
                Arguments.of("é".repeat(51), "has 102 bytes, more than max_value_bytes 100"),
                Arguments.of(new byte[101], "has 101 bytes, more than max_value_bytes 100"));
    }

    @ParameterizedTest
    @MethodSource("unsendable")
    void isRefusedWithItsPlaceAndTheStatement(Object value, String problem) {
        assertThatThrownBy(() -> encoder.encode(List.of(1, value), SQL))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("parameter $2")
                .hasMessageContaining(problem)
                .hasMessageEndingWith(": " + SQL);
    }

    @Test
    void whatAValueThrowsIsTheCause() {
        List<String> broken = new AbstractList<>() {
            @Override
            public String get(int index) {
                throw new IllegalStateException("changed meanwhile");
            }

            @Override
            public int size() {
                return 1;
            }
        };
        assertThatThrownBy(() -> encode(broken))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("IllegalStateException")
                .hasRootCauseMessage("changed meanwhile");
    }

    @Test
    void aParameterDoesNotShowItsValue() {
        assertThat(encode("secret").toString()).doesNotContain("secret");
    }
}
