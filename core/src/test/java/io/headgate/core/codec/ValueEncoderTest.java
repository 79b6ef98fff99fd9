package io.headgate.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import io.headgate.core.type.TypedText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("JavaUtilDate") // applications bind it
class ValueEncoderTest {

    /** The id of a type that is not built in. */
    private static final int ENUMERATION = 16_400;

    private static final LocalDate DAY = LocalDate.of(2026, 11, 28);
    private static final LocalDateTime QUARTER_PAST_ONE = DAY.atTime(13, 14, 15);
    private static final OffsetDateTime WITH_OFFSET = QUARTER_PAST_ONE.atOffset(ZoneOffset.ofHours(2));

    private enum Mood {
        happy
    }

    private static byte[] encode(Object value, int typeId) {
        HeapSink sink = new HeapSink();
        ValueEncoder.encode(value, typeId, sink);
        return sink.toByteArray();
    }

    private static String text(Object value, int typeId) {
        assertThat(ValueEncoder.writesBinary(value, typeId)).isFalse();
        return new String(encode(value, typeId), StandardCharsets.UTF_8);
    }

    private static Object throughBinary(Object value, int typeId) {
        assertThat(ValueEncoder.writesBinary(value, typeId))
                .as("%s binary", value)
                .isTrue();
        byte[] bytes = encode(value, typeId);
        return ValueDecoder.decode(typeId, true, bytes, 0, bytes.length);
    }

    static List<Arguments> exact() throws UnknownHostException {
        return List.of(
                Arguments.of(42, TypeIds.INT8, 42L),
                Arguments.of(42L, TypeIds.INT2, (short) 42),
                Arguments.of((byte) -1, TypeIds.INT2, (short) -1),
                Arguments.of(42, TypeIds.NUMERIC, new BigDecimal("42")),
                Arguments.of(42, TypeIds.FLOAT8, 42d),
                Arguments.of(1L << 62, TypeIds.FLOAT4, 0x1p62f),
                Arguments.of(new BigInteger("9223372036854775807"), TypeIds.INT8, Long.MAX_VALUE),
                Arguments.of(new BigDecimal("3.00"), TypeIds.INT4, 3),
                Arguments.of(3.0, TypeIds.INT4, 3),
                Arguments.of(0.1f, TypeIds.FLOAT8, (double) 0.1f),
                Arguments.of(0.5, TypeIds.FLOAT4, 0.5f),
                Arguments.of(0.1, TypeIds.NUMERIC, new BigDecimal("0.1")),
                Arguments.of(0.1f, TypeIds.NUMERIC, new BigDecimal("0.1")),
                Arguments.of(new BigDecimal("0.1"), TypeIds.FLOAT8, 0.1),
                Arguments.of(new BigDecimal("1E+3"), TypeIds.NUMERIC, new BigDecimal("1000")),
                Arguments.of(Double.NaN, TypeIds.FLOAT4, Float.NaN),
                Arguments.of(4_294_967_295L, BuiltInTypes.OID, "4294967295"),
                Arguments.of(DAY, TypeIds.TIMESTAMP, DAY.atStartOfDay()),
                Arguments.of(DAY.atStartOfDay(), TypeIds.DATE, DAY),
                Arguments.of(LocalDate.MAX, TypeIds.TIMESTAMP, LocalDateTime.MAX),
                Arguments.of(LocalDateTime.MIN, TypeIds.DATE, LocalDate.MIN),
                Arguments.of(LocalTime.MAX, TypeIds.TIME, LocalTime.of(23, 59, 59, 999_999_000)),
                Arguments.of(WITH_OFFSET, TypeIds.TIMESTAMPTZ, WITH_OFFSET.withOffsetSameInstant(ZoneOffset.UTC)),
                Arguments.of(Instant.EPOCH, TypeIds.TIMESTAMPTZ, OffsetDateTime.parse("1970-01-01T00:00Z")),
                Arguments.of(new Date(0), TypeIds.TIMESTAMPTZ, OffsetDateTime.parse("1970-01-01T00:00Z")),
                Arguments.of(
                        ZonedDateTime.of(QUARTER_PAST_ONE, ZoneId.of("UTC")),
                        TypeIds.TIMESTAMPTZ,
                        QUARTER_PAST_ONE.atOffset(ZoneOffset.UTC)),
                Arguments.of(Instant.MAX, TypeIds.TIMESTAMPTZ, OffsetDateTime.MAX),
                Arguments.of(OffsetDateTime.MIN.toInstant(), TypeIds.TIMESTAMPTZ, OffsetDateTime.MIN),
                Arguments.of(Duration.ofMillis(-1_500), TypeIds.INTERVAL, new Interval(0, 0, -1_500_000)),
                Arguments.of(Period.of(1, 2, 3), TypeIds.INTERVAL, new Interval(14, 3, 0)),
                Arguments.of(ByteBuffer.wrap(new byte[] {1, 2, 3}, 1, 1), TypeIds.BYTEA, new byte[] {2}),
                Arguments.of(ByteBuffer.wrap(new byte[] {1}).asReadOnlyBuffer(), TypeIds.BYTEA, new byte[] {1}),
                Arguments.of(DayOfWeek.MONDAY, TypeIds.INT4, 1),
                Arguments.of(Month.MAY, TypeIds.INT2, (short) 5),
                Arguments.of(Year.of(2026), TypeIds.INT8, 2026L),
                Arguments.of(List.of(1, 2L, (short) 3), TypeIds.INT8_ARRAY, new Long[] {1L, 2L, 3L}),
                Arguments.of(new int[] {1}, TypeIds.INT4_ARRAY, new Integer[] {1}),
                Arguments.of(List.of(), TypeIds.UUID_ARRAY, new UUID[0]),
                Arguments.of(Arrays.asList(null, null), TypeIds.DATE_ARRAY, new LocalDate[2]),
                Arguments.of(List.of(Instant.EPOCH), TypeIds.TIMESTAMPTZ_ARRAY, new OffsetDateTime[] {
                    OffsetDateTime.parse("1970-01-01T00:00Z")
                }),
                Arguments.of(List.of(Mood.happy, 'c', "s"), TypeIds.TEXT_ARRAY, new String[] {"happy", "c", "s"}),
                Arguments.of(List.of(new byte[] {1}), TypeIds.BYTEA_ARRAY, new byte[][] {{1}}));
    }

