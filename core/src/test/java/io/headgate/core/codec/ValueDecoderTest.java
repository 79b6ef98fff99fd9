package io.headgate.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.RowMappingException;
import io.headgate.core.type.Interval;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ValueDecoderTest {

    private static Object decode(int typeId, String text) {
        byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
        return ValueDecoder.decode(typeId, false, bytes, 1, bytes.length - 2);
    }

    private static String text(int typeId, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ValueDecoder.text(typeId, false, bytes, 0, bytes.length);
    }

    static List<Arguments> texts() {
        return List.of(
                Arguments.of(TypeIds.BOOL, "t", true),
                Arguments.of(TypeIds.INT2, "-32768", Short.MIN_VALUE),
                Arguments.of(TypeIds.NUMERIC, "1.50", new BigDecimal("1.50")),
                Arguments.of(TypeIds.NUMERIC, "NaN", Double.NaN),
                Arguments.of(TypeIds.NUMERIC, "-Infinity", Double.NEGATIVE_INFINITY),
                Arguments.of(TypeIds.FLOAT8, "1e+300", 1e300),
                Arguments.of(TypeIds.FLOAT4, "-0", -0f),
                Arguments.of(TypeIds.DATE, "10000-01-02", LocalDate.of(10_000, 1, 2)),
                Arguments.of(TypeIds.DATE, "0044-03-15 BC", LocalDate.of(-43, 3, 15)),
                Arguments.of(TypeIds.DATE, "-infinity", LocalDate.MIN),
                Arguments.of(TypeIds.TIME, "23:59:59.000001", LocalTime.of(23, 59, 59, 1_000)),
                Arguments.of(TypeIds.TIMETZ, "10:00:00-03:30", OffsetTime.parse("10:00:00-03:30")),
                Arguments.of(TypeIds.TIMETZ, "10:00:00+15:59:59", OffsetTime.parse("10:00:00+15:59:59")),
                Arguments.of(TypeIds.TIMESTAMP, "2026-01-02 03:04:05", LocalDateTime.parse("2026-01-02T03:04:05")),
                Arguments.of(TypeIds.TIMESTAMP, "infinity", LocalDateTime.MAX),
                Arguments.of(
                        TypeIds.TIMESTAMPTZ,
                        "2026-01-02 03:04:05.5+02",
                        OffsetDateTime.parse("2026-01-02T01:04:05.5Z")),
                Arguments.of(
                        TypeIds.TIMESTAMPTZ,
                        "0001-01-01 00:00:00+00:53:28 BC",
                        OffsetDateTime.parse("-0001-12-31T23:06:32Z")),
                Arguments.of(TypeIds.TIMESTAMPTZ, "-infinity", OffsetDateTime.MIN),
                Arguments.of(
                        TypeIds.INTERVAL,
                        "-1 years -2 mons +3 days -25:00:00.000001",
                        new Interval(-14, 3, -90_000_000_001L)),
                Arguments.of(TypeIds.INTERVAL, "-2562047788:00:54.775808", new Interval(0, 0, Long.MIN_VALUE)),
                Arguments.of(TypeIds.INTERVAL, "infinity", Intervals.INFINITY),
                Arguments.of(TypeIds.UUID, "00000000-0000-0001-0000-000000000002", new UUID(1, 2)),
                Arguments.of(BuiltInTypes.CHAR, "x", "x"),
                Arguments.of(2278, "", ""),
                Arguments.of(BuiltInTypes.INET, "10.0.0.1/8", "10.0.0.1/8"),
                Arguments.of(16_400, "happy", "happy"),
                Arguments.of(16_401, "[2:3]={happy,sad}", "[2:3]={happy,sad}"),
                Arguments.of(1041, "{10.0.0.1,NULL}", "{10.0.0.1,NULL}"),
                Arguments.of(TypeIds.INT4_ARRAY, "[0:2]={1,NULL,3}", new Integer[] {1, null, 3}),
                Arguments.of(TypeIds.INT4_ARRAY, "{{1,2},{3,4}}", "{{1,2},{3,4}}"),
                Arguments.of(TypeIds.TEXT_ARRAY, "{\"a,\\\"b\",\"NULL\",NULL}", new String[] {"a,\"b", "NULL", null}),
                Arguments.of(TypeIds.NUMERIC_ARRAY, "{1.0,NaN}", new Number[] {new BigDecimal("1.0"), Double.NaN}),
                Arguments.of(TypeIds.NUMERIC_ARRAY, "{1.0}", new BigDecimal[] {new BigDecimal("1.0")}));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void readsTheTextFormOf(int typeId, String text, Object expected) {
        assertThat(decode(typeId, text)).isEqualTo(expected).hasSameClassAs(expected);
    }

    @Test
    void readsByteaInBothForms() {
        assertThat((byte[]) decode(TypeIds.BYTEA, "\\x00ff")).containsExactly(0, -1);
        assertThat((byte[]) decode(TypeIds.BYTEA, "\\000a\\\\\\377")).containsExactly(0, 'a', '\\', 255);
    }

    @ParameterizedTest
    @CsvSource({
        "1082,21-11-2026",
        "1082,11/21/2026",
        "1082,21.11.2026",
        "1082,11-10-2026",
        "1114,Sat Nov 21 10:00:00 2026",
        "1184,11/21/2026 10:00:00 CET",
        "1186,P1Y2M",
        "701,1d",
        "701,0x1p3",
        "1700,1e5",
        "2950,1-1-1-1-1",
        "16,true",
        "1083,1:2:3",
        "1083,10:00:00+02",
        "1266,10:00:00",
        "1182,\"{21-11-2026}\"",
        "23,",
        "1700,"
    })
    void refusesATextThatTheServerDoesNotWriteInTheIsoStyle(int typeId, String text) {
        String given = text == null ? "" : text;
        assertThatThrownBy(() -> decode(typeId, given))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("\"" + given + "\"")
                .hasMessageContaining(BuiltInTypes.nameOf(typeId))
                .hasMessageContaining("read it as String");
    }

    @Test
    void aTimeOf24HoursIsAnErrorThatSaysWhatToDo() {
        assertThatThrownBy(() -> decode(TypeIds.TIME, "24:00:00"))
                .isInstanceOf(RowMappingException.class)
                .hasMessage(
                        "the time value \"24:00:00\" has no LocalTime; read it as String, or cast it to text in SQL");
        assertThat(text(TypeIds.TIME, "24:00:00")).isEqualTo("24:00:00");
    }

    @Test
    void theTextOfATimestamptzDoesNotDependOnTheSession() {
        assertThat(text(TypeIds.TIMESTAMPTZ, "2026-01-02 03:04:05.5+02")).isEqualTo("2026-01-02 01:04:05.5+00");
        assertThat(text(TypeIds.TIMESTAMPTZ_ARRAY, "{NULL,\"2026-01-02 03:04:05+02\",infinity}"))
                .isEqualTo("{NULL,\"2026-01-02 01:04:05+00\",infinity}");
        assertThat(text(TypeIds.BOOL, "f")).isEqualTo("false");
        assertThat(text(TypeIds.BOOL_ARRAY, "{t,f}")).isEqualTo("{t,f}");
    }

    @Test
    void asksForTextWhereTheBinaryFormIsNotKnown() {
        assertThat(List.of(TypeIds.INT4, TypeIds.NUMERIC_ARRAY, TypeIds.JSONB, 3807, BuiltInTypes.VARCHAR))
                .allMatch(ValueDecoder::readsBinary);
        assertThat(List.of(0, 16_400, BuiltInTypes.INET, 1041, BuiltInTypes.CHAR, BuiltInTypes.MONEY, 142, 2278))
                .noneMatch(ValueDecoder::readsBinary);
    }

    /** The digits must give the same number and be as few as possible. CodecIT compares them with the server's. */
    @Test
    void floatingPointNumbersAreShort() {
        assertThat(FloatText.of(0.1)).isEqualTo("0.1");
        assertThat(FloatText.of(2e22)).isEqualTo("2e+22");
        assertThat(FloatText.of(Math.scalb(1.0, -44))).isEqualTo("5.684341886080802e-14");
        assertThat(FloatText.of(Double.MIN_VALUE)).isEqualTo("5e-324");
        assertThat(FloatText.of(Double.MAX_VALUE)).isEqualTo("1.7976931348623157e+308");
        assertThat(FloatText.of(1e6f)).isEqualTo("1e+06");
        assertThat(FloatText.of(-0f)).isEqualTo("-0");
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            double wide = Double.longBitsToDouble(random.nextLong());
            float narrow = Float.intBitsToFloat(random.nextInt());
            assertThat(Double.parseDouble(FloatText.of(wide))).isEqualTo((Double) wide);
            assertThat(Float.parseFloat(FloatText.of(narrow))).isEqualTo((Float) narrow);
            assertThat(FloatText.of(wide)).hasSizeLessThanOrEqualTo(24);
        }
    }
}
