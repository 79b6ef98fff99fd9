package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.type.Interval;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is read of types that are rarely met, and of columns whose names differ in case alone. */
class ReadValuesIT extends OnNetty {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ID = "a8098c1a-f86e-11da-bd1a-00112444be1e";

    /** The first is described by the server, those after it are known. */
    private static final int RUNS = 3;

    enum Kind {
        round,
        flat
    }

    ReadValuesIT(Route route) {
        super(route);
    }

    private <T> void isRead(T expected, Class<T> type, String expression) {
        for (int run = 0; run < RUNS; run++) {
            assertThat(FirstValue.of(db, type, "SELECT " + expression))
                    .as(expression)
                    .isEqualTo(expected);
        }
    }

    private void isReadUnasked(Object expected, String expression) {
        for (int run = 0; run < RUNS; run++) {
            Object value = db.sql("SELECT " + expression)
                    .map(row -> Optional.ofNullable(row.value(0)))
                    .one()
                    .block(SOON)
                    .orElse(null);
            assertThat(value).as(expression).isEqualTo(expected);
        }
    }

    static Stream<Arguments> canonical() {
        return Stream.of(
                Arguments.of("'x'::\"char\"", "x"),
                Arguments.of("'{x}'::\"char\"[]", new String[] {"x"}),
                Arguments.of("pg_sleep(0)", ""),
                Arguments.of("'[0:1]={10.0.0.1,10.0.0.2}'::inet[]", "[0:1]={10.0.0.1,10.0.0.2}"),
                Arguments.of("'{1,2}'::oid[]", "{1,2}"));
    }

    @ParameterizedTest
    @MethodSource("canonical")
    void aValueHasItsClassUnasked(String expression, Object expected) {
        isReadUnasked(expected, expression);
    }

    static Stream<Arguments> domains() {
        return Stream.of(
                Arguments.of("int", "5", 5),
                Arguments.of("uuid", "'" + ID + "'", UUID.fromString(ID)),
                Arguments.of("numeric", "1.50", new BigDecimal("1.50")));
    }

    @ParameterizedTest
    @MethodSource("domains")
    void aDomainIsReadAsItsType(String type, String expression, Object expected) {
        route.node().execute("DROP DOMAIN IF EXISTS read_domain");
        route.node().execute("CREATE DOMAIN read_domain AS " + type);
        isReadUnasked(expected, expression + "::read_domain");
        route.node().execute("DROP DOMAIN read_domain");
    }

    @Test
    void anArrayOfAnEnumIsReadAsAskedFor() {
        route.node().execute("DROP TYPE IF EXISTS read_kind");
        route.node().execute("CREATE TYPE read_kind AS ENUM ('round', 'flat')");
        String expression = "'[2:3]={flat,round}'::read_kind[]";
        isReadUnasked("[2:3]={flat,round}", expression);
        isReadUnasked("{flat,NULL}", "'{flat,NULL}'::read_kind[]");
        isRead(new String[] {"flat", "round"}, String[].class, expression);
        isRead(new Kind[] {Kind.flat, Kind.round}, Kind[].class, expression);
        route.node().execute("DROP TYPE read_kind");
    }

    @Test
    void anArrayThatBeginsElsewhereIsReadFromItsBeginning() {
        isRead(new Integer[] {1, 2}, Integer[].class, "'[2:3]={1,2}'::int[]");
        isRead(new String[] {"1", "2"}, String[].class, "'[2:3]={1,2}'::text[]");
        isRead(new String[] {"10.0.0.1", "10.0.0.2"}, String[].class, "'[0:1]={10.0.0.1,10.0.0.2}'::inet[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"infinity", "-infinity"})
    void anInfiniteIntervalComesBack(String infinite) {
        isRead(infinite, String.class, "'" + infinite + "'::interval");
        for (int run = 0; run < RUNS; run++) {
            Interval read = FirstValue.of(db, Interval.class, "SELECT '" + infinite + "'::interval");
            assertThat(FirstValue.of(db, String.class, "SELECT $1::interval::text", read))
                    .isEqualTo(infinite);
        }
    }

    @Test
    void anArrayOfInstantsComesBack() {
        for (int run = 0; run < RUNS; run++) {
            Instant[] instants = {Instant.EPOCH, null};
            assertThat(FirstValue.of(db, Instant[].class, "SELECT $1::timestamptz[]", (Object) instants))
                    .containsExactly(instants);
            assertThat(FirstValue.ofR2dbc(db, Instant[].class, "SELECT $1::timestamptz[]", (Object) instants))
                    .containsExactly(instants);
        }
    }

    @Test
    void voidIsAnEmptyText() {
        for (int run = 0; run < RUNS; run++) {
            assertThat(FirstValue.ofR2dbc(db, String.class, "SELECT pg_sleep(0)"))
                    .isEmpty();
        }
    }

    /** Else the first whose name differs in case alone, as in JDBC. */
    @Test
    void aColumnOfTheVeryNameGoesBeforeOthers() {
        String sql = "SELECT '1' AS t, '2' AS t, '3' AS \"T\"";
        for (int run = 0; run < RUNS; run++) {
            assertThat(db.sql(sql)
                            .map(row ->
                                    row.get("T", String.class) + row.get("t", String.class) + row.get(0, String.class))
                            .one()
                            .block(SOON))
                    .isEqualTo("311");
            assertThat(db.sql("SELECT '1' AS \"T\", '2' AS t")
                            .map(row -> row.get("T", String.class) + row.get("t", String.class))
                            .one()
                            .block(SOON))
                    .isEqualTo("12");
        }
    }

    @Test
    void aColumnOfTheVeryNameGoesBeforeOthersByR2dbc() {
        String sql = "SELECT '1' AS t, '2' AS t, '3' AS \"T\"";
        for (int run = 0; run < RUNS; run++) {
            String read = FirstValue.onR2dbc(
                    db,
                    connection -> Flux.from(connection.createStatement(sql).execute())
                            .flatMap(result ->
                                    result.map(row -> row.get("T", String.class) + row.get("t", String.class)))
                            .blockLast(SOON));
            assertThat(read).isEqualTo("31");
        }
    }

    @Test
    void aCursorIsReadByItsName() {
        route.node().execute("""
                CREATE OR REPLACE FUNCTION opens() RETURNS refcursor LANGUAGE plpgsql AS $$
                DECLARE c refcursor := 'cu';
                BEGIN OPEN c FOR SELECT n FROM generate_series(1, 3) n; RETURN c; END $$""");
        for (int run = 0; run < RUNS; run++) {
            assertThat(db.inTransaction(tx -> tx.sql("SELECT opens()")
                                    .map(row -> row.require(0, String.class))
                                    .one()
                                    .flatMap(name -> tx.sql("FETCH ALL FROM " + name)
                                            .all()
                                            .count()))
                            .block(SOON))
                    .isEqualTo(3);
            assertThat(FirstValue.of(db, String.class, "SELECT $1::refcursor", "cu"))
                    .isEqualTo("cu");
            String name = FirstValue.onR2dbc(db, connection -> {
                Mono.from(connection.beginTransaction()).block(SOON);
                String read = FirstValue.ofR2dbc(connection, String.class, "SELECT opens()");
                Mono.from(connection.commitTransaction()).block(SOON);
                return read;
            });
            assertThat(name).isEqualTo("cu");
        }
        route.node().execute("DROP FUNCTION opens()");
    }
}
