package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A null whose type the server cannot tell from the text, with a class and without one; and values of which it guesses wrongly. */
@ParameterizedClass
@EveryRoute
class UntypedNullIT {

    private static final Duration SOON = Duration.ofSeconds(15);

    private final Route route;
    private Headgate db;

    UntypedNullIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS nulls");
        route.node()
                .execute(
                        "CREATE TABLE nulls AS SELECT 1 AS id, 'a'::text AS name, now() AS at, gen_random_uuid() AS key,"
                                + " true AS flag, '{}'::jsonb AS doc, '\\x00'::bytea AS bytes, interval '1 day' AS span,"
                                + " time '12:00' AS clock, 1.5::numeric AS amount, current_date AS day");
        route.node().execute("GRANT ALL ON nulls TO app");
        db = DriverUnderTest.client().node(route.url()).maxConnections(2).build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "name", "at", "key", "flag", "doc", "bytes", "span", "clock", "amount", "day"})
    void anOptionalConditionTakesANullFirst(String column) {
        String sql = "SELECT count(*) FROM nulls WHERE $1 IS NULL OR " + column + " = $1";
        for (int i = 0; i < 2; i++) {
            assertThat(count(sql, (Object) null)).isEqualTo(1);
        }
        assertThat(db.inTransaction(tx -> tx.sql(sql + " -- in a transaction")
                                .bind(null)
                                .map(row -> row.require(0, Long.class))
                                .one())
                        .block(SOON))
                .isEqualTo(1);
    }

    @Test
    void nullsAndValuesTakeTurns() {
        String sql = "SELECT count(*) FROM nulls WHERE ($1 IS NULL OR name = $1) AND ($2 IS NULL OR name = $2)";
        List<Long> counts = new ArrayList<>();
        for (List<String> each : List.of(
                Arrays.<String>asList(null, null), List.of("a", "a"), Arrays.asList("a", null), List.of("b", "a"))) {
            counts.add(count(sql, each.toArray()));
        }
        assertThat(counts).containsExactly(1L, 1L, 1L, 0L);
    }

    private Long count(String sql, Object... values) {
        return db.sql(sql)
                .bindAll(values)
                .map(row -> row.require(0, Long.class))
                .one()
                .block(SOON);
    }

    @Test
    void aNullOfAClassIsOfItsType() {
        for (String type : List.of("int", "text", "uuid")) {
            route.node()
                    .execute("CREATE OR REPLACE FUNCTION which(" + type + ") RETURNS text LANGUAGE sql AS $$ SELECT '"
                            + type + "' $$");
        }
        assertThat(which(statement -> statement.bindNull(0, Integer.class))).isEqualTo("int");
        assertThat(which(statement -> statement.bindNull(0, UUID.class))).isEqualTo("uuid");
        assertThat(which(statement -> statement.bindNull(0, String.class))).isEqualTo("text");
        assertThat(which(statement -> statement.bind(0, Parameters.in(R2dbcType.INTEGER))))
                .isEqualTo("int");
        assertThat(r2dbc(
                        "SELECT count(*)::text FROM nulls WHERE $1 IS NULL OR id = $1",
                        statement -> statement.bindNull(0, Integer.class)))
                .isEqualTo("1");
        assertThat(r2dbc("SELECT pg_typeof($1)::text", statement -> statement.bindNull(0, Integer.class)))
                .isEqualTo("integer");
    }

    private String which(UnaryOperator<Statement> bind) {
        return r2dbc("SELECT which($1)", bind);
    }

    private String r2dbc(String sql, UnaryOperator<Statement> bind) {
        Connection connection = db.connectionFactory().create().block(SOON);
        try {
            return Flux.from(bind.apply(connection.createStatement(sql)).execute())
                    .flatMap((Result result) -> result.map(row -> row.get(0, String.class)))
                    .blockLast(SOON);
        } finally {
            Mono.from(connection.close()).block(SOON);
        }
    }

    /** The server takes the parameter for what stands beside it. */
    @Test
    void whatStandsBesideAParameterMayBeOfAnotherType() {
        assertThat(db.sql("SELECT now() - $1 < now()")
                        .bind(Duration.ofDays(1))
                        .map(row -> row.require(0, Boolean.class))
                        .one()
                        .block(SOON))
                .isTrue();
        assertThat(db.sql("SELECT ($1::money = 1.5::numeric::money)")
                        .bind(new BigDecimal("1.50"))
                        .map(row -> row.require(0, Boolean.class))
                        .one()
                        .block(SOON))
                .isTrue();
    }

    @Test
    void aBlankTextIsAnEmptyStatementForR2dbc() {
        Connection connection = db.connectionFactory().create().block(SOON);
        for (String blank : List.of("", "  ")) {
            assertThat(Flux.from(connection.createStatement(blank).execute())
                            .flatMap(Result::getRowsUpdated)
                            .reduce(0L, Long::sum)
                            .block(SOON))
                    .isZero();
        }
        Mono.from(connection.close()).block(SOON);
    }
}
