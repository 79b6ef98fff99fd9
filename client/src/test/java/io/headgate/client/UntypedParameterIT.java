package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.ParameterException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Parameters whose type the server cannot tell from the text take that of their values, however the statement is run. */
class UntypedParameterIT extends OnNetty {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** The first is described by the server, those after it are known. */
    private static final int RUNS = 3;

    private static final String COUNT = "SELECT count(*)::text FROM (VALUES (1, 'a'), (2, 'b')) rows (id, name) ";

    UntypedParameterIT(Route route) {
        super(route);
    }

    static Stream<Arguments> statements() {
        return Stream.of(
                with("SELECT concat('a', $1)", "ab", "b"),
                with("SELECT concat('a', $1, 'x')", "a5x", 5),
                with("SELECT concat('a', $1, 'y')", "ay", (Object) null),
                with(COUNT + "WHERE $1 IS NULL OR name = $1", "1", "a"),
                with(COUNT + "WHERE ($1 IS NULL OR id = $1)", "1", 1),
                with("SELECT jsonb_build_object('k', $1)::text", "{\"k\": \"v\"}", "v"),
                with("SELECT jsonb_build_object('k', $1)::text", "{\"k\": 5}", 5),
                with("SELECT jsonb_build_object('k', $1)::text", "{\"k\": true}", true),
                with("SELECT jsonb_build_object('k', $1)::text", "{\"k\": null}", (Object) null),
                with("SELECT jsonb_build_object('k', $1, 'l', $2)::text", "{\"k\": null, \"l\": 5}", null, 5),
                with("SELECT CASE WHEN $1 IS NULL THEN 'n' ELSE 'v' END", "v", 5),
                with("SELECT CASE WHEN $1 IS NULL THEN 'n' ELSE 'v' END", "n", (Object) null),
                with("SELECT ($1 < $2)::text", "true", 9, 10),
                with("SELECT ($1 < $2)::text", "false", "9", "10"),
                with("SELECT ($1 < $2)::text", "true", 9L, new BigDecimal("10.5")),
                with("SELECT ($1 < $2)::text", null, 9, null),
                with("SELECT ('[5,6]'::jsonb -> $1)::text", "6", 1),
                with("SELECT ('{\"a\":7}'::jsonb -> $1)::text", "7", "a"),
                with("SELECT ('{\"a\":7}'::jsonb -> $1)::text", null, (Object) null),
                with("SELECT coalesce($1, $2)::text", "5", null, 5),
                with("SELECT greatest($1, $2)::text", "10", 9, 10),
                with("SELECT $1::text", "5", 5),
                with("SELECT format('%s-%s', $1, $2)", "5-x", 5, "x"),
                with("SELECT pg_typeof($1)::text", "integer", 5),
                with("SELECT pg_typeof($1)::text", "bigint", 5L),
                with("SELECT array[$1, $2]::text", "{1,2}", 1, 2),
                with("SELECT to_jsonb($1)::text", "\"a\"", "a"),
                with("SELECT to_jsonb($1)::text", "5", 5),
                with("SELECT (date '2026-01-31' + $1)::text", "2026-02-01", 1));
    }

    /** Its code runs on the event loop, where the server's first refusal has come. */
    @Test
    void aCollectionThatThrowsIsRefused() {
        List<String> lazy = new AbstractList<>() {
            @Override
            public String get(int index) {
                throw new IllegalStateException("no session");
            }

            @Override
            public int size() {
                return 1;
            }
        };
        for (int run = 0; run < RUNS; run++) {
            assertThatThrownBy(() ->
                            db.sql("SELECT * FROM unnest($1)").bind(lazy).one().block(SOON))
                    .isInstanceOf(ParameterException.class)
                    .hasMessageContaining("IllegalStateException");
        }
        assertThat(FirstValue.of(db, Integer.class, "SELECT 7")).isEqualTo(7);
    }

    /** The server's texts are not of the form that the codec reads, so that columns have to be known first. */
    @Test
    void numbersForATextAreTakenUnderAnotherDateStyle() {
        route.node().execute("ALTER ROLE app SET datestyle = 'German'");
        Headgate german = DriverUnderTest.client()
                .node(route.node().url())
                .maxConnections(1)
                .build();
        try {
            for (int run = 0; run < RUNS; run++) {
                assertThat(german.sql("SELECT relname::text FROM pg_class WHERE relname::varchar = $1")
                                .bind(42L)
                                .one()
                                .block(SOON))
                        .isNull();
            }
        } finally {
            route.node().execute("ALTER ROLE app RESET datestyle");
            german.close().block();
        }
    }

