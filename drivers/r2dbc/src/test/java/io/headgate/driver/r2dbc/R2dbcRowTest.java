package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.RowMetadata;
import io.headgate.core.codec.TypeIds;
import io.headgate.core.error.RowMappingException;
import io.headgate.core.type.Interval;
import io.netty.buffer.Unpooled;
import io.r2dbc.postgresql.message.Format;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows as {@link WireCodec} keeps them. */
class R2dbcRowTest {

    private static R2dbcRow row(int typeId, @Nullable String text) {
        Cell cell = (Cell) WireCodec.INSTANCE.decode(
                text == null ? null : Unpooled.copiedBuffer(text, StandardCharsets.UTF_8),
                typeId,
                Format.FORMAT_TEXT,
                Cell.class);
        return new R2dbcRow(
                new @Nullable Cell[] {cell}, RowMetadata.of(List.of("v"), new int[] {typeId}, new int[] {-1}));
    }

    static List<Arguments> values() {
        return List.of(
                Arguments.of(TypeIds.BOOL, "t", true, "true"),
                Arguments.of(TypeIds.INT4, "7", 7, "7"),
                Arguments.of(TypeIds.NUMERIC, "1000", new BigDecimal("1000"), "1000"),
                Arguments.of(TypeIds.NUMERIC, "Infinity", Double.POSITIVE_INFINITY, "Infinity"),
                Arguments.of(
                        TypeIds.TIMESTAMPTZ,
                        "2026-01-02 03:04:05.5+02",
                        OffsetDateTime.parse("2026-01-02T01:04:05.5Z"),
                        "2026-01-02 01:04:05.5+00"),
                Arguments.of(TypeIds.INTERVAL, "1 mon 2 days", new Interval(1, 2, 0), "1 mon 2 days"),
                Arguments.of(TypeIds.BYTEA, "\\x00ff", new byte[] {0, -1}, "\\x00ff"),
                Arguments.of(TypeIds.INT4_ARRAY, "{1,NULL}", new Integer[] {1, null}, "{1,NULL}"),
                Arguments.of(26, "4294967295", "4294967295", "4294967295"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void readsValuesAndTheirTexts(int typeId, String sent, Object value, String text) {
        R2dbcRow row = row(typeId, sent);
        assertThat(row.value(0)).isEqualTo(value);
        assertThat(row.get("v", String.class)).isEqualTo(text);
    }

    @Test
    void nullIsNull() {
        assertThat(row(TypeIds.INT4, null).value(0)).isNull();
        assertThat(row(TypeIds.INT4, null).get(0, String.class)).isNull();
        assertThat(row(TypeIds.INT4, null).bytes()).isZero();
    }

    @Test
    void aValueWithoutAJavaCounterpartIsReadAsText() {
        R2dbcRow row = row(TypeIds.TIME, "24:00:00");
        assertThatThrownBy(() -> row.get(0, LocalTime.class))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("column \"v\"")
                .hasMessageContaining("24:00:00");
        assertThat(row.get(0, String.class)).isEqualTo("24:00:00");
    }

    @Test
    void anIntervalOfAnotherStyleSaysWhatToSet() {
        assertThatThrownBy(() -> row(TypeIds.INTERVAL, "P1Y").value(0)).hasMessageContaining("IntervalStyle");
    }

    @Test
    void readingARowDoesNotChangeIt() {
        R2dbcRow row = row(TypeIds.BYTEA, "\\x0001");
        row.require(0, byte[].class)[0] = 9;
        assertThat(row.require(0, byte[].class)).containsExactly(0, 1);
        assertThat(row.bytes()).as("its bytes and not their digits").isEqualTo(2);
    }

    @Test
    void aColumnThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> row(TypeIds.INT4, "7").value(1))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("position 1")
                .hasMessageContaining("[v]");
    }
}
