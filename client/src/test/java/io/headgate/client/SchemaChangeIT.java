package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.StaleStatementException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What ALTER TABLE does to prepared statements that are in use. */
@EveryRoute
class SchemaChangeIT {

    private final Route route;
    private Headgate db;

    SchemaChangeIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS shape");
        route.node()
                .execute("CREATE TABLE shape (id int PRIMARY KEY, v int, at timestamp DEFAULT '2026-01-02 03:04:05')");
        route.node().execute("INSERT INTO shape SELECT n, n * 7 FROM generate_series(1, 100) n");
        route.node().execute("GRANT ALL ON shape TO app");
        db = DriverUnderTest.client().node(route.url()).maxConnections(4).build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    @Test
    void callersOutsideTransactionsSeeNoErrorAndNoWrongValue() {
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong done = new AtomicLong();
        Mono<Void> load = Flux.range(0, 16)
                .flatMap(
                        caller -> once(caller)
                                .onErrorResume(error -> {
                                    errors.add(error);
                                    return Mono.empty();
                                })
                                .doFinally(signal -> done.incrementAndGet())
                                .repeat(() -> !stop.get()),
                        16)
                .then();
        var running = load.toFuture();
        for (String change : new String[] {
            "ADD COLUMN w text DEFAULT 'w'",
            "ALTER COLUMN v TYPE bigint",
            "ADD COLUMN x int DEFAULT 1",
            "ALTER COLUMN id TYPE bigint",
            "ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'UTC'",
            "ALTER COLUMN v TYPE numeric",
            "DROP COLUMN w",
            "ALTER COLUMN v TYPE int"
        }) {
            awaitMore(done, 500);
            route.node().execute("ALTER TABLE shape " + change);
            awaitMore(done, 500);
        }
        stop.set(true);
        Awaitility.await().until(running::isDone);
        assertThat(errors).isEmpty();
        assertThat(running).isCompleted();
    }

