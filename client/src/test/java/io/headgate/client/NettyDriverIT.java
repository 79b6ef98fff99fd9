package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.SqlRow;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.ParameterException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What the Netty driver promises beyond the others: what is known of a statement is never taken for what has become of it. */
@EveryRoute
class NettyDriverIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final Route route;
    private Headgate db;

    NettyDriverIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        assumeThat(DriverUnderTest.selected()).isEqualTo(DriverUnderTest.NETTY);
        route.node().execute("DROP TABLE IF EXISTS drift");
        route.node().execute("CREATE TABLE drift (id int PRIMARY KEY, v int)");
        route.node().execute("INSERT INTO drift SELECT n, n * 7 FROM generate_series(1, 20) n");
        route.node().execute("GRANT ALL ON drift TO app");
        db = DriverUnderTest.client()
                .node(route.url() + "?application_name=netty_driver")
                .maxConnections(1)
                .build();
    }

    @AfterEach
    void close() {
        if (db != null) {
            db.close().block();
        }
    }

    private static String text(SqlRow row) {
        return row.get(0, String.class);
    }

    @Test
    void aStreamThatNobodyAsksHearsThatItsConnectionIsLost() {
        Flux<String> stream = db.inTransaction(
                TransactionOptions.defaults(),
                tx -> tx.sql("SELECT n::text FROM generate_series(1, 1000) n").map(NettyDriverIT::text).stream(5));
        StepVerifier.create(stream, 3)
                .expectNextCount(3)
                .then(() -> route.node()
                        .query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state ="
                                + " 'idle in transaction' AND query LIKE '%generate_series(1, 1000)%'"))
                .thenRequest(100)
                .thenConsumeWhile(value -> true)
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOfAny(ConnectionLostException.class, DatabaseException.class))
                .verify(SOON);
    }

    @Test
    void aStreamSeesAColumnThatWasAdded() {
        for (int run = 0; run < 2; run++) {
            assertThat(columns()).containsOnly(2);
        }
        route.node().execute("ALTER TABLE drift ADD COLUMN w text DEFAULT 'w'");
        for (int run = 0; run < 2; run++) {
            assertThat(columns()).containsOnly(3);
        }
    }

    private List<Integer> columns() {
        return db.sql("SELECT * FROM drift").map(row -> row.columns().size()).stream()
                .collectList()
                .block(SOON);
    }

    /** Each answer is read by its own types, whatever the set before it had. */
    @Test
    void setsOfABatchMayHaveOtherTypesThanTheFirst() {
        List<SqlRow> rows = db.sql("SELECT $1 AS v")
                .batch(List.of(List.of(1), List.of("abcd"), List.of(2)))
                .result()
                .block(SOON)
                .rows();
        assertThat(rows).extracting(NettyDriverIT::text).containsExactly("1", "abcd", "2");
        for (int run = 0; run < 3; run++) {
            assertThat(db.sql("SELECT $1 AS v")
                            .bind("efgh")
                            .map(NettyDriverIT::text)
                            .one()
                            .block(SOON))
                    .isEqualTo("efgh");
        }
    }

    /** PostgreSQL does not check the columns of what it does not plan. */
    @Test
    void aCursorOfTheSameNameMayHaveOtherColumns() {
        for (int run = 0; run < 4; run++) {
            assertThat(fetched("SELECT 1633837924")).isEqualTo("1633837924");
        }
        assertThat(fetched("SELECT 'abcd'::text")).isEqualTo("abcd");
    }

    private String fetched(String query) {
        return db.inTransaction(
                        TransactionOptions.defaults(),
                        tx -> tx.sql("DECLARE c CURSOR FOR " + query)
                                .update()
                                .thenMany(tx.sql("FETCH 10 FROM c")
                                        .map(NettyDriverIT::text)
                                        .one()))
                .blockLast(SOON);
    }

    @Test
    void badValuesLeaveNoStatementsBehind() {
        for (int i = 0; i < 100; i++) {
            db.sql("SELECT $1::uuid")
                    .bind("bad " + i)
                    .one()
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOfSatisfying(
                                    DatabaseException.class,
                                    told -> assertThat(told.sqlState()).isEqualTo("22P02")))
                    .verify(SOON);
        }
        // a pooler's server connection has the statements of other clients too
        assertThat(db.sql("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::uuid%'")
                        .map(row -> row.require(0, Long.class))
                        .one()
                        .block(SOON))
                .isLessThan(3);
    }

    @Test
    void theTypeOfAParameterMayChange() {
        assertThat(value(5)).isEqualTo(35);
        route.node().execute("ALTER TABLE drift ALTER id TYPE bigint");
        assertThat(value(5)).isEqualTo(35);
        route.node().execute("ALTER TABLE drift ALTER id TYPE text");
        assertThat(value("5")).isEqualTo(35);
        route.node().execute("ALTER TABLE drift ALTER id TYPE uuid USING lpad(id, 32, '0')::uuid");
        assertThat(value(UUID.fromString("00000000-0000-0000-0000-000000000005")))
                .isEqualTo(35);
        route.node().execute("ALTER TABLE drift ALTER id TYPE int USING right(id::text, 2)::int");
        assertThat(value(5)).isEqualTo(35);
    }

    private Integer value(Object id) {
        return db.sql("SELECT v FROM drift WHERE id = $1")
                .bind(id)
                .map(row -> row.require(0, Integer.class))
                .one()
                .block(SOON);
    }

    @Test
    void valuesThatAreMissingAreTheCallersError() {
        db.sql("SELECT $1::int")
                .one()
                .as(StepVerifier::create)
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(ParameterException.class).hasMessageContaining("takes 1"))
                .verify(SOON);
    }

    @Test
    void aNullBesideANumberIsNoText() {
        for (List<Integer> values : List.of(Arrays.asList(null, 5), Arrays.asList(5, null), List.of(2, 3))) {
            assertThat(db.sql("SELECT $1 + $2 IS NULL")
                            .bindAll(values.toArray())
                            .map(row -> row.require(0, Boolean.class))
                            .one()
                            .block(SOON))
                    .isEqualTo(values.stream().anyMatch(Objects::isNull));
        }
    }

    @Test
    void aCopyIsOneStatement() {
        db.copyIn("COPY drift FROM STDIN; COPY drift FROM STDIN", Flux.never())
                .as(StepVerifier::create)
                .expectError(ParameterException.class)
                .verify(SOON);
    }

    /** Its data would go on for ever. */
    @Test
    void aCopyThatTheServerRefusesEndsAtOnce() {
        db.copyIn(
                        "COPY drift FROM STDIN",
                        // what is asked for late is left out: the interval would fail
                        Flux.interval(Duration.ofMillis(10))
                                .onBackpressureDrop()
                                .map(i -> ByteBuffer.wrap("no number\t1\n".getBytes(StandardCharsets.UTF_8))))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                DatabaseException.class,
                                told -> assertThat(told.sqlState()).isEqualTo("22P02")))
                .verify(SOON);
        assertThat(value(5)).isEqualTo(35);
    }

    /** It fails its own caller; those that are written in the same turn go on. */
    @Test
    void aValueWhoseCodeThrowsIsItsCallersError() {
        Map<String, String> changing = new AbstractMap<>() {
            @Override
            public Set<Entry<String, String>> entrySet() {
                throw new ConcurrentModificationException("changed meanwhile");
            }
        };
        List<String> heard = Flux.range(0, 30)
                .flatMap(
                        i -> (i % 3 == 0
                                        ? db.sql("SELECT $1::text").bind(changing)
                                        : db.sql("SELECT $1::text").bind("v" + i))
                                .map(NettyDriverIT::text)
                                .one()
                                .onErrorResume(ParameterException.class, refused -> Mono.just("refused")),
                        30)
                .collectList()
                .block(SOON);
        assertThat(heard).hasSize(30);
        assertThat(heard.stream().filter("refused"::equals)).hasSize(10);
    }

    /** Tenants whose tables have other columns: PostgreSQL refuses the first such transaction, and none after it. */
    @Test
    void aSearchPathOfTheTransactionIsFollowed() {
        for (String tenant : List.of("one", "two")) {
            route.node().execute("DROP SCHEMA IF EXISTS tenant_" + tenant + " CASCADE");
            route.node().execute("CREATE SCHEMA tenant_" + tenant);
            route.node()
                    .execute("CREATE TABLE tenant_" + tenant + ".t AS SELECT '" + tenant + "'::text AS name"
                            + (tenant.equals("two") ? ", 2 AS more" : ""));
            route.node().execute("GRANT USAGE ON SCHEMA tenant_" + tenant + " TO app");
            route.node().execute("GRANT ALL ON tenant_" + tenant + ".t TO app");
        }
        List<Throwable> refused = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String tenant = i % 2 == 0 ? "one" : "two";
            String read = db.inTransaction(TransactionOptions.defaults(), tx -> tenant(tx, tenant))
                    .onErrorResume(error -> {
                        refused.add(error);
                        return Mono.empty();
                    })
                    .blockLast(SOON);
            assertThat(read).isIn(null, tenant);
        }
        assertThat(refused).hasSizeLessThan(3);
    }

    private static Mono<String> tenant(SqlTransaction tx, String tenant) {
        return tx.sql("SET LOCAL search_path = tenant_" + tenant)
                .update()
                .then(tx.sql("SELECT * FROM t").map(NettyDriverIT::text).one());
    }
}
