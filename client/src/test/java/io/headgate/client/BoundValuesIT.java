package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ParameterException;
import io.headgate.core.type.Interval;
import java.math.BigDecimal;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server makes of a bound value, described, prepared and prepared again: what was meant, or an error. */
class BoundValuesIT extends OnNetty {

    private static final String ID = "a8098c1a-f86e-11da-bd1a-00112444be1e";

    /** The first is described by the server, those after it are known. */
    private static final int RUNS = 3;

    BoundValuesIT(Route route) {
        super(route);
    }

    private void becomes(String expected, String type, Object value) {
        String sql = "SELECT ($1::" + type + ")::text";
        for (int run = 0; run < RUNS; run++) {
            assertThat(FirstValue.of(db, String.class, sql, value)).isEqualTo(expected);
            assertThat(FirstValue.ofR2dbc(db, String.class, sql, value))
                    .as("by R2DBC")
                    .isEqualTo(expected);
        }
    }

    private void isRefused(String problem, String type, Object value) {
        for (int run = 0; run < RUNS; run++) {
            assertThatThrownBy(() -> FirstValue.of(db, String.class, "SELECT ($1::" + type + ")::text", value))
                    .as("%s as %s", value, type)
                    .isInstanceOf(ParameterException.class)
                    .hasMessageContaining(problem);
        }
    }