    private static void awaitMore(AtomicLong done, int more) {
        long from = done.get();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> done.get() >= from + more);
    }

    private Mono<?> once(int caller) {
        int id = 1 + caller * 5;
        return switch (caller % 4) {
            case 0 ->
                db.sql("SELECT * FROM shape WHERE id = $1")
                        .bind(id)
                        .map(row -> checked(row, id))
                        .one();
            case 1 ->
                db.sql("SELECT id, v FROM shape WHERE id = $1")
                        .bind(id)
                        .map(row -> checked(row, id))
                        .one();
            case 2 ->
                db.sql("UPDATE shape SET v = v WHERE id = $1 AND v = $2 RETURNING id")
                        .bind(id)
                        .bind(id * 7)
                        .map(row -> {
                            assertThat(row.get("id", Integer.class)).isEqualTo(id);
                            return id;
                        })
                        .one()
                        .switchIfEmpty(Mono.error(new AssertionError("no row for " + id)));
            default ->
                db.sql("SELECT v, id FROM shape ORDER BY id LIMIT 3")
                        .map(row -> checked(row, row.require("id", Integer.class)))
                        .all()
                        .then();
        };
    }

    private static int checked(SqlRow row, int id) {
        assertThat(row.get("id", Integer.class)).isEqualTo(id);
        assertThat(row.get("v", Integer.class)).isEqualTo(id * 7);
        return id;
    }

    /**
     * The server connection that prepared the statement is busy when it is run next, so one that has never seen it answers
     * in the new shape, without an error: read by the old shape, 7 would be 0.
     */
    @Test
    void aResultInAnotherShapeIsNeverReadByTheOldOne() {
        Headgate one =
                DriverUnderTest.client().node(route.url()).maxConnections(1).build();
        Headgate other =
                DriverUnderTest.client().node(route.url()).maxConnections(1).build();
        assertThat(value(one)).isEqualTo(7);
        other.inTransaction(tx -> tx.sql("SELECT 1")
                        .one()
                        .then(Mono.fromRunnable(
                                        () -> route.node().execute("ALTER TABLE shape ALTER COLUMN v TYPE bigint"))
                                .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic()))
                        .then(Mono.fromCallable(() -> value(one))
                                .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic())))
                .as(reactor.test.StepVerifier::create)
                .expectNext(7)
                .verifyComplete();
        one.close().block();
        other.close().block();
    }

    /** The same with one column more: PostgreSQL refuses the formats asked for, and the statement is made anew. */
    @Test
    void aResultWithMoreColumnsIsAskedForAnew() {
        Headgate one =
                DriverUnderTest.client().node(route.url()).maxConnections(1).build();
        Headgate other =
                DriverUnderTest.client().node(route.url()).maxConnections(1).build();
        Mono<Integer> columns = one.sql("SELECT * FROM shape WHERE id = $1 /* more columns */")
                .bind(1)
                .map(row -> row.columns().size())
                .one();
        assertThat(columns.block()).isEqualTo(3);
        other.inTransaction(tx -> tx.sql("SELECT 1")
                        .one()
                        .then(Mono.fromRunnable(() -> route.node().execute("ALTER TABLE shape ADD COLUMN w int"))
                                .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic()))
                        .then(columns))
                .as(reactor.test.StepVerifier::create)
                .expectNext(4)
                .verifyComplete();
        one.close().block();
        other.close().block();
    }

    private static int value(Headgate client) {
        return client.sql("SELECT v FROM shape WHERE id = $1")
                .bind(1)
                .map(row -> row.require("v", Integer.class))
                .one()
                .block();
    }

    /** What was prepared takes the type that there was, which the value does not fit. */
    @Test
    void aParameterWhoseTypeHasChangedIsOfTheNewOne() {
        String sql = "SELECT count(*) FROM shape WHERE id = $1 /* wider */";
        for (int i = 0; i < 20; i++) {
            assertThat(count(sql, 1)).isEqualTo(1);
        }
        route.node().execute("ALTER TABLE shape ALTER COLUMN id TYPE bigint");
        for (int i = 0; i < 20; i++) {
            assertThat(count(sql, 5_000_000_000L)).isZero();
        }
        assertThat(count(sql, 1)).isEqualTo(1);
    }

    private long count(String sql, Object value) {
        return db.sql(sql)
                .bind(value)
                .map(row -> row.require(0, Long.class))
                .one()
                .block();
    }

    /** The plan of a statement without parameters holds the type that is gone. */
    @Test
    void aTypeThatIsDroppedAndMadeAnewIsTheNewOne() {
        assumeThat(DriverUnderTest.selected()).isEqualTo(DriverUnderTest.NETTY);
        for (int i = 0; i < 3; i++) {
            route.node().execute("DROP TYPE IF EXISTS shape_kind");
            route.node().execute("CREATE TYPE shape_kind AS ENUM ('round', 'flat')");
            for (int again = 0; again < 2; again++) {
                assertThat(db.sql("SELECT 'flat'::shape_kind")
                                .map(row -> row.require(0, String.class))
                                .one()
                                .block())
                        .isEqualTo("flat");
                assertThat(db.atomically(SqlStatement.of("SELECT 'flat'::shape_kind, 1"))
                                .block())
                        .hasSize(1);
            }
        }
        route.node().execute("DROP TYPE shape_kind");
    }

    @Test
    void aTransactionThatMeetsAStaleStatementFailsWithTheReasonAndTheNextSucceeds() {
        Mono<Integer> read = db.inTransaction(tx -> tx.sql("SELECT * FROM shape WHERE id = $1 /* in a transaction */")
                .bind(1)
                .map(row -> row.require("v", Integer.class))
                .one());
        Flux.range(0, 40).flatMap(i -> read, 8).blockLast();
        route.node().execute("ALTER TABLE shape ALTER COLUMN v TYPE bigint");
        Flux.range(0, 40)
                .concatMap(i -> read.onErrorResume(StaleStatementException.class, stale -> {
                    assertThat(stale).hasMessageContaining("run the transaction again");
                    assertThat(stale.isSafeToRetry()).isTrue();
                    return read;
                }))
                .as(reactor.test.StepVerifier::create)
                .thenConsumeWhile(v -> v == 7)
                .verifyComplete();
    }

    @Test
    void statementsThatAreGoneAreMadeAnew() {
        Mono<Integer> read = db.sql("SELECT v FROM shape WHERE id = $1 /* gone */")
                .bind(2)
                .map(row -> row.require("v", Integer.class))
                .one();
        Flux.range(0, 40).flatMap(i -> read, 8).blockLast();
        Flux.range(0, 12)
                .concatMap(i -> db.sql("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$ /* " + i + " */")
                        .update())
                .blockLast();
        Flux.range(0, 40)
                .flatMap(i -> read, 8)
                .as(reactor.test.StepVerifier::create)
                .thenConsumeWhile(v -> v == 14)
                .verifyComplete();
        if (route != Route.DIRECT) {
            // PgBouncer believes its server connections to have what they have lost; other tests need fresh ones
            route.node().bouncer().reconnect();
        }
    }
}
