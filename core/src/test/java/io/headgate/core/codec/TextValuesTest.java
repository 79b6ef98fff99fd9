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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TextValuesTest {

    static List<Arguments> values() {
        return List.of(
                Arguments.of(TypeIds.BOOL, "t", true),
                Arguments.of(TypeIds.NUMERIC, "1.50", new BigDecimal("1.50")),
                Arguments.of(TypeIds.NUMERIC, "NaN", Double.NaN),
                Arguments.of(TypeIds.NUMERIC, "-Infinity", Double.NEGATIVE_INFINITY),
                Arguments.of(TypeIds.FLOAT8, "1e+300", 1e300),
                Arguments.of(TypeIds.DATE, "10000-01-02", LocalDate.of(10_000, 1, 2)),
                Arguments.of(TypeIds.DATE, "0044-03-15 BC", LocalDate.of(-43, 3, 15)),
                Arguments.of(TypeIds.DATE, "-infinity", LocalDate.MIN),
                Arguments.of(TypeIds.TIME, "23:59:59.000001", LocalTime.of(23, 59, 59, 1_000)),
                Arguments.of(TypeIds.TIMETZ, "10:00:00-03:30", OffsetTime.parse("10:00:00-03:30")),
                Arguments.of(TypeIds.TIMESTAMP, "2026-01-02 03:04:05", LocalDateTime.parse("2026-01-02T03:04:05")),
                Arguments.of(
                        TypeIds.TIMESTAMPTZ,
                        "2026-01-02 03:04:05.5+02",
                        OffsetDateTime.parse("2026-01-02T01:04:05.5Z")),
                Arguments.of(
                        TypeIds.TIMESTAMPTZ,
                        "0001-01-01 00:00:00+00:53:28 BC",
                        OffsetDateTime.parse("-0001-12-31T23:06:32Z")),
                Arguments.of(TypeIds.TIMESTAMPTZ, "infinity", OffsetDateTime.MAX),
                Arguments.of(
                        TypeIds.INTERVAL,
                        "-1 years -2 mons +3 days -25:00:00.000001",
                        new Interval(-14, 3, -90_000_000_001L)),
                Arguments.of(TypeIds.INTERVAL, "00:00:00", new Interval(0, 0, 0)),
                Arguments.of(3802, "{\"a\": 1}", "{\"a\": 1}"),
                Arguments.of(1007, "{{1,2},{3,4}}", "{{1,2},{3,4}}"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void readsTheTextFormOf(int typeId, String text, Object expected) {
        assertThat(TextValues.decode(typeId, text)).isEqualTo(expected);
    }

    @Test
    void readsArrays() {
        assertThat((Integer[]) TextValues.decode(1007, "[0:2]={1,NULL,3}")).containsExactly(1, null, 3);
        assertThat((String[]) TextValues.decode(1009, "{\"a,\\\"b\",c}")).containsExactly("a,\"b", "c");
        assertThat(((byte[][]) TextValues.decode(1001, "{\"\\\\x00ff\"}"))[0]).containsExactly(0, -1);
    }

    @Test
    void readsByteaInBothForms() {
        assertThat(ByteaText.decode(ByteaText.encode(new byte[] {0, 92, -1}))).containsExactly(0, 92, -1);
        assertThat(ByteaText.decode("\\000a\\\\\\377")).containsExactly(0, 'a', '\\', 255);
        assertThat(new String(ByteaText.decode("plain"), StandardCharsets.US_ASCII))
                .isEqualTo("plain");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "16|true",
                "701|1d",
                "1700|1e9",
                "2950|1-1-1-1-1",
                "1082|05-06-2026",
                "1083|07:08",
                "1114|2026-01-02T03:04:05",
                "1007|no array"
            })
    void refusesWhatTheServerDoesNotWrite(int typeId, String text) {
        assertThatThrownBy(() -> TextValues.decode(typeId, text))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("read it as String");
    }

    @Test
    void saysWhichStyleOfIntervalItNeeds() {
        assertThatThrownBy(() -> TextValues.decode(TypeIds.INTERVAL, "P1Y2M"))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("\"P1Y2M\"")
                .hasMessageContaining("IntervalStyle");
    }
}