    @SuppressWarnings("JavaUtilDate") // callers still have them
    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("timestamp", LocalDate.of(2026, 1, 2), "2026-01-02 00:00:00"),
                Arguments.of("timestamptz", LocalDateTime.of(2026, 1, 2, 3, 4), "2026-01-02 03:04:00+00"),
                Arguments.of("timestamptz", LocalDate.of(2026, 1, 2), "2026-01-02 00:00:00+00"),
                Arguments.of(
                        "timestamptz",
                        ZonedDateTime.of(2026, 1, 2, 7, 34, 0, 0, ZoneId.of("Asia/Kolkata")),
                        "2026-01-02 02:04:00+00"),
                Arguments.of("timestamptz", new Date(0), "1970-01-01 00:00:00+00"),
                Arguments.of("timestamptz[]", new Instant[] {Instant.EPOCH}, "{\"1970-01-01 00:00:00+00\"}"),
                Arguments.of("interval", Duration.ofMillis(1_500), "00:00:01.5"),
                Arguments.of(
                        "interval", new Interval(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE), "infinity"),
                Arguments.of("date[]", new String[] {"2026-01-02", null}, "{2026-01-02,NULL}"),
                Arguments.of("uuid[]", new String[] {ID}, "{" + ID + "}"),
                Arguments.of("int[]", new String[] {"1", "2"}, "{1,2}"),
                Arguments.of("oid", 42, "42"),
                Arguments.of("oid", 4_000_000_000L, "4000000000"),
                Arguments.of("regclass", 1259, "pg_class"),
                Arguments.of("regclass", 1259L, "pg_class"),
                Arguments.of("money", 42, "$42.00"),
                Arguments.of("money", 42L, "$42.00"),
                Arguments.of("int", Year.of(2026), "2026"),
                Arguments.of("text", Year.of(2026), "2026"),
                Arguments.of("text", YearMonth.of(2026, 11), "2026-11"),
                Arguments.of("varchar", YearMonth.of(2026, 11), "2026-11"),
                Arguments.of("text", DayOfWeek.MONDAY, "MONDAY"),
                Arguments.of("int", DayOfWeek.MONDAY, "1"),
                Arguments.of("text", ZoneId.of("Europe/Paris"), "Europe/Paris"),
                Arguments.of("text", ZoneOffset.ofHours(2), "+02:00"),
                Arguments.of("text", URI.create("http://a/b"), "http://a/b"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueOfJavaIsTaken(String type, Object value, String expected) {
        becomes(expected, type, value);
    }

    @Test
    void aMapIsTakenAsHstore() {
        route.node().execute("CREATE EXTENSION IF NOT EXISTS hstore");
        becomes("\"a\"=>\"b\"", "hstore", Map.of("a", "b"));
    }

    /** As it is typed at a console of PostgreSQL. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "regclass|pg_class|pg_class",
                "timestamp|2024-01-05|2024-01-05 00:00:00",
                "uuid|a8098c1af86e11dabd1a00112444be1e|" + ID,
                "uuid|{" + ID + "}|" + ID,
                "int|1_000|1000",
                "bigint| 5 |5",
                "boolean|yes|true",
                "boolean|on|true",
                "date|Jan 5, 2024|2024-01-05",
                "date|infinity|infinity",
                "time|04:05 PM|16:05:00",
                "timestamptz|2024-01-05T10:00Z|2024-01-05 10:00:00+00",
                "interval|1 day 2 hours|1 day 02:00:00",
                "interval|P1DT2H|1 day 02:00:00",
                "numeric|NaN|NaN",
                "float8|Infinity|Infinity",
                "bytea|\\x00ff|\\x00ff",
                "int[]|[2:3]={1,2}|[2:3]={1,2}"
            })
    void aTextIsReadAsPostgresqlSpellsIt(String type, String text, String expected) {
        becomes(expected, type, text);
    }

    @Test
    void aTextMayBeNow() {
        for (int run = 0; run < RUNS; run++) {
            assertThat(FirstValue.of(
                            db,
                            Boolean.class,
                            "SELECT abs(extract(epoch FROM now() AT TIME ZONE 'UTC' - $1::timestamp)) < 5",
                            "now"))
                    .isTrue();
            assertThat(FirstValue.of(
                            db, Boolean.class, "SELECT abs(extract(epoch FROM now() - $1::timestamptz)) < 5", "now"))
                    .isTrue();
        }
    }

    /** Java would read the first two, and pad the third. */
    @ParameterizedTest
    @CsvSource({"float8, 1d", "float4, 1f", "uuid, 1-1-1-1-1"})
    void aTextThatOnlyJavaReadsIsRefusedByTheServer(String type, String text) {
        for (int run = 0; run < RUNS; run++) {
            assertThatThrownBy(() -> FirstValue.of(db, String.class, "SELECT ($1::" + type + ")::text", text))
                    .hasMessageContaining("22P02");
        }
    }

    static Stream<Arguments> valuesOfDomains() {
        return Stream.of(
                Arguments.of("int", "", 5, "5"),
                Arguments.of("int", "[]", List.of(1, 2), "{1,2}"),
                Arguments.of("uuid", "", UUID.fromString(ID), ID),
                Arguments.of("numeric", "", new BigDecimal("1.50"), "1.50"),
                Arguments.of("numeric", "", 5, "5"),
                Arguments.of("timestamp", "", LocalDateTime.of(2026, 1, 2, 3, 4), "2026-01-02 03:04:00"),
                Arguments.of("text", "", "a", "a"),
                Arguments.of("boolean", "", true, "true"));
    }

    @ParameterizedTest
    @MethodSource("valuesOfDomains")
    void aDomainTakesWhatItsTypeTakes(String type, String array, Object value, String expected) {
        route.node().execute("DROP DOMAIN IF EXISTS bound");
        route.node().execute("CREATE DOMAIN bound AS " + type);
        becomes(expected, "bound" + array, value);
        route.node().execute("DROP DOMAIN bound");
    }

    /** Half to even in the microseconds of the fraction. */
    @ParameterizedTest
    @ValueSource(ints = {499, 500, 501, 1_500, 2_500, 3_500, 123_456_500, 123_457_500, 999_999_500})
    void nanosecondsAreRoundedAsTheServerRoundsTheirText(int nanos) {
        LocalDateTime time = LocalDateTime.of(2026, 1, 2, 3, 4, 5, nanos);
        Duration duration = Duration.ofNanos(nanos);
        isTheSame("timestamp", time, time.toString());
        isTheSame("timestamptz", time.atOffset(ZoneOffset.UTC), time + "Z");
        isTheSame("time", time.toLocalTime(), time.toLocalTime().toString());
        isTheSame("interval", duration, duration.toString());
    }

    private void isTheSame(String type, Object value, String text) {
        String sql = "SELECT $1::" + type + " = ($2::text)::" + type;
        for (int run = 0; run < RUNS; run++) {
            assertThat(FirstValue.of(db, Boolean.class, sql, value, text))
                    .as(type)
                    .isTrue();
        }
    }

    @Test
    void roundingMayGoUpToTheNextDay() {
        becomes("2026-01-03 00:00:00", "timestamp", LocalDateTime.of(2026, 1, 2, 23, 59, 59, 999_999_600));
        becomes("2026-01-02 03:04:05.000002", "timestamp", LocalDateTime.of(2026, 1, 2, 3, 4, 5, 1_500));
        becomes("03:04:05.000001", "time", LocalTime.of(3, 4, 5, 1_499));
    }

    @Test
    void theEndsOfJavasTimeAreInfinity() {
        becomes("-infinity", "timestamp", LocalDateTime.MIN);
        becomes("infinity", "timestamp", LocalDateTime.MAX);
        becomes("-infinity", "timestamptz", OffsetDateTime.MIN);
        becomes("infinity", "timestamptz", Instant.MAX);
        becomes("-infinity", "timestamptz", Instant.MIN);
        becomes("infinity", "date", LocalDate.MAX);
        becomes("-infinity", "timestamptz", LocalDate.MIN);
    }

    @Test
    void infinityIsTheEndOfJavasTime() {
        for (int run = 0; run < RUNS; run++) {
            assertThat(FirstValue.of(db, LocalDateTime.class, "SELECT '-infinity'::timestamp"))
                    .isEqualTo(LocalDateTime.MIN);
            assertThat(FirstValue.of(db, LocalDateTime.class, "SELECT 'infinity'::timestamp"))
                    .isEqualTo(LocalDateTime.MAX);
            assertThat(FirstValue.of(db, OffsetDateTime.class, "SELECT '-infinity'::timestamptz"))
                    .isEqualTo(OffsetDateTime.MIN);
            assertThat(FirstValue.of(db, LocalDate.class, "SELECT '-infinity'::date"))
                    .isEqualTo(LocalDate.MIN);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {12_000_000, 300_000, -5_000, -12_000_000})
    void aTimeThatPostgresqlDoesNotHaveIsRefused(int year) {
        LocalDate day = LocalDate.of(year, 5, 6);
        isRefused("range", "timestamp", day.atStartOfDay());
        isRefused("range", "timestamp", day);
        isRefused("range", "timestamptz", day.atStartOfDay().atOffset(ZoneOffset.UTC));
        isRefused("range", "timestamptz", day.atStartOfDay());
        isRefused("range", "timestamptz", day.atStartOfDay().toInstant(ZoneOffset.UTC));
        isRefused("does not fit timestamp[]", "timestamp[]", List.of(day.atStartOfDay()));
        if (year != 300_000) {
            isRefused("range", "date", day);
        }
    }

    @Test
    void datesGoFurtherThanTimestamps() {
        becomes("300000-05-06", "date", LocalDate.of(300_000, 5, 6));
        for (LocalDate day :
                List.of(LocalDate.of(300_000, 5, 6), LocalDate.of(-43, 3, 15), LocalDate.of(-4712, 11, 24))) {
            assertThat(FirstValue.of(db, LocalDate.class, "SELECT $1::date", day))
                    .isEqualTo(day);
        }
        becomes("0044-03-15 BC", "date", LocalDate.of(-43, 3, 15));
    }

    /** PostgreSQL takes such a text, and forgets its offset. */
    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "date", "time"})
    void anOffsetIsNotLost(String type) {
        OffsetDateTime at = OffsetDateTime.parse("2026-11-28T23:14:15+05:00");
        isRefused("does not fit " + type, type, at);
        isRefused("does not fit " + type, type, at.toInstant());
        route.node().execute("DROP TABLE IF EXISTS clock");
        route.node().execute("CREATE TABLE clock (at " + type + ")");
        route.node().execute("GRANT ALL ON clock TO app");
        assertThatThrownBy(() -> db.sql("INSERT INTO clock VALUES ($1)")
                        .bind(at)
                        .update()
                        .block())
                .isInstanceOf(ParameterException.class);
        assertThat(route.node().queryValue("SELECT count(*) FROM clock")).isEqualTo("0");
        route.node().execute("DROP TABLE clock");
    }
}
