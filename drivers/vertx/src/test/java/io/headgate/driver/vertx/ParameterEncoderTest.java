package io.headgate.driver.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.ParameterException;
import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ParameterEncoderTest {

    private static final int MAX_BYTES = 100;
    private static final OffsetDateTime TIME = OffsetDateTime.parse("2026-01-02T03:04:05+02:00");

    private final ParameterEncoder encoder = new ParameterEncoder(MAX_BYTES);

    enum Mood {
        HAPPY
    }

    static List<Arguments> values() throws UnknownHostException {
        UUID uuid = new UUID(1, 2);
        return List.of(
                Arguments.of("text", "text"),
                Arguments.of('c', "c"),
                Arguments.of(Mood.HAPPY, "HAPPY"),
                Arguments.of(Json.of("{\"a\": 1.50}"), "{\"a\": 1.50}"),
                Arguments.of(InetAddress.getByName("10.0.0.1"), "10.0.0.1"),
                Arguments.of(true, true),
                Arguments.of(uuid, uuid),
                Arguments.of((byte) 1, (byte) 1),
                Arguments.of((short) 1, (short) 1),
                Arguments.of(32_767, 32_767),
                Arguments.of(-32_768L, -32_768L),
                Arguments.of(LocalDate.EPOCH, LocalDate.EPOCH),
                Arguments.of(LocalTime.NOON, LocalTime.NOON),
                Arguments.of(OffsetTime.MAX, OffsetTime.MAX),
                Arguments.of(LocalDateTime.MIN, LocalDateTime.MIN),
                Arguments.of(TIME, TIME),
                Arguments.of(TIME.toInstant(), TIME.withOffsetSameInstant(ZoneOffset.UTC)),
                Arguments.of(
                        Instant.EPOCH.atZone(ZoneId.of("Asia/Tokyo")), OffsetDateTime.parse("1970-01-01T09:00+09:00")),
                Arguments.of(new byte[] {1, 2}, Buffer.buffer(new byte[] {1, 2})),
                Arguments.of(ByteBuffer.wrap(new byte[] {0, 1, 2, 3}, 1, 2), Buffer.buffer(new byte[] {1, 2})),
                Arguments.of(new Interval(14, 45, 90_000_000_000L), "P14M45DT25H0M0.000000S"),
                Arguments.of(new Interval(-1, 2, -1_500_000), "P-1M2DT0H0M-1.500000S"),
                Arguments.of(new Interval(0, 0, -3_723_000_004L), "P0M0DT-1H-2M-3.000004S"),
                Arguments.of(Duration.ofHours(25), "P0M0DT25H0M0.000000S"),
                Arguments.of(Period.of(1, 2, 45), "P14M45DT0H0M0.000000S"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void sendsWhatPostgresHasATypeFor(Object value, Object encoded) {
        assertThat(encode(value).getValue(0)).isEqualTo(encoded);
    }

    @Test
    void sendsNullsAndNothing() {
        assertThat(encode((Object) null).getValue(0)).isNull();
        assertThat(encoder.encode(SqlStatement.of("SELECT 1")).size()).isZero();
    }

    @Test
    void sendsABatchSetBySet() {
        List<Tuple> sets =
                encoder.encodeBatch(SqlStatement.of("x").batch(List.of(List.of(1, "a"), Arrays.asList(2, null))));
        assertThat(sets).hasSize(2);
        assertThat(sets.get(1).getValue(0)).isEqualTo(2);
        assertThat(sets.get(1).getValue(1)).isNull();
    }

    @Test
    void leavesTheCallersBufferAsItIs() {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2});
        encode(buffer);
        assertThat(buffer.remaining()).isEqualTo(2);
    }

    @Test
    void narrowsNumbersOnlyWhereTheyFit() {
        Tuple fits = encode(70_000, 5_000_000_000L, 4.0, new BigDecimal("7"), BigInteger.TWO, 0.1);
        assertThat(fits.getInteger(0)).isEqualTo(70_000);
        assertThat(fits.getLong(1)).isEqualTo(5_000_000_000L);
        assertThat(fits.getShort(2)).isEqualTo((short) 4);
        assertThat(fits.getInteger(3)).isEqualTo(7);
        assertThat(fits.getLong(4)).isEqualTo(2);
        assertThat(fits.getFloat(5)).isEqualTo(0.1f);
        assertThat(fits.getNumeric(1)).hasToString("5000000000");

        Tuple exceeds = encode(
                70_000,
                5_000_000_000L,
                4.5,
                new BigDecimal("1e19"),
                BigInteger.ONE.shiftLeft(63),
                1e300,
                new BigDecimal("1e400"),
                new BigDecimal("1e39"));
        assertThatThrownBy(() -> exceeds.getShort(0)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> exceeds.getInteger(1)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> exceeds.getInteger(2)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> exceeds.getLong(3)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> exceeds.getLong(4)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> exceeds.getFloat(5)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> exceeds.getDouble(6)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> exceeds.getFloat(7)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void sendsInfinityAndNotANumberToFloats() {
        Tuple tuple = encode(Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Double.NaN);
        assertThat(tuple.getFloat(0)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(tuple.getDouble(1)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(tuple.getDouble(2)).isNaN();
        assertThatThrownBy(() -> tuple.getInteger(2)).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void sendsArraysAndCollectionsOfOneType() {
        Tuple tuple = encode(
                new int[] {1, 70_000},
                Arrays.asList(1L, null, 2.5),
                new String[] {"a", null},
                List.of(TIME.toInstant()),
                new byte[][] {{1}},
                List.of(new UUID(1, 2)),
                new char[] {'x'},
                List.of(Json.of("1"), Json.of("[2,3]")),
                List.of(Duration.ofHours(25)));
        assertThat(tuple.getArrayOfIntegers(0)).containsExactly(1, 70_000);
        assertThatThrownBy(() -> tuple.getArrayOfShorts(0)).isInstanceOf(ArithmeticException.class);
        assertThat(tuple.getArrayOfDoubles(1)).containsExactly(1.0, null, 2.5);
        assertThat(tuple.getArrayOfStrings(1)).containsExactly("1", null, "2.5");
        assertThat(tuple.getArrayOfStrings(2)).containsExactly("a", null);
        assertThat(tuple.getArrayOfOffsetDateTimes(3)).containsExactly(TIME.withOffsetSameInstant(ZoneOffset.UTC));
        assertThat(tuple.getArrayOfBuffers(4)).containsExactly(Buffer.buffer(new byte[] {1}));
        assertThat(tuple.getArrayOfUUIDs(5)).containsExactly(new UUID(1, 2));
        assertThat(tuple.getArrayOfStrings(6)).containsExactly("x");
        assertThat(tuple.getString(7)).isEqualTo("{\"1\",\"[2,3]\"}");
        assertThat(tuple.getString(8)).isEqualTo("{\"P0M0DT25H0M0.000000S\"}");
    }

    @Test
    void quotesTheElementsOfAnArrayOfATypeVertxDoesNotKnow() {
        assertThat(encode(Arrays.asList("a,b", "c\"d\\", "", null, "NULL")).getString(0))
                .isEqualTo("{\"a,b\",\"c\\\"d\\\\\",\"\",NULL,\"NULL\"}");
    }

    @Test
    void givesAnArrayOfNullsTheTypeThatIsAskedFor() {
        for (Object bound : List.of(List.of(), new Integer[0], new int[0])) {
            Tuple none = encode(bound);
            assertThat(none.getArrayOfBooleans(0)).isEmpty();
            assertThat(none.getArrayOfShorts(0)).isEmpty();
            assertThat(none.getArrayOfIntegers(0)).isEmpty();
            assertThat(none.getArrayOfLongs(0)).isEmpty();
            assertThat(none.getArrayOfFloats(0)).isEmpty();
            assertThat(none.getArrayOfDoubles(0)).isEmpty();
            assertThat(none.getArrayOfNumerics(0)).isEmpty();
            assertThat(none.getArrayOfStrings(0)).isEmpty();
            assertThat(none.getArrayOfLocalDates(0)).isEmpty();
            assertThat(none.getArrayOfLocalTimes(0)).isEmpty();
            assertThat(none.getArrayOfLocalDateTimes(0)).isEmpty();
            assertThat(none.getArrayOfOffsetTimes(0)).isEmpty();
            assertThat(none.getArrayOfOffsetDateTimes(0)).isEmpty();
            assertThat(none.getArrayOfBuffers(0)).isEmpty();
            assertThat(none.getArrayOfUUIDs(0)).isEmpty();
            assertThat(none.getString(0)).isEqualTo("{}");
        }
        assertThat(encode(Arrays.asList(null, null)).getArrayOfLongs(0)).containsExactly(null, null);
        assertThatThrownBy(() -> encode(List.of("a")).getArrayOfLongs(0)).isInstanceOf(ClassCastException.class);
    }

    @Test
    void refusesWhatHasNoType() {
        refuses(Optional.of(1), "$1", "java.util.Optional");
        refuses(new Object(), "java.lang.Object");
        refuses(new AtomicInteger(1), "AtomicInteger", "BigDecimal");
        refuses(List.of(Optional.of(1)), "java.util.Optional");
    }

    @Test
    void refusesArraysOfSeveralTypesOrDimensions() {
        refuses(List.of(1, "a"), "java.lang.Number", "java.lang.String", "one element type");
        refuses(List.of(true, 1), "java.lang.Boolean");
        refuses(List.of(List.of(1)), "array of arrays");
        refuses(new int[][] {{1}, {2}}, "array of arrays");
    }

    @Test
    void refusesTextWithANul() {
        refuses("ab\0c", "NUL", "position 2");
        refuses('\0', "NUL");
        refuses(Json.of("\0"), "NUL");
        refuses(List.of("a", "\0"), "NUL");
    }

    @Test
    void refusesValuesThatAreTooLarge() {
        accepts("x".repeat(100));
        refuses("x".repeat(101), "101 bytes", "max_value_bytes 100");
        accepts("é".repeat(50));
        refuses("é".repeat(51), "102 bytes");
        accepts("€".repeat(33));
        refuses("€".repeat(34), "102 bytes");
        accepts("😀".repeat(25));
        refuses("😀".repeat(26), "104 bytes");
        accepts(new byte[100]);
        refuses(new byte[101], "101 bytes");
        refuses(ByteBuffer.allocate(101), "101 bytes");
        refuses(List.of("x".repeat(101)), "101 bytes");
        refuses(Json.of("x".repeat(101)), "101 bytes");
    }

    @Test
    void refusesTimesBeyondAnInterval() {
        refuses(Duration.ofSeconds(Long.MAX_VALUE), "java.time.Duration", "interval");
        refuses(Period.ofYears(Integer.MAX_VALUE), "java.time.Period", "interval");
        refuses(List.of(Duration.ofSeconds(Long.MAX_VALUE)), "interval");
    }

    @Test
    void namesThePositionAndShowsNoValue() {
        assertThatThrownBy(() -> encode(1, "secret\0"))
                .hasMessageContaining("parameter $2")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> encode(List.of(1, "secret"))).hasMessageNotContaining("secret");
    }

    private Tuple encode(Object... values) {
        return encoder.encode(SqlStatement.of("SELECT $1").bindAll(values));
    }

    private void accepts(Object value) {
        assertThatCode(() -> encode(value)).doesNotThrowAnyException();
    }

    private void refuses(Object value, String... parts) {
        assertThatThrownBy(() -> encode(value))
                .isInstanceOf(ParameterException.class)
                .hasMessageContainingAll(parts);
    }
}