    private static Arguments with(String sql, String expected, Object... values) {
        return Arguments.of(sql, Arrays.asList(values), expected);
    }

    private static Optional<String> text(SqlRow row) {
        return Optional.ofNullable(row.get(0, String.class));
    }

    @ParameterizedTest
    @MethodSource("statements")
    void takeTheirTypesFromTheirValues(String sql, List<Object> values, String expected) {
        for (int run = 0; run < RUNS; run++) {
            assertThat(FirstValue.of(db, String.class, sql, values.toArray())).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("statements")
    void takeTheirTypesFromTheirValuesInTheFirstStatementOfATransaction(
            String sql, List<Object> values, String expected) {
        for (int run = 0; run < RUNS; run++) {
            assertThat(db.inTransaction(tx -> tx.sql(sql)
                                    .bindAll(values.toArray())
                                    .map(UntypedParameterIT::text)
                                    .one())
                            .block(SOON))
                    .isEqualTo(Optional.ofNullable(expected));
        }
    }

    @ParameterizedTest
    @MethodSource("statements")
    void takeTheirTypesFromTheirValuesInALaterStatementOfATransaction(
            String sql, List<Object> values, String expected) {
        for (int run = 0; run < RUNS; run++) {
            assertThat(db.inTransaction(tx -> tx.sql("SELECT 1")
                                    .one()
                                    .then(tx.sql(sql)
                                            .bindAll(values.toArray())
                                            .map(UntypedParameterIT::text)
                                            .one()))
                            .block(SOON))
                    .isEqualTo(Optional.ofNullable(expected));
        }
    }

    @ParameterizedTest
    @MethodSource("statements")
    void takeTheirTypesFromTheirValuesInAStream(String sql, List<Object> values, String expected) {
        for (int run = 0; run < RUNS; run++) {
            assertThat(db.sql(sql).bindAll(values.toArray()).map(UntypedParameterIT::text).stream()
                            .blockLast(SOON))
                    .isEqualTo(Optional.ofNullable(expected));
        }
    }

    @ParameterizedTest
    @MethodSource("statements")
    void takeTheirTypesFromTheirValuesInABatch(String sql, List<Object> values, String expected) {
        for (int run = 0; run < RUNS; run++) {
            assertThat(db.sql(sql).batch(List.of(values, values)).result().block(SOON).rows().stream()
                            .map(UntypedParameterIT::text))
                    .containsExactly(Optional.ofNullable(expected), Optional.ofNullable(expected));
        }
    }

    @ParameterizedTest
    @MethodSource("statements")
    void takeTheirTypesFromTheirValuesWithOthersAtomically(String sql, List<Object> values, String expected) {
        for (int run = 0; run < RUNS; run++) {
            assertThat(text(db.atomically(SqlStatement.of(sql).bindAll(values.toArray()), SqlStatement.of("SELECT 1"))
                            .block(SOON)
                            .get(0)
                            .rows()
                            .get(0)))
                    .isEqualTo(Optional.ofNullable(expected));
        }
    }

    @Test
    void takeAnotherTypeForEachSetOfValuesOfABatch() {
        for (int run = 0; run < RUNS; run++) {
            assertThat(db
                            .sql("SELECT concat('a', $1)")
                            .batch(List.of(Arrays.asList((Object) null), List.of("b"), List.of(5)))
                            .result()
                            .block(SOON)
                            .rows()
                            .stream()
                            .map(row -> row.require(0, String.class)))
                    .containsExactly("a", "ab", "a5");
        }
    }

    /** One text on one connection. */
    @Test
    void takeAnotherTypeWhenTheyAreRunAgain() {
        String sql = "SELECT jsonb_build_object('k', $1)::text";
        for (int run = 0; run < RUNS; run++) {
            assertThat(FirstValue.of(db, String.class, sql, (Object) null)).isEqualTo("{\"k\": null}");
            assertThat(FirstValue.of(db, String.class, sql, "v")).isEqualTo("{\"k\": \"v\"}");
            assertThat(FirstValue.of(db, String.class, sql, 5)).isEqualTo("{\"k\": 5}");
        }
    }
}
