package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.RowMappingException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Values that Java's classes cannot hold fail their readers alone: what was sent with them is answered on the connection. */
class UndecodableValueIT extends OnNetty {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int STATEMENTS = 60;

    private record Unreadable(String sql, Class<?> type) {}

    private static final List<Unreadable> UNREADABLE = List.of(
            new Unreadable("SELECT '24:00'::time", LocalTime.class),
            new Unreadable("SELECT '24:00+02'::timetz", OffsetTime.class),
            new Unreadable("SELECT 'Infinity'::numeric", BigDecimal.class),
            new Unreadable("SELECT '{24:00}'::time[]", LocalTime[].class),
            new Unreadable("SELECT '{NaN}'::numeric[]", BigDecimal[].class));

    UndecodableValueIT(Route route) {
        super(route);
    }

    private Mono<String> readable(int n) {
        return db.sql("SELECT $1::int")
                .bind(n)
                .map(row -> row.require(0, Integer.class) == n ? "its own" : "another's")
                .one();
    }

    private Mono<String> unreadable(Unreadable each) {
        return db.sql(each.sql())
                .map(row -> each.sql() + " is " + row.get(0, each.type()))
                .one()
                .onErrorResume(RowMappingException.class, error -> Mono.just("refused"));
    }

    @Test
    void othersOnTheConnectionAreAnsweredAndItIsKept() {
        for (int round = 0; round < 4; round++) {
            List<String> heard = Flux.range(0, STATEMENTS)
                    .flatMap(
                            i -> i % 2 == 0 ? readable(i) : unreadable(UNREADABLE.get(i / 2 % UNREADABLE.size())),
                            STATEMENTS)
                    .collectList()
                    .block(SOON);
            assertThat(heard).hasSize(STATEMENTS).containsOnly("its own", "refused");
            assertThat(heard).filteredOn("its own"::equals).hasSize(STATEMENTS / 2);
        }
        assertThat(db.poolStatistics().opened()).isEqualTo(1);
        assertThat(db.poolStatistics().closed().values()).allMatch(count -> count == 0);
    }

    @Test
    void aConnectionOfR2dbcGoesOn() {
        String next = FirstValue.onR2dbc(db, connection -> {
            assertThatThrownBy(() -> FirstValue.ofR2dbc(connection, LocalTime.class, "SELECT '24:00'::time"))
                    .isNotNull();
            return FirstValue.ofR2dbc(connection, String.class, "SELECT '9'");
        });
        assertThat(next).isEqualTo("9");
        assertThat(db.poolStatistics().opened()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "SELECT '24:00'::time, 24:00:00",
        "SELECT '24:00+02'::timetz, 24:00:00+02",
        "SELECT 'Infinity'::numeric, Infinity"
    })
    void theirTextsAreRead(String sql, String text) {
        for (int run = 0; run < 3; run++) {
            assertThat(FirstValue.of(db, String.class, sql)).isEqualTo(text);
        }
    }

    /** Times at the ends of what the server has are no such values. */
    @Test
    void theFurthestTimesAreRead() {
        for (int run = 0; run < 3; run++) {
            assertThat(FirstValue.of(db, OffsetTime.class, "SELECT '12:00+15:59:59'::timetz"))
                    .isEqualTo(OffsetTime.parse("12:00+15:59:59"));
            assertThat(FirstValue.of(db, Instant.class, "SELECT 'infinity'::timestamptz"))
                    .isEqualTo(Instant.MAX);
        }
    }

    /** A session of another DateStyle writes the texts of dates in its order. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SQL, DMY | 06/05/2026",
                "SQL, MDY | 05/06/2026",
                "German | 06.05.2026",
                "Postgres, DMY | 06-05-2026",
                "ISO, DMY | 2026-05-06"
            })
    void datesAreReadUnderAnyDateStyle(String style, String day) {
        String sql = "SELECT $1::date[] AS a, $2::date AS b, $3::timestamptz[] AS c, $4::date[]::text AS d,"
                + " $5::timestamp[] AS e, $6::date AS f, ARRAY[$2::date] AS g";
        for (int run = 0; run < 3; run++) {
            List<String> read = inStyle(
                    style,
                    sql,
                    List.of(LocalDate.of(2026, 1, 2)),
                    LocalDate.of(2026, 3, 4),
                    List.of(Instant.EPOCH),
                    List.of(LocalDate.of(2026, 5, 6)),
                    List.of(LocalDateTime.of(2026, 7, 8, 9, 10)),
                    "2026-09-10");
            assertThat(read)
                    .containsExactly(
                            "[2026-01-02]",
                            "2026-03-04",
                            "[1970-01-01T00:00:00Z]",
                            "{" + day + "}",
                            "[2026-07-08T09:10]",
                            "2026-09-10",
                            "[2026-03-04]");
        }
    }

    private List<String> inStyle(String style, String sql, Object... values) {
        return db.inTransaction(tx -> tx.sql("SET LOCAL datestyle = '" + style + "'")
                        .update()
                        .then(tx.sql(sql)
                                .bindAll(values)
                                .map(row -> List.of(
                                        Arrays.toString(row.get("a", LocalDate[].class)),
                                        row.require("b", LocalDate.class).toString(),
                                        Arrays.toString(row.get("c", Instant[].class)),
                                        row.require("d", String.class),
                                        Arrays.toString(row.get("e", LocalDateTime[].class)),
                                        row.require("f", LocalDate.class).toString(),
                                        Arrays.toString(row.get("g", LocalDate[].class))))
                                .one()))
                .block(SOON);
    }

    /** What is sent as text must mean the same to the server in any of them. */
    @ParameterizedTest
    @ValueSource(strings = {"SQL, DMY", "SQL, MDY", "German", "ISO, YMD"})
    void datesAreSentUnderAnyDateStyle(String style) {
        for (int run = 0; run < 3; run++) {
            String stored = db.inTransaction(tx -> tx.sql("SET LOCAL datestyle = '" + style + "'")
                            .update()
                            .then(tx.sql("SELECT to_char($1::timestamptz, 'YYYY-MM-DD HH24:MI') || ' '"
                                            + " || to_char($2::timestamptz, 'YYYY-MM-DD HH24:MI') || ' '"
                                            + " || to_char(($3::date[])[1], 'YYYY-MM-DD')")
                                    .bindAll(
                                            LocalDateTime.of(2026, 1, 2, 3, 4),
                                            LocalDate.of(2026, 1, 2),
                                            new String[] {"2026-01-02"})
                                    .map(row -> row.require(0, String.class))
                                    .one()))
                    .block(SOON);
            assertThat(stored).isEqualTo("2026-01-02 03:04 2026-01-02 00:00 2026-01-02");
        }
    }
}