    @ParameterizedTest
    @MethodSource("exact")
    void convertsWhatTheTypeHoldsExactly(Object value, int typeId, Object expected) {
        assertThat(ValueEncoder.fits(value, typeId)).isTrue();
        assertThat(throughBinary(value, typeId)).isEqualTo(expected).hasSameClassAs(expected);
    }

    static List<Arguments> rounded() {
        return List.of(
                Arguments.of(0.1, TypeIds.FLOAT4, 0.1f),
                Arguments.of(new BigDecimal("0.12345678901234567890"), TypeIds.FLOAT8, 0.12345678901234568),
                Arguments.of(new BigDecimal("0.12345678901"), TypeIds.FLOAT4, 0.12345679f),
                Arguments.of(List.of(0.1, 0.5), TypeIds.FLOAT4_ARRAY, new Float[] {0.1f, 0.5f}));
    }

    @ParameterizedTest
    @MethodSource("rounded")
    void roundsAFractionAsTheServerDoesButSaysThatItDoesNotFit(Object value, int typeId, Object expected) {
        assertThat(ValueEncoder.fits(value, typeId)).isFalse();
        assertThat(throughBinary(value, typeId)).isEqualTo(expected);
    }

    static List<Arguments> refused() {
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        return List.of(
                Arguments.of(70_000, TypeIds.INT2, "out of its range"),
                Arguments.of(1L << 40, TypeIds.INT4, "wider type"),
                Arguments.of(1.5, TypeIds.INT4, "not whole"),
                Arguments.of(new BigDecimal("1.5"), TypeIds.INT8, "not whole"),
                Arguments.of(new BigDecimal("1E+1000000000"), TypeIds.INT8, "out of its range"),
                Arguments.of(new BigDecimal("1E+1000000000"), TypeIds.NUMERIC, "out of its range"),
                Arguments.of(new BigDecimal("1E-16384"), TypeIds.NUMERIC, "out of its range"),
                Arguments.of((1L << 53) + 1, TypeIds.FLOAT8, "more digits than it holds"),
                Arguments.of(Long.MAX_VALUE, TypeIds.FLOAT8, "more digits than it holds"),
                Arguments.of(BigInteger.ONE.shiftLeft(53).add(BigInteger.ONE), TypeIds.FLOAT8, "out of its range"),
                Arguments.of(1e300, TypeIds.FLOAT4, "out of its range"),
                Arguments.of(1e-300, TypeIds.FLOAT4, "out of its range"),
                Arguments.of(-1, BuiltInTypes.OID, "out of its range"),
                Arguments.of(new BigDecimal("1.50"), BuiltInTypes.MONEY, "lc_monetary"),
                Arguments.of(1, TypeIds.BOOL, "bind a value of that type"),
                Arguments.of(1, TypeIds.DATE, "bind a value of that type"),
                Arguments.of(true, TypeIds.INT4, "1 or 0"),
                Arguments.of(QUARTER_PAST_ONE, TypeIds.DATE, "time of day would be lost"),
                Arguments.of(WITH_OFFSET, TypeIds.TIMESTAMP, "offset would be lost"),
                Arguments.of(WITH_OFFSET, TypeIds.DATE, "offset would be lost"),
                Arguments.of(Instant.EPOCH, TypeIds.TIME, "offset would be lost"),
                Arguments.of(OffsetTime.MAX, TypeIds.TIME, "offset would be lost"),
                Arguments.of(OffsetTime.of(LocalTime.NOON, ZoneOffset.MAX), TypeIds.TIMETZ, "below 16 hours"),
                Arguments.of(LocalDate.of(5_874_898, 1, 1), TypeIds.DATE, "out of PostgreSQL's range"),
                Arguments.of(LocalDate.of(-4713, 11, 23), TypeIds.DATE, "out of PostgreSQL's range"),
                Arguments.of(LocalDate.of(294_277, 1, 1), TypeIds.TIMESTAMP, "out of PostgreSQL's range"),
                Arguments.of(LocalDateTime.of(300_000, 1, 1, 0, 0), TypeIds.TIMESTAMP, "out of PostgreSQL's range"),
                Arguments.of(
                        LocalDateTime.of(294_276, 12, 31, 23, 59, 59, 999_999_999),
                        TypeIds.TIMESTAMP,
                        "out of PostgreSQL's range"),
                Arguments.of(LocalDateTime.MAX.minusNanos(1), TypeIds.TIMESTAMP, "out of PostgreSQL's range"),
                Arguments.of(
                        LocalDateTime.of(12_000_000, 1, 1, 0, 0), TypeIds.TIMESTAMPTZ, "out of PostgreSQL's range"),
                Arguments.of(Instant.MAX.minusNanos(1), TypeIds.TIMESTAMPTZ, "out of PostgreSQL's range"),
                Arguments.of(Instant.MAX.minusNanos(1), BuiltInTypes.TEXT, "out of PostgreSQL's range"),
                Arguments.of(Duration.ofSeconds(Long.MAX_VALUE), TypeIds.INTERVAL, "beyond the range"),
                Arguments.of(Duration.ofSeconds(Long.MIN_VALUE, 1), TypeIds.INTERVAL, "beyond the range"),
                Arguments.of(Period.ofYears(Integer.MAX_VALUE), TypeIds.INTERVAL, "beyond the range"),
                Arguments.of(new byte[] {1}, BuiltInTypes.TEXT, "bytes are a bytea"),
                Arguments.of(new UUID(1, 2), TypeIds.INT8, "uuid.toString()"),
                Arguments.of(1, TypeIds.INT4_ARRAY, "bind a value of that type"),
                Arguments.of(List.of(1.5), TypeIds.INT4_ARRAY, "an element does not fit"),
                Arguments.of(itself, TypeIds.INT4_ARRAY, "dimensions"),
                Arguments.of(List.of(1), TypeIds.JSONB, "Json.of"),
                Arguments.of(List.of(1), TypeIds.INT4, "one value"),
                Arguments.of(Map.of("a", "b"), TypeIds.JSONB, "Json.of"),
                Arguments.of(Map.of("a", List.of()), ENUMERATION, "texts as keys and values"),
                Arguments.of(Mood.happy, TypeIds.INT4, "a String for the server"),
                Arguments.of(Json.of("1"), TypeIds.INT4, "a String for the server"),
                Arguments.of(YearMonth.of(2026, 11), TypeIds.DATE, "a String for the server"),
                Arguments.of(List.of(Mood.happy), TypeIds.INT4_ARRAY, "an element does not fit"),
                Arguments.of(Optional.of(1), TypeIds.INT4, "optional.orElse(null)"),
                Arguments.of(new AtomicInteger(1), TypeIds.INT4, "bind it as BigDecimal"),
                Arguments.of(new Object(), TypeIds.UNSPECIFIED, "types.md"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatWouldLoseSomething(Object value, int typeId, String advice) {
        assertThat(ValueEncoder.fits(value, typeId)).isFalse();
        assertThat(ValueEncoder.writesBinary(value, typeId)).isFalse();
        assertThatThrownBy(() -> encode(value, typeId))
                .isInstanceOfSatisfying(
                        ParameterException.class,
                        refused -> assertThat(refused.outcome()).isEqualTo(Outcome.NOT_EXECUTED))
                .hasMessageContaining(advice)
                .hasMessageStartingWith("a " + value.getClass().getTypeName() + " does not fit "
                        + (typeId == 0 ? "a parameter" : BuiltInTypes.nameOf(typeId)));
    }

    static List<Arguments> texts() throws UnknownHostException {
        Map<String, String> hstore = new LinkedHashMap<>();
        hstore.put("a \"b\"", "c\\d");
        hstore.put("e", null);
        return List.of(
                Arguments.of("now", TypeIds.TIMESTAMP, "now"),
                Arguments.of("1d", TypeIds.FLOAT8, "1d"),
                Arguments.of("{2026-01-01}", TypeIds.DATE_ARRAY, "{2026-01-01}"),
                Arguments.of(java.nio.CharBuffer.wrap("b"), BuiltInTypes.TEXT, "b"),
                Arguments.of('c', BuiltInTypes.TEXT, "c"),
                Arguments.of(Mood.happy, ENUMERATION, "happy"),
                Arguments.of(Json.of("{\"a\": 1}"), TypeIds.JSONB, "{\"a\": 1}"),
                Arguments.of(InetAddress.getByName("10.0.0.1"), BuiltInTypes.INET, "10.0.0.1"),
                Arguments.of(InetAddress.getByName("fe80::1%1"), BuiltInTypes.INET, "fe80:0:0:0:0:0:0:1"),
                Arguments.of(YearMonth.of(2026, 11), BuiltInTypes.TEXT, "2026-11"),
                Arguments.of(ZoneId.of("Europe/Paris"), BuiltInTypes.TEXT, "Europe/Paris"),
                Arguments.of(URI.create("http://a/b"), BuiltInTypes.VARCHAR, "http://a/b"),
                Arguments.of(DayOfWeek.MONDAY, BuiltInTypes.TEXT, "MONDAY"),
                Arguments.of(Year.of(2026), BuiltInTypes.TEXT, "2026"),
                Arguments.of(42, BuiltInTypes.TEXT, "42"),
                Arguments.of(42, BuiltInTypes.MONEY, "42"),
                Arguments.of(3.0, BuiltInTypes.TEXT, "3"),
                Arguments.of(1e300, ENUMERATION, "1e+300"),
                Arguments.of(new BigDecimal("1E+3"), ENUMERATION, "1000"),
                Arguments.of(new BigDecimal("1E+1000000"), ENUMERATION, "1E+1000000"),
                Arguments.of(true, ENUMERATION, "true"),
                Arguments.of(new UUID(1, 2), BuiltInTypes.TEXT, "00000000-0000-0001-0000-000000000002"),
                Arguments.of(new byte[] {0, -1}, ENUMERATION, "\\x00ff"),
                Arguments.of(LocalDate.of(-43, 3, 15), ENUMERATION, "0044-03-15 BC"),
                Arguments.of(LocalDate.of(10_000, 3, 15), TypeIds.TIMESTAMPTZ, "10000-03-15"),
                Arguments.of(QUARTER_PAST_ONE, TypeIds.TIMESTAMPTZ, "2026-11-28 13:14:15"),
                Arguments.of(LocalDateTime.MAX, ENUMERATION, "infinity"),
                Arguments.of(LocalTime.of(13, 0), TypeIds.TIMETZ, "13:00:00"),
                Arguments.of(OffsetTime.of(LocalTime.MAX, ZoneOffset.ofHours(-3)), ENUMERATION, "23:59:59.999999-03"),
                Arguments.of(WITH_OFFSET, ENUMERATION, "2026-11-28 13:14:15+02"),
                Arguments.of(OffsetDateTime.MAX, ENUMERATION, "infinity"),
                Arguments.of(
                        QUARTER_PAST_ONE.atOffset(ZoneOffset.ofHours(17)), BuiltInTypes.TEXT, "2026-11-27 20:14:15+00"),
                Arguments.of(
                        QUARTER_PAST_ONE.atZone(ZoneId.of("Asia/Kolkata")),
                        BuiltInTypes.TEXT,
                        "2026-11-28 13:14:15+05:30"),
                Arguments.of(Intervals.INFINITY, ENUMERATION, "infinity"),
                Arguments.of(hstore, ENUMERATION, "\"a \\\"b\\\"\"=>\"c\\\\d\",\"e\"=>NULL"),
                Arguments.of(Arrays.asList("a b", null, "NULL", ""), ENUMERATION, "{\"a b\",NULL,\"NULL\",\"\"}"),
                Arguments.of(new String[] {"2026-11-28"}, TypeIds.DATE_ARRAY, "{2026-11-28}"),
                Arguments.of(List.of("1", 2), TypeIds.INT4_ARRAY, "{1,2}"),
                Arguments.of(new int[][] {{1, 2}, {3, 4}}, TypeIds.INT4_ARRAY, "{{1,2},{3,4}}"),
                Arguments.of(List.of(Json.of("{\"a\": 1}")), 3807, "{\"{\\\"a\\\": 1}\"}"),
                Arguments.of(List.of(DAY), TypeIds.TIMESTAMPTZ_ARRAY, "{2026-11-28}"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void writesTextWhereTheServerShouldReadIt(Object value, int typeId, String expected) {
        assertThat(ValueEncoder.refuses(value, typeId)).isFalse();
        assertThat(text(value, typeId)).isEqualTo(expected);
    }

    /** The type drops nothing of these texts, nor would the type after an ALTER TABLE. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-28, 1082",
        "2026-11-28 13:14:15.5, 1114",
        "2026-11-28T13:14, 1114",
        "13:14:15, 1083",
        "'13:14:15+02', 1266",
        "2026-11-28 13:14:15+02, 1184",
        "2026-11-28, 1114",
        "-5, 23",
        "0, 23",
        "9223372036854775807, 20",
        "-1.50, 1700",
        "0.5, 700",
        "0.1, 701",
        "0.00, 1700",
        "123456.5, 701",
        "true, 16",
        "\\x61ff, 17",
        "{2026-11-28}, 1182",
        "'{1,NULL,-2}', 1007",
        "{}, 1007",
        "a8098c1af86e11dabd1a00112444be1e, 2950",
        "A8098C1A-f86e-11da-bd1a-00112444be1e, 2950",
        "a b, 1042",
        "a, 18",
        "a, 19",
        "'anything ', 25",
        "'anything ', 1043",
        "anything, 16385",
        "'{\"a\": 1}', 3802"
    })
    void aTextOfWhichATypeKeepsAllFits(String text, int typeId) {
        assertThat(ValueEncoder.fits(text, typeId)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-28 13:14:15, 1082",
        "now, 1082",
        "x, 2950",
        "2026-11-28 13:14:15+02, 1114",
        "'13:14:15+02', 1083",
        "5x, 23",
        "1_000, 23",
        "2147483648, 23",
        "32768, 21",
        "9223372036854775808, 20",
        "0.1, 700",
        "0.1234567890123456, 701",
        "'a ', 1042",
        "ab, 18",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, 19",
        "05, 23",
        "+5, 23",
        "-0, 23",
        "007.50, 1700",
        "-0.0, 1700",
        "1e5, 1700",
        "1.50, 701",
        "0.00001, 701",
        "1e5, 701",
        "yes, 16",
        "TRUE, 16",
        "abc, 17",
        "\\xAB, 17",
        "{now}, 1182",
        "'{1,02}', 1007",
        "'{{1},{2}}', 1007"
    })
    void aTextOfWhichATypeMayDropSomethingIsTakenButDoesNotFit(String text, int typeId) {
        assertThat(ValueEncoder.fits(text, typeId)).isFalse();
        assertThat(ValueEncoder.refuses(text, typeId)).isFalse();
    }

    @Test
    void boxesStandApartByTheirOwnDelimiter() {
        TypedText[] boxes = {new TypedText(603, "(1,1),(0,0)"), new TypedText(603, "(2,2),(1,1)")};
        assertThat(text(boxes, 1020)).isEqualTo("{\"(1,1),(0,0)\";\"(2,2),(1,1)\"}");
    }

    @Test
    void aListOfTextsFitsWhenEachDoes() {
        assertThat(ValueEncoder.fits(List.of("2026-11-28"), TypeIds.DATE_ARRAY)).isTrue();
        assertThat(ValueEncoder.fits(List.of("2026-11-28", "now"), TypeIds.DATE_ARRAY))
                .isFalse();
    }

    @Test
    void refusesCharactersThatWouldNotArrive() {
        assertThatThrownBy(() -> encode("a\0", BuiltInTypes.TEXT))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("NUL character at position 1");
        assertThatThrownBy(() -> encode(List.of("x\uD83C"), TypeIds.TEXT_ARRAY))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("half a surrogate pair at position 1");
        assertThat(text("🎺", BuiltInTypes.TEXT)).isEqualTo("🎺");
    }

    static List<Arguments> natural() throws UnknownHostException {
        return List.of(
                Arguments.of((short) 1, TypeIds.INT2),
                Arguments.of((byte) 1, TypeIds.INT2),
                Arguments.of(1, TypeIds.INT4),
                Arguments.of(1L, TypeIds.INT8),
                Arguments.of(BigInteger.ONE, TypeIds.NUMERIC),
                Arguments.of(BigDecimal.ONE, TypeIds.NUMERIC),
                Arguments.of(1f, TypeIds.FLOAT4),
                Arguments.of(1d, TypeIds.FLOAT8),
                Arguments.of(true, TypeIds.BOOL),
                Arguments.of(DAY, TypeIds.DATE),
                Arguments.of(LocalTime.NOON, TypeIds.TIME),
                Arguments.of(OffsetTime.MAX, TypeIds.TIMETZ),
                Arguments.of(QUARTER_PAST_ONE, TypeIds.TIMESTAMP),
                Arguments.of(WITH_OFFSET, TypeIds.TIMESTAMPTZ),
                Arguments.of(Instant.EPOCH, TypeIds.TIMESTAMPTZ),
                Arguments.of(new Date(), TypeIds.TIMESTAMPTZ),
                Arguments.of(new UUID(1, 2), TypeIds.UUID),
                Arguments.of(ByteBuffer.allocate(0), TypeIds.BYTEA),
                Arguments.of(Duration.ZERO, TypeIds.INTERVAL),
                Arguments.of(Json.of("1"), TypeIds.JSONB),
                Arguments.of(InetAddress.getLoopbackAddress(), BuiltInTypes.INET),
                Arguments.of("a", BuiltInTypes.TEXT),
                Arguments.of(new TypedText(600, "(1,2)"), 600),
                Arguments.of(Mood.happy, BuiltInTypes.TEXT),
                Arguments.of(Year.of(1), TypeIds.INT4),
                Arguments.of(List.of(1, 2L), TypeIds.INT8_ARRAY),
                Arguments.of(new short[] {1}, TypeIds.INT2_ARRAY),
                Arguments.of(new int[][] {{}, {1}}, TypeIds.INT4_ARRAY),
                Arguments.of(Arrays.asList(null, "a"), TypeIds.TEXT_ARRAY),
                Arguments.of(List.of(1, "a"), TypeIds.UNSPECIFIED),
                Arguments.of(List.of(), TypeIds.UNSPECIFIED),
                Arguments.of(Map.of(), TypeIds.UNSPECIFIED),
                Arguments.of(null, TypeIds.UNSPECIFIED),
                Arguments.of(new Object(), TypeIds.UNSPECIFIED));
    }

    @ParameterizedTest
    @MethodSource("natural")
    void knowsTheTypeThatAValueHasByItself(Object value, int typeId) {
        assertThat(ValueEncoder.naturalType(value)).isEqualTo(typeId);
    }

    @Test
    void everyValueFitsItsNaturalType() throws UnknownHostException {
        for (Arguments arguments : natural()) {
            Object value = arguments.get()[0];
            if (value != null && (int) arguments.get()[1] != TypeIds.UNSPECIFIED && !value.equals(OffsetTime.MAX)) {
                assertThat(ValueEncoder.fits(value, (int) arguments.get()[1]))
                        .as("%s", value)
                        .isTrue();
            }
        }
    }

    @Test
    void tellsTextFromOtherTypes() {
        assertThat(List.of(BuiltInTypes.TEXT, BuiltInTypes.VARCHAR, BuiltInTypes.BPCHAR, BuiltInTypes.UNKNOWN))
                .allMatch(ValueEncoder::isTextLike);
        assertThat(List.of(0, TypeIds.INT4, TypeIds.JSONB, TypeIds.TEXT_ARRAY, ENUMERATION))
                .noneMatch(ValueEncoder::isTextLike);
    }
}
