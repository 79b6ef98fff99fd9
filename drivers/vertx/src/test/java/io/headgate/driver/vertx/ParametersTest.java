package io.headgate.driver.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ParameterException;
import io.headgate.core.type.Json;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {

    private static final int INT4 = 23;
    private static final int INT8 = 20;
    private static final int TEXT = 25;
    private static final int NUMERIC = 1700;
    private static final int NUMERIC_ARRAY = 1231;
    private static final int TIMESTAMPTZ = 1184;
    private static final int OF_THE_USERS = 16_400;

    private static Object sent(Object value, int type) {
        return Parameters.of(Collections.singletonList(value), new int[] {type}, 100, "SELECT $1")
                .getValue(0);
    }

    private static void refuses(Object value, int type, String message) {
        assertThatThrownBy(() -> sent(value, type))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("parameter $1")
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @Test
    void becomesWhatVertxTakesForTheType() {
        assertThat(sent(5L, INT4)).isEqualTo(5);
        assertThat(sent((short) 5, INT8)).isEqualTo(5L);
        assertThat(sent("42", INT4)).isEqualTo(42);
        assertThat(sent(new UUID(1, 2).toString(), 2950)).isEqualTo(new UUID(1, 2));
        assertThat(sent("2026-11-21", 1082)).isEqualTo(LocalDate.of(2026, 11, 21));
        assertThat(sent(Instant.EPOCH, TIMESTAMPTZ)).isEqualTo(OffsetDateTime.parse("1970-01-01T00:00Z"));
        assertThat(sent(new byte[] {1}, 17)).isEqualTo(Buffer.buffer(new byte[] {1}));
        assertThat(sent(List.of(1, 2), 1007)).isEqualTo(new Integer[] {1, 2});
        assertThat(sent(List.of(), 1016)).isEqualTo(new Long[0]);
        assertThat(sent(Arrays.asList("a", null), 1009)).isEqualTo(new String[] {"a", null});
        assertThat(sent(List.of("a,b", "c\"d"), OF_THE_USERS)).isEqualTo("{\"a,b\",\"c\\\"d\"}");
        assertThat(sent(Thread.State.NEW, OF_THE_USERS)).isEqualTo("NEW");
        assertThat(sent(null, 114)).isNull();
    }

    @Test
    void losesNothing() {
        refuses(5_000_000_000L, INT4, "does not fit integer");
        refuses(new BigDecimal("1.5"), INT8, "does not fit bigint");
        refuses("secret", INT4, "does not fit");
        refuses("x".repeat(101), TEXT, "has 101 bytes, more than max_value_bytes 100");
        refuses("secret\0", TEXT, "NUL");
    }

    /** Vert.x would send a JSON string, or would take four digits for the four bytes of an oid. */
    @ParameterizedTest
    @CsvSource({"114, json", "3802, jsonb", "26, oid", "1186, interval", "1560, bit", "829, macaddr", "3807, jsonb[]"})
    void refusesTypesThatVertxChanges(int type, String name) {
        refuses(Json.of("{}"), type, "$1::text::" + name);
        refuses("1234", type, "$1::text::" + name);
    }

    @Test
    void refusesValuesThatVertxChanges() {
        refuses(OffsetDateTime.MAX, TIMESTAMPTZ, "infinity");
        refuses(Double.POSITIVE_INFINITY, NUMERIC, "infinity");
        refuses(Arrays.asList(BigDecimal.ONE, null), NUMERIC_ARRAY, "no NULL in a numeric[]");
        refuses("{{1,2},{3,4}}", 1007, "one dimension");
        assertThat(sent(LocalDate.MAX, 1082)).isSameAs(LocalDate.MAX);
    }

    @Test
    void countsValues() {
        assertThatThrownBy(() -> Parameters.of(List.of(1), new int[] {INT4, INT4}, 100, "SELECT $1 + $2"))
                .hasMessage("the statement takes 2 parameters and 1 was bound: SELECT $1 + $2");
        assertThat(Parameters.of(List.of(), new int[0], 100, "SELECT 1").size()).isZero();
    }

    @Test
    void typesThatAreCarriedAreThoseOfPostgres() {
        assertThat(ValueTypes.idOf("INT4_ARRAY")).isEqualTo(1007);
        assertThat(ValueTypes.idOf("UNKNOWN")).isEqualTo(ValueTypes.OTHER);
        assertThat(ValueTypes.isUnchanged(OF_THE_USERS)).isFalse();
    }
}
