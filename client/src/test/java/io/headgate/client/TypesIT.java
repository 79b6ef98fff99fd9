package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ParameterException;
import io.headgate.core.error.RowMappingException;
import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every type of docs/types.md, there and back; or refused, where the driver's client library would change the value. */
@EveryRoute
class TypesIT {

    enum Mood {
        sad,
        happy
    }

    private final Route route;
    private Headgate db;

    TypesIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TYPE IF EXISTS mood");
        route.node().execute("CREATE TYPE mood AS ENUM ('sad', 'happy')");
        db = DriverUnderTest.client().node(route.url()).maxConnections(2).build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    private <T> T echo(String type, Object value, Class<T> as) {
        return db.sql("SELECT $1::" + type + " AS v")
                .bind(value)
                .map(row -> row.require("v", as))
                .one()
                .block();
    }

    /** A type that not every driver carries comes back, or is refused both ways with advice that holds. */
    private <T> void comesBackOrIsRefused(String type, Object value, String text, Class<T> as) {
        if (DriverUnderTest.carriesEveryType()) {
            comesBack(type, value, as);
            return;
        }
        assertThatThrownBy(() -> echo(type, value, as))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("$1::text::" + type.replaceAll("\\(.*", ""));
        assertThatThrownBy(() -> read("'" + text.replace("'", "''") + "'::" + type, as))
                .isInstanceOf(RowMappingException.class)
                .hasMessageContaining("v::text");
        assertThat(db.sql("SELECT ($1::text::" + type + ")::text AS v")
                        .bind(text)
                        .map(row -> row.require(0, String.class))
                        .one()
                        .block())
                .as(type)
                .isEqualTo(text);
    }

    private <T> T read(String expression, Class<T> as) {
        return db.sql("SELECT " + expression + " AS v")
                .map(row -> row.require("v", as))
                .one()
                .block();
    }

    private <T> void comesBack(String type, Object value, Class<T> as) {
        assertThat(echo(type, value, as)).as(type).isEqualTo(value);
        Object canonical = db.sql("SELECT $1::" + type + " AS v")
                .bind(value)
                .map(row -> row.value(0))
                .one()
                .block();
        assertThat(canonical).as("%s is a %s", type, canonical.getClass()).isNotNull();
        assertThat(db.sql("SELECT $1::" + type + " AS v")
                        .bind(null)
                        .map(row -> row.get("v", as) == null)
                        .one()
                        .block())
                .as("NULL of " + type)
                .isTrue();
    }

    @Test
    void numbers() {
        comesBack("smallint", (short) -32_768, Short.class);
        comesBack("int", Integer.MIN_VALUE, Integer.class);
        comesBack("bigint", Long.MAX_VALUE, Long.class);
        comesBack("numeric", new BigDecimal("12345678901234567890.123456789"), BigDecimal.class);
        comesBack("real", 1.5f, Float.class);
        comesBack("double precision", Math.PI, Double.class);
        assertThat(echo("bigint", 42, long.class)).isEqualTo(42L);
        assertThat(echo("bigint", 70_000, Integer.class)).isEqualTo(70_000);
        assertThat(echo("numeric", 70_000L, BigDecimal.class)).isEqualByComparingTo("70000");
        assertThat(echo("numeric", 1.25, Double.class)).isEqualTo(1.25);
        assertThat(echo("double precision", 3, Double.class)).isEqualTo(3.0);
        assertThat(read("'NaN'::numeric", Double.class)).isNaN();
        comesBackOrIsRefused("oid", 4294967295L, "4294967295", Long.class);
    }

    @Test
    void textBooleansAndBytes() {
        comesBack("text", "Grüße, 世界 🎺 '\"\\", String.class);
        comesBack("varchar(10)", "x", String.class);
        comesBack("boolean", true, Boolean.class);
        assertThat(echo("bytea", new byte[] {0, 1, (byte) 255}, byte[].class)).containsExactly(0, 1, -1);
        comesBack("uuid", UUID.fromString("b6b06867-daa4-481a-a6f4-d2da5cd23dde"), UUID.class);
        assertThat(echo("mood", Mood.happy, Mood.class)).isEqualTo(Mood.happy);
        assertThat(echo("mood", "sad", String.class)).isEqualTo("sad");
    }

