package io.headgate.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.RowMappingException;
import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValueConverterTest {

    private static final List<String> COLUMNS = List.of("id", "length");

    enum Mood {
        HAPPY,
        Sad
    }

    static List<Arguments> whatFits() {
        UUID uuid = new UUID(1, 2);
        OffsetDateTime time = OffsetDateTime.parse("2026-01-02T03:04:05+02:00");
        return List.of(
                fits(7, Long.class, 7L),
                fits(7L, int.class, 7),
                fits(7L, short.class, (short) 7),
                fits(-128L, byte.class, (byte) -128),
                fits(7, BigDecimal.class, new BigDecimal(7)),
                fits(7, BigInteger.class, BigInteger.valueOf(7)),
                fits(new BigDecimal("7.00"), int.class, 7),
                fits(new BigDecimal("1e30"), BigInteger.class, BigInteger.TEN.pow(30)),
                fits(BigInteger.TEN.pow(30), BigDecimal.class, new BigDecimal(BigInteger.TEN.pow(30))),
                fits(4.0, long.class, 4L),
                fits(0.5, float.class, 0.5f),
                fits(Double.NaN, float.class, Float.NaN),
                fits(Double.POSITIVE_INFINITY, float.class, Float.POSITIVE_INFINITY),
                fits(0.1f, double.class, (double) 0.1f),
                fits(9_007_199_254_740_992L, double.class, 9_007_199_254_740_992d),
                fits(16_777_216, float.class, 16_777_216f),
                fits(new BigDecimal("12.50"), double.class, 12.5),
                fits(new BigDecimal("0.1"), double.class, 0.1),
                fits(new BigDecimal("0.1"), float.class, 0.1f),
                fits("happy", Mood.class, Mood.HAPPY),
                fits("Sad", Mood.class, Mood.Sad),
                fits("x", char.class, 'x'),
                fits("4294967295", long.class, 4_294_967_295L),
                fits("{\"a\": 1}", Json.class, Json.of("{\"a\": 1}")),
                fits(time, Instant.class, Instant.parse("2026-01-02T01:04:05Z")),
                fits(OffsetDateTime.MAX, Instant.class, Instant.MAX),
                fits(OffsetDateTime.MIN, Instant.class, Instant.MIN),
                fits("[2:3]={happy,Sad}", Mood[].class, new Mood[] {Mood.HAPPY, Mood.Sad}),
                fits(time, ZonedDateTime.class, ZonedDateTime.parse("2026-01-02T01:04:05Z[UTC]")),
                fits(new Interval(0, 0, 1_500_000), Duration.class, Duration.ofMillis(1_500)),
                fits(new Interval(14, 3, 0), Period.class, Period.of(1, 2, 3)),
                fits(new Integer[] {1, 2}, int[].class, new int[] {1, 2}),
                fits(new Integer[] {1, null}, Long[].class, new Long[] {1L, null}),
                fits(new String[] {"a", null}, List.class, java.util.Arrays.asList("a", null)),
                fits(new String[] {"a"}, Collection.class, List.of("a")),
                fits("{happy,NULL}", Mood[].class, new Mood[] {Mood.HAPPY, null}),
                fits("{1,2}", long[].class, new long[] {1, 2}),
                fits(uuid, String.class, uuid.toString()),
                fits(time, String.class, "2026-01-02 01:04:05+00"),
                fits(OffsetDateTime.MAX, String.class, "infinity"),
                fits(LocalDate.of(-43, 3, 15), String.class, "0044-03-15 BC"),
                fits(LocalTime.of(7, 8), String.class, "07:08:00"),
                fits(new Interval(14, 3, 0), String.class, "1 year 2 mons 3 days"),
                fits(new BigDecimal("1E+3"), String.class, "1000"),
                fits(1e10, String.class, "10000000000"),
                fits(true, String.class, "true"),
                fits(new byte[] {0, -1}, String.class, "\\x00ff"),
                fits(new Integer[] {1, null}, String[].class, new String[] {"1", null}),
                fits(true, boolean.class, true),
                fits(LocalDate.EPOCH, LocalDate.class, LocalDate.EPOCH));
    }

    static List<Arguments> whatDoesNotFit() {
        return List.of(
                doesNotFit(1L << 31, int.class),
                doesNotFit(32_768, short.class),
                doesNotFit(128, byte.class),
                doesNotFit(new BigDecimal("0.5"), long.class),
                doesNotFit(new BigDecimal("1e20"), long.class),
                doesNotFit(BigInteger.TEN.pow(30), long.class),
                doesNotFit(1.5, int.class),
                doesNotFit(Double.NaN, BigDecimal.class),
                doesNotFit(0.1, float.class),
                // the nearest double or float is another number
                doesNotFit(9_007_199_254_740_993L, double.class),
                doesNotFit(Long.MAX_VALUE, double.class),
                doesNotFit(16_777_217, float.class),
                doesNotFit(new BigDecimal("0.12345678901234567890"), double.class),
                doesNotFit(new BigDecimal("1e400"), double.class),
                doesNotFit(new BigDecimal("1e39"), float.class),
                doesNotFit("angry", Mood.class),
                doesNotFit("xy", char.class),
                doesNotFit("seven", long.class),
                doesNotFit(new Interval(1, 0, 1), Duration.class),
                doesNotFit(new Interval(0, 1, 0), Duration.class),
                doesNotFit(new Interval(1, 0, 1), Period.class),
                doesNotFit(new Integer[] {1, null}, int[].class),
                doesNotFit(new Long[] {1L << 40}, int[].class),
                doesNotFit("{{1},{2}}", int[].class),
                doesNotFit(OffsetDateTime.MAX, java.time.ZonedDateTime.class),
                doesNotFit(true, int.class),
                doesNotFit(new Integer[] {1}, String.class),
                doesNotFit(7, UUID.class));
    }

    @ParameterizedTest
    @MethodSource("whatFits")
    void convertsWhereNothingIsLost(Object value, Class<?> type, Object expected) {
        assertThat((Object) ValueConverter.convert(value, type, 1, COLUMNS)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("whatDoesNotFit")
    void refusesWhatWouldBeLost(Object value, Class<?> type) {
        assertThatThrownBy(() -> ValueConverter.convert(value, type, 1, COLUMNS))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("\"length\"")
                .hasMessageContaining(value.getClass().getTypeName())
                .hasMessageContaining(type.getTypeName());
    }

    @Test
    void passesNullOn_exceptAsAPrimitive() {
        assertThat(ValueConverter.convert(null, Long.class, 0, COLUMNS)).isNull();
        assertThatThrownBy(() -> ValueConverter.convert(null, long.class, 0, COLUMNS))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("column \"id\" is NULL")
                .hasMessageContaining("read it as Long");
    }

    @Test
    void givesListsThatCannotChangeTheRow() {
        String[] decoded = {"a"};
        @SuppressWarnings("unchecked")
        List<String> list = ValueConverter.convert(decoded, List.class, 0, COLUMNS);
        assertThatThrownBy(() -> list.set(0, "b")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(decoded).containsExactly("a");
    }

    private static Arguments fits(Object value, Class<?> type, Object expected) {
        return Arguments.of(value, type, expected);
    }

    private static Arguments doesNotFit(Object value, Class<?> type) {
        return Arguments.of(value, type);
    }
}
