package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.StaleStatementException;
import io.headgate.core.type.Json;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A column gets another type while clients know its statements: what is bound is read as the type that the column has by now. A new
 * client, as after a restart of the application, meets the statement that PgBouncer has kept.
 */
@ParameterizedClass
@EveryRoute
class SchemaDriftIT {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String ID = "a8098c1a-f86e-11da-bd1a-00112444be1e";

    private final Route route;
    private Headgate known;
    private Headgate fresh;

    SchemaDriftIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP SCHEMA IF EXISTS drift CASCADE");
        route.node().execute("CREATE SCHEMA drift");
        route.node().execute("CREATE TYPE drift.kind AS ENUM ('round', 'flat')");
        route.node().execute("GRANT ALL ON SCHEMA drift TO app");
        known = client();
        fresh = client();
    }

    private Headgate client() {
        return DriverUnderTest.client().node(route.url()).maxConnections(2).build();
    }

    @AfterEach
    void close() {
        known.close().block();
        fresh.close().block();
    }

    private enum Kind {
        flat
    }

    /**
     * @param using what becomes of the values that are there
     * @param before bound before
     * @param after bound afterwards, each of which is the value that the column has
     * @param expected its text
     */
    record Drift(String from, String to, String using, Object before, List<Object> after, String expected) {

        @Override
        public String toString() {
            return from + " to " + to + ", " + before.getClass().getSimpleName();
        }
    }

    static Stream<Drift> drifts() {
        UUID id = UUID.fromString(ID);
        LocalDate day = LocalDate.of(2026, 1, 2);
        LocalDateTime time = LocalDateTime.of(2026, 1, 2, 13, 14, 15);
        String array = "{" + ID + "}";
        String many = "0.12345678901234567891";
        return Stream.of(
                new Drift("text", "uuid", "v::uuid", ID, List.of(ID, id), ID),
                new Drift("text", "int", "v::int", "5", List.of("5", 5, 5L), "5"),
                new Drift("text", "date", "v::date", "2026-01-02", List.of("2026-01-02", day), "2026-01-02"),
                new Drift(
                        "text",
                        "jsonb",
                        "v::jsonb",
                        "{\"a\": 1}",
                        List.of("{\"a\": 1}", Json.of("{\"a\": 1}")),
                        "{\"a\": 1}"),
                new Drift("text", "drift.kind", "v::drift.kind", "flat", List.of("flat", Kind.flat), "flat"),
                new Drift("text", "int[]", "v::int[]", "{1,2}", List.of("{1,2}", List.of(1, 2)), "{1,2}"),
                new Drift("text[]", "uuid[]", "v::uuid[]", List.of(ID), List.of(List.of(ID), List.of(id)), array),
                new Drift("text", "boolean", "v::boolean", "true", List.of("true", true), "true"),
                new Drift("int", "text", "v || 'x'", "5", List.of("5x"), "5x"),
                new Drift("int", "text", "v::text", 5, List.of(5, "5", 5L), "5"),
                new Drift("uuid", "text", "v || 'x'", id, List.of(ID + "x"), ID + "x"),
                new Drift("date", "text", "v || 'x'", "2026-01-02", List.of("2026-01-02x"), "2026-01-02x"),
                new Drift("int", "boolean", "v <> 0", 5, List.of(true, "true"), "true"),
                new Drift("int", "numeric", "v + 0.5", 5, List.of(new BigDecimal("5.5"), 5.5, "5.5"), "5.5"),
                new Drift("int", "bigint", "v + 5000000000", "5", List.of(5_000_000_005L, "5000000005"), "5000000005"),
                // the values still go into the type that was described, and would lose something
                new Drift(
                        "date",
                        "timestamp",
                        "v + time '13:14:15'",
                        day,
                        List.of(time, "2026-01-02 13:14:15"),
                        "2026-01-02 13:14:15"),
                new Drift(
                        "date",
                        "timestamp",
                        "v + time '13:14:15'",
                        "2026-01-02",
                        List.of("2026-01-02 13:14:15", time),
                        "2026-01-02 13:14:15"),
                new Drift(
                        "timestamp",
                        "timestamptz",
                        "v AT TIME ZONE 'UTC'",
                        time,
                        List.of(
                                OffsetDateTime.parse("2026-01-02T15:14:15+02:00"),
                                Instant.parse("2026-01-02T13:14:15Z"),
                                "2026-01-02 15:14:15+02"),
                        "2026-01-02 13:14:15+00"),
                new Drift(
                        "timestamp",
                        "timestamptz",
                        "v AT TIME ZONE 'UTC'",
                        "2026-01-02 13:14:15",
                        List.of("2026-01-02 15:14:15+02"),
                        "2026-01-02 13:14:15+00"),
                new Drift(
                        "time",
                        "timetz",
                        "'13:14:15+02'",
                        "13:14:15",
                        List.of("13:14:15+02", OffsetTime.parse("13:14:15+02:00")),
                        "13:14:15+02"),
                new Drift(
                        "time",
                        "timetz",
                        "'13:14:15+02'",
                        LocalTime.of(13, 14, 15),
                        List.of("13:14:15+02"),
                        "13:14:15+02"),
                new Drift("real", "double precision", "0.1", "0.1", List.of("0.1", 0.1), "0.1"),
                new Drift("real", "double precision", "0.1", 0.1f, List.of(0.1, "0.1", new BigDecimal("0.1")), "0.1"),
                new Drift("double precision", "numeric", many, 0.5, List.of(new BigDecimal(many), many), many),
                new Drift("timestamptz", "text", "'happy'", Instant.EPOCH, List.of("happy"), "happy"),
                new Drift("interval", "text", "'happy'", Duration.ofDays(1), List.of("happy"), "happy"),
                new Drift("date", "text", "'2026-02-30'", "2026-01-02", List.of("2026-02-30"), "2026-02-30"),
                new Drift("money", "text", "'007'", "007", List.of("007"), "007"),
                new Drift("int", "text", "'01234'", "01234", List.of("01234"), "01234"),
                new Drift("numeric", "text", "'007.50'", "007.50", List.of("007.50"), "007.50"),
                new Drift("numeric", "text", "'1e3'", "1e3", List.of("1e3"), "1e3"),
                new Drift("double precision", "text", "'1.50'", "1.50", List.of("1.50"), "1.50"),
                new Drift("boolean", "text", "'yes'", "yes", List.of("yes"), "yes"),
                new Drift("bytea", "text", "'abc'", "abc", List.of("abc"), "abc"),
                new Drift("int[]", "text[]", "'{01,2}'", "{01,2}", List.of("{01,2}"), "{01,2}"),
                new Drift("char(3)", "text", "'ab   '", "ab", List.of("ab   "), "ab   "),
                new Drift("name", "text", "repeat('x', 70)", "a", List.of("x".repeat(70)), "x".repeat(70)));
    }

    @ParameterizedTest
    @MethodSource("drifts")
    void valuesAreThoseOfTheNewType(Drift drift) {
        String where = "SELECT count(*)::text FROM drift.t WHERE v = $1";
        String insert = "INSERT INTO drift.written VALUES ($1) RETURNING v::text";
        List<String> tables = List.of("drift.t", "drift.written");
        tables.forEach(table -> {
            route.node().execute("CREATE TABLE " + table + " (v " + drift.from() + ")");
            route.node().execute("GRANT ALL ON " + table + " TO app");
        });
        known.sql("INSERT INTO drift.t VALUES ($1)")
                .bind(drift.before())
                .update()
                .block(SOON);
        for (String sql : List.of(where, insert)) {
            Flux.range(0, 8).flatMap(i -> text(known, sql, drift.before()), 4).blockLast(SOON);
            known.inTransaction(tx -> tx.sql(sql)
                            .bind(drift.before())
                            .map(SchemaDriftIT::text)
                            .one())
                    .block(SOON);
        }
        tables.forEach(table -> route.node()
                .execute("ALTER TABLE " + table + " ALTER v TYPE " + drift.to() + " USING " + drift.using()));
        for (Object value : drift.after()) {
            for (Headgate each : List.of(known, fresh)) {
                assertThat(text(each, where, value).block(SOON))
                        .as("where, %s", value)
                        .isEqualTo("1");
                assertThat(text(each, insert, value).block(SOON))
                        .as("insert, %s", value)
                        .isEqualTo(drift.expected());
                assertThat(each.inTransaction(tx -> tx.sql(where)
                                        .bind(value)
                                        .map(SchemaDriftIT::text)
                                        .one())
                                .block(SOON))
                        .as("in a transaction, %s", value)
                        .isEqualTo("1");
            }
        }
    }

    private static Mono<String> text(Headgate db, String sql, Object value) {
        return db.sql(sql).bind(value).map(SchemaDriftIT::text).one();
    }

    private static String text(SqlRow row) {
        return row.require(0, String.class);
    }

    /** With a parameter of text for a column that is a uuid by now, the server finds no operator. */
    @Test
    void everyWayToRunAStatementFollows() {
        route.node().execute("CREATE TABLE drift.t AS SELECT '" + ID + "'::text AS id, 1 AS n");
        route.node().execute("GRANT ALL ON drift.t TO app");
        String read = "SELECT n::text FROM drift.t WHERE id = $1";
        String write = "UPDATE drift.t SET n = n WHERE id = $1";
        List<Function<Headgate, Object>> ways = List.of(
                db -> db.sql(read).bind(ID).map(SchemaDriftIT::text).stream().blockLast(SOON),
                db -> db.sql(write)
                        .batch(List.of(List.of(ID), List.of(ID)))
                        .update()
                        .block(SOON),
                db -> db.atomically(
                                SqlStatement.of(write).bind(ID),
                                SqlStatement.of(read).bind(ID))
                        .map(List::size)
                        .block(SOON),
                db -> fetched(db, read),
                db -> text(db, read, ID).block(SOON));
        ways.forEach(way -> assertThat(way.apply(known)).isNotNull());
        List<Object> before = ways.stream().map(way -> way.apply(known)).toList();
        for (int i = 0; i < ways.size(); i++) {
            boolean toText = i % 2 != 0;
            route.node()
                    .execute("ALTER TABLE drift.t ALTER id TYPE "
                            + (toText ? "text USING id::text" : "uuid USING id::uuid"));
            assertThat(ways.get(i).apply(known)).as("way %d", i).isEqualTo(before.get(i));
        }
    }

    private static String fetched(Headgate db, String sql) {
        Connection connection = db.connectionFactory().create().block(SOON);
        try {
            return Flux.from(connection
                            .createStatement(sql)
                            .bind(0, ID)
                            .fetchSize(2)
                            .execute())
                    .flatMap((Result result) -> result.map(row -> row.get(0, String.class)))
                    .blockLast(SOON);
        } finally {
            Mono.from(connection.close()).block(SOON);
        }
    }

    /** PostgreSQL has aborted it, so nothing can be asked in it. */
    @Test
    void aSetOfABatchMayHaveALabelThatTheTypeHadNot() {
        enumerationThatBecomesAText();
        List<List<?>> sets = List.of(List.of("flat"), List.of("new"));
        assertThat(known.sql("INSERT INTO drift.t VALUES ($1)")
                        .batch(sets)
                        .update()
                        .block(SOON))
                .isEqualTo(2);
    }

    @Test
    void aStreamMayBeOfALabelThatTheTypeHadNot() {
        enumerationThatBecomesAText();
        assertThat(known.sql("SELECT k::text FROM drift.t WHERE k = $1").bind("new").stream()
                        .count()
                        .block(SOON))
                .isZero();
    }

    /** After its statements have been used. */
    private void enumerationThatBecomesAText() {
        route.node().execute("CREATE TABLE drift.t (k drift.kind)");
        route.node().execute("GRANT ALL ON drift.t TO app");
        known.sql("INSERT INTO drift.t VALUES ($1)")
                .batch(List.of(List.of("flat")))
                .update()
                .block(SOON);
        known.sql("SELECT k::text FROM drift.t WHERE k = $1").bind("flat").stream()
                .blockLast(SOON);
        route.node().execute("ALTER TABLE drift.t ALTER k TYPE text");
    }

    /** Each has an enumeration of its own, by the same name. */
    @Test
    void tenantsInTurnGetThrough() {
        List<String> tenants = List.of("drift_a", "drift_b");
        for (String tenant : tenants) {
            route.node().execute("DROP SCHEMA IF EXISTS " + tenant + " CASCADE");
            route.node().execute("CREATE SCHEMA " + tenant);
            route.node().execute("CREATE TYPE " + tenant + ".kind AS ENUM ('round', 'flat')");
            route.node().execute("CREATE TABLE " + tenant + ".t (k " + tenant + ".kind)");
            route.node().execute("GRANT ALL ON SCHEMA " + tenant + " TO app");
            route.node().execute("GRANT ALL ON " + tenant + ".t TO app");
        }
        int refused = 0;
        for (int i = 0; i < 40; i++) {
            String tenant = tenants.get(i % 2);
            try {
                known.inTransaction(tx -> tx.sql("SET LOCAL search_path TO " + tenant)
                                .update()
                                .then(tx.sql("INSERT INTO t VALUES ($1)")
                                        .bind("flat")
                                        .update()))
                        .block(SOON);
            } catch (StaleStatementException runAgain) {
                refused++;
            }
        }
        assertThat(refused).isLessThan(10);
        tenants.forEach(tenant -> route.node().execute("DROP SCHEMA " + tenant + " CASCADE"));
    }

    /** A number in one tenant's table is a text in the other's, and what one learns of the statement meanwhile is not the other's. */
    @Test
    void tenantsAtOnceStoreTheirOwn() {
        List<String> tenants = List.of("drift_a", "drift_b");
        for (String tenant : tenants) {
            String type = tenant.endsWith("a") ? "int" : "text";
            route.node().execute("DROP SCHEMA IF EXISTS " + tenant + " CASCADE");
            route.node().execute("CREATE SCHEMA " + tenant);
            route.node().execute("CREATE TABLE " + tenant + ".t (v " + type + ")");
            route.node().execute("GRANT ALL ON SCHEMA " + tenant + " TO app");
            route.node().execute("GRANT ALL ON " + tenant + ".t TO app");
        }
        Headgate db =
                DriverUnderTest.client().node(route.url()).maxConnections(8).build();
        AtomicInteger stored = new AtomicInteger();
        Flux.range(0, 2_000)
                .flatMap(
                        i -> db.inTransaction(tx -> tx.sql("SET LOCAL search_path TO " + tenants.get(i % 2))
                                        .update()
                                        .then(tx.sql("INSERT INTO t VALUES ($1)")
                                                .bind("007")
                                                .update()))
                                .doOnNext(count -> stored.incrementAndGet())
                                .onErrorResume(StaleStatementException.class, runAgain -> Mono.empty()),
                        16)
                .blockLast(Duration.ofSeconds(60));
        assertThat(stored.get()).isGreaterThan(1_500);
        assertThat(route.node().queryValue("SELECT count(*) FROM drift_b.t WHERE v <> '007'"))
                .isEqualTo("0");
        db.close().block();
        tenants.forEach(tenant -> route.node().execute("DROP SCHEMA " + tenant + " CASCADE"));
    }

    /** It belongs to no transaction, and so not to one that was begun while it was under way. */
    @Test
    void whatIsRepeatedOnASessionStaysOutsideALaterTransaction() {
        Headgate db = DriverUnderTest.client()
                .node(route.url())
                .sessionNode(route.node().url())
                .build();
        try {
            route.node().execute("CREATE TABLE drift.t AS SELECT '" + ID + "'::text AS id, 0 AS n");
            route.node().execute("GRANT ALL ON drift.t TO app");
            String sql = "UPDATE drift.t SET n = n + 1 WHERE id = $1";
            Mono<String> outcome = db.sessionConnection(session -> {
                        Mono<String> outside = session.sql(sql)
                                .bind(ID)
                                .update()
                                .map(count -> "stored")
                                .onErrorResume(
                                        StaleStatementException.class,
                                        stale -> Mono.just(String.valueOf(stale.outcome())));
                        Flux<String> undone = session.inTransaction(
                                        TransactionOptions.defaults(),
                                        tx -> tx.sql("SELECT 1")
                                                .one()
                                                .then(Mono.<String>error(new IllegalStateException("the work's own"))))
                                .onErrorResume(IllegalStateException.class, own -> Flux.empty());
                        return Flux.merge(outside, undone);
                    })
                    .last();
            assertThat(outcome.block(SOON)).isEqualTo("stored");
            for (String type : List.of("uuid USING id::uuid", "text USING id::text")) {
                String before = route.node().queryValue("SELECT n FROM drift.t");
                route.node().execute("ALTER TABLE drift.t ALTER id TYPE " + type);
                boolean stored = "stored".equals(outcome.block(SOON));
                assertThat(route.node().queryValue("SELECT n FROM drift.t"))
                        .isEqualTo(String.valueOf(Integer.parseInt(before) + (stored ? 1 : 0)));
            }
        } finally {
            db.close().block();
        }
    }

    @Test
    void aTransactionIsToldToRunAgain() {
        route.node().execute("CREATE TABLE drift.t AS SELECT '" + ID + "'::text AS id");
        route.node().execute("GRANT ALL ON drift.t TO app");
        Mono<String> transaction = known.inTransaction(tx -> tx.sql("SELECT id::text FROM drift.t WHERE id = $1")
                .bind(ID)
                .map(SchemaDriftIT::text)
                .one());
        assertThat(transaction.block(SOON)).isEqualTo(ID);
        route.node().execute("ALTER TABLE drift.t ALTER id TYPE uuid USING id::uuid");
        assertThatThrownBy(() -> transaction.block(SOON))
                .isInstanceOf(StaleStatementException.class)
                .hasMessageContaining("run the transaction again")
                .matches(error -> ((HeadgateException) error).isSafeToRetry());
        assertThat(transaction.block(SOON)).isEqualTo(ID);
    }

    /** A statement that is wrong in itself stays wrong, and is not called outdated. */
    @Test
    void anErrorOfTheStatementStaysOne() {
        Mono<String> wrong = known.inTransaction(tx -> tx.sql("SELECT 1 WHERE pg_backend_pid() = $1 AND now() = $1")
                .bind(5)
                .map(SchemaDriftIT::text)
                .one());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> wrong.block(SOON))
                    .isNotInstanceOf(StaleStatementException.class)
                    .matches(error -> !((HeadgateException) error).isTransient());
        }
    }

    @Test
    void typesThatAreMadeAnewAreKnownAnew() {
        for (int i = 0; i < 3; i++) {
            route.node().execute("DROP SCHEMA drift CASCADE");
            route.node().execute("CREATE SCHEMA drift");
            route.node().execute("CREATE TYPE drift.kind AS ENUM ('round', 'flat')");
            route.node().execute("CREATE DOMAIN drift.small AS int CHECK (VALUE < 100)");
            route.node().execute("CREATE TYPE drift.pair AS (a int, b text)");
            route.node().execute("CREATE TABLE drift.t (k drift.kind, s drift.small, p drift.pair)");
            route.node().execute("INSERT INTO drift.t VALUES ('flat', 5, '(1,x)')");
            route.node().execute("GRANT ALL ON SCHEMA drift TO app");
            route.node().execute("GRANT ALL ON drift.t TO app");
            for (int again = 0; again < 2; again++) {
                assertThat(text(known, "SELECT k FROM drift.t WHERE k = $1", "flat")
                                .block(SOON))
                        .isEqualTo("flat");
                assertThat(text(known, "SELECT k FROM drift.t WHERE k = ANY($1)", List.of("flat"))
                                .block(SOON))
                        .isEqualTo("flat");
                assertThat(text(known, "SELECT s FROM drift.t WHERE s = $1", 5).block(SOON))
                        .isEqualTo("5");
                assertThat(text(known, "SELECT p FROM drift.t WHERE p = $1::drift.pair", "(1,x)")
                                .block(SOON))
                        .isEqualTo("(1,x)");
                assertThat(known
                                .sql("SELECT k FROM drift.t WHERE k = $1 -- streamed")
                                .bind("flat")
                                .map(SchemaDriftIT::text)
                                .stream()
                                .blockLast(SOON))
                        .isEqualTo("flat");
                assertThat(known.sql("UPDATE drift.t SET k = $1")
                                .batch(List.of(List.of("round"), List.of("flat")))
                                .update()
                                .block(SOON))
                        .isEqualTo(2);
            }
        }
    }
}