    @Test
    void dateAndTime() {
        comesBack("date", LocalDate.of(2026, 11, 21), LocalDate.class);
        comesBack("time", LocalTime.of(23, 59, 59, 123_456_000), LocalTime.class);
        comesBack("timetz", OffsetTime.of(10, 0, 0, 0, ZoneOffset.ofHours(2)), OffsetTime.class);
        comesBack("timestamp", LocalDateTime.of(2026, 11, 21, 12, 30, 1, 5_000), LocalDateTime.class);
        comesBack(
                "timestamptz", OffsetDateTime.of(2026, 11, 21, 12, 30, 1, 5_000, ZoneOffset.UTC), OffsetDateTime.class);
        comesBack("timestamptz", Instant.parse("1999-12-31T23:59:59.999999Z"), Instant.class);
        comesBackOrIsRefused(
                "interval",
                new Interval(14, -3, 3_723_000_004L),
                "1 year 2 mons -3 days +01:02:03.000004",
                Interval.class);
        comesBackOrIsRefused("interval", new Interval(0, 0, -1_500_000L), "-00:00:01.5", Interval.class);
        comesBackOrIsRefused("interval", Duration.ofMillis(90_500), "00:01:30.5", Duration.class);
        comesBackOrIsRefused("interval", Duration.ofHours(100_000), "100000:00:00", Duration.class);
    }

    @Test
    void infinitiesAreTheEndsOfJavasTime() {
        for (String end : List.of("-infinity", "infinity")) {
            boolean min = end.startsWith("-");
            LocalDateTime time = min ? LocalDateTime.MIN : LocalDateTime.MAX;
            OffsetDateTime moment = min ? OffsetDateTime.MIN : OffsetDateTime.MAX;
            assertThat(read("'" + end + "'::date", LocalDate.class)).isEqualTo(time.toLocalDate());
            assertThat(read("'" + end + "'::timestamp", LocalDateTime.class)).isEqualTo(time);
            assertThat(read("'" + end + "'::timestamptz", OffsetDateTime.class)).isEqualTo(moment);
            assertThat(read("'" + end + "'::timestamptz", Instant.class)).isEqualTo(min ? Instant.MIN : Instant.MAX);
            assertThat(read("'{" + end + ",2026-01-02}'::timestamp[]", LocalDateTime[].class))
                    .containsExactly(time, LocalDateTime.of(2026, 1, 2, 0, 0));
            assertThat(read("'{" + end + "}'::timestamptz[]", OffsetDateTime[].class))
                    .containsExactly(moment);
        }
    }

    @Test
    void jsonKeepsEveryDigitAndItsOrder() {
        String text = "{\"b\": 1.100000000000000000000000001, \"a\": [1, null, \"x\"]}";
        comesBackOrIsRefused("json", Json.of(text), text, Json.class);
        comesBackOrIsRefused("jsonb", Json.of("[1, 2]"), "[1, 2]", Json.class);
        comesBackOrIsRefused("jsonb", "\"just text\"", "\"just text\"", String.class);
        comesBackOrIsRefused("jsonb", Json.of("null"), "null", Json.class);
        comesBackOrIsRefused("json", "12345678901234567890.123", "12345678901234567890.123", String.class);
    }

    @Test
    void networkAddressesRangesAndOtherTypesAsText() throws UnknownHostException {
        if (DriverUnderTest.carriesEveryType()) {
            assertThat(echo("inet", InetAddress.getByName("10.0.0.1"), String.class))
                    .isEqualTo("10.0.0.1");
        }
        comesBackOrIsRefused("inet", "10.0.0.1/8", "10.0.0.1/8", String.class);
        comesBackOrIsRefused("cidr", "10.0.0.0/8", "10.0.0.0/8", String.class);
        comesBackOrIsRefused("macaddr", "00:11:22:33:44:55", "00:11:22:33:44:55", String.class);
        comesBack("int4range", "[1,5)", String.class);
        comesBackOrIsRefused("xml", "<a>b</a>", "<a>b</a>", String.class);
        comesBackOrIsRefused("bit(3)", "101", "101", String.class);
        comesBackOrIsRefused("point", "(1,2)", "(1,2)", String.class);
        comesBackOrIsRefused("tsvector", "'a' 'b'", "'a' 'b'", String.class);
        assertThat(read("'pg_class'::regclass", String.class)).isEqualTo("pg_class");
    }

    @Test
    @SuppressWarnings("unchecked") // the raw List is what is asked for
    void arrays() {
        assertThat(echo("int[]", new int[] {1, 2, 70_000}, int[].class)).containsExactly(1, 2, 70_000);
        assertThat(echo("bigint[]", List.of(1L, Long.MAX_VALUE), Long[].class)).containsExactly(1L, Long.MAX_VALUE);
        assertThat(echo("text[]", Arrays.asList("a", null, "c,\"d"), String[].class))
                .containsExactly("a", null, "c,\"d");
        assertThat(echo("text[]", new String[0], List.class)).isEmpty();
        assertThat(echo("numeric[]", List.of(new BigDecimal("1.50")), BigDecimal[].class))
                .containsExactly(new BigDecimal("1.50"));
        assertThat(echo("double precision[]", new double[] {1.5, 2}, double[].class))
                .containsExactly(1.5, 2.0);
        assertThat(echo("boolean[]", new boolean[] {true, false}, boolean[].class))
                .containsExactly(true, false);
        assertThat(echo("uuid[]", List.of(new UUID(1, 2)), UUID[].class)).containsExactly(new UUID(1, 2));
        assertThat(echo("date[]", List.of(LocalDate.EPOCH), LocalDate[].class)).containsExactly(LocalDate.EPOCH);
        assertThat(echo("timestamptz[]", List.of(Instant.EPOCH), Instant[].class))
                .containsExactly(Instant.EPOCH);
        assertThat(echo("bytea[]", List.of(new byte[] {1}), byte[][].class)[0]).containsExactly(1);
        if (DriverUnderTest.carriesEveryType()) {
            arraysOfOtherTypes();
        } else {
            arraysAreRefusedThatTheDriverCannotCarry();
        }
        assertThat(db.sql("SELECT count(*) FROM pg_class WHERE relname = ANY($1)")
                        .bind(List.of("pg_class", "pg_type"))
                        .map(row -> row.require(0, Long.class))
                        .one()
                        .block())
                .isEqualTo(2);
    }

    @SuppressWarnings("unchecked") // the raw List is what is asked for
    private void arraysOfOtherTypes() {
        assertThat(echo("interval[]", List.of(Duration.ofSeconds(1)), Duration[].class))
                .containsExactly(Duration.ofSeconds(1));
        assertThat(echo("json[]", List.of(Json.of("{\"a\": \"x\\\"y\"}"), Json.of("1")), Json[].class))
                .containsExactly(Json.of("{\"a\": \"x\\\"y\"}"), Json.of("1"));
        assertThat(echo("mood[]", List.of(Mood.happy, Mood.sad), Mood[].class)).containsExactly(Mood.happy, Mood.sad);
        assertThat(echo("inet[]", "{10.0.0.1,10.0.0.2}", String[].class)).containsExactly("10.0.0.1", "10.0.0.2");
        assertThat(echo("json[]", List.of(Json.of("{}")), List.class)).containsExactly("{}");
        assertThat(read("'{{1,2},{3,4}}'::int[]", String.class)).isEqualTo("{{1,2},{3,4}}");
    }

    /** An array without a value looks like one of several dimensions, and that of an enumeration like a text in braces. */
    private void arraysAreRefusedThatTheDriverCannotCarry() {
        for (String array : List.of(
                "'{1 day}'::interval[]",
                "'{1}'::json[]",
                "'{10.0.0.1}'::inet[]",
                "'{happy}'::mood[]",
                "'{{1,2},{3,4}}'::int[]",
                "NULL::int[]")) {
            assertThatThrownBy(() -> read(array, String.class))
                    .as(array)
                    .isInstanceOf(RowMappingException.class)
                    .hasMessageContaining("v::text");
        }
        assertThatThrownBy(() -> echo("interval[]", List.of(Duration.ofSeconds(1)), String.class))
                .hasMessageContaining("$1::text::interval[]");
        assertThatThrownBy(() -> echo("int[]", "{{1,2},{3,4}}", String.class)).hasMessageContaining("one dimension");
        assertThat(db.sql("SELECT $1::mood[]::text")
                        .bind(List.of(Mood.happy, Mood.sad))
                        .map(row -> row.require(0, String.class))
                        .one()
                        .block())
                .isEqualTo("{happy,sad}");
    }
}
