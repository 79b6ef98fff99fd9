package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ResultLimitException;
import io.headgate.testkit.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Statements that are sent as one transaction: all take effect or none, whatever happens. */
@EveryRoute
class ScriptIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String DEPOSIT = "UPDATE account SET balance = balance + $1 WHERE id = $2";
    private static final String BALANCE = "SELECT balance FROM account WHERE id = $1";

    private final Route route;
    private Headgate db;

    ScriptIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS account");
        route.node().execute("CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0))");
        route.node().execute("INSERT INTO account SELECT n, 100 FROM generate_series(1, 10) n");
        route.node().execute("GRANT ALL ON account TO app");
        db = DriverUnderTest.client().node(route.url()).maxConnections(4).build();
    }

    @AfterEach
    void close() {
        db.close().block(SOON);
    }

    private static SqlStatement statement(String sql, Object... values) {
        return SqlStatement.of(sql).bindAll(values);
    }

    private static SqlStatement deposit(int amount, int account) {
        return statement(DEPOSIT, amount, account);
    }

    private String balances() {
        return route.node().queryValue("SELECT string_agg(balance::text, ',' ORDER BY id) FROM account WHERE id <= 3");
    }

    private static HeadgateException failure(Mono<?> work) {
        return failure(work.toFuture());
    }

    private static HeadgateException failure(CompletableFuture<?> work) {
        Awaitility.await().atMost(SOON).until(work::isDone);
        try {
            work.join();
        } catch (CompletionException failed) {
            return (HeadgateException) failed.getCause();
        }
        throw new AssertionError("it did not fail");
    }

    @Test
    void eachSeesWhatThoseBeforeItDid() {
        List<SqlResult> results = db.atomically(
                        statement(BALANCE, 1),
                        deposit(-30, 1),
                        deposit(30, 2),
                        statement(BALANCE, 1),
                        statement("SELECT id, balance FROM account WHERE id < 4 ORDER BY id"))
                .block(SOON);
        assertThat(results).hasSize(5);
        assertThat(results.get(0).rows().get(0).require(0, Long.class)).isEqualTo(100);
        assertThat(results.get(1).updateCount()).isEqualTo(1);
        assertThat(results.get(3).rows().get(0).require(0, Long.class)).isEqualTo(70);
        assertThat(results.get(4).rows())
                .extracting(row -> row.require("balance", Long.class))
                .containsExactly(70L, 130L, 100L);
        assertThat(balances()).isEqualTo("70,130,100");
    }

    @Test
    void theFirstThatFailsUndoesAllAndIsTheOneThatIsReported() {
        for (int attempt = 0; attempt < 3; attempt++) {
            HeadgateException failure =
                    failure(db.atomically(deposit(30, 2), deposit(-130, 1), statement("SELECT 1 / 0"), deposit(1, 3)));
            assertThat(((DatabaseException) failure).sqlState()).isEqualTo("23514");
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
            assertThat(failure).hasMessageContaining(DEPOSIT);
        }
        assertThat(balances()).isEqualTo("100,100,100");
        assertThat(db.atomically(deposit(1, 1)).block(SOON)).hasSize(1);
    }

    @Test
    void aCommitThatADeferredConstraintRefusesUndoesAll() {
        route.node().execute("CREATE TABLE IF NOT EXISTS note (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        route.node().execute("TRUNCATE note");
        route.node().execute("GRANT ALL ON note TO app");
        HeadgateException failure =
                failure(db.atomically(deposit(1, 1), statement("INSERT INTO note VALUES (1), (1)"), deposit(1, 2)));
        assertThat(((DatabaseException) failure).sqlState()).isEqualTo("23505");
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(balances()).isEqualTo("100,100,100");
        assertThat(route.node().queryValue("SELECT count(*) FROM note")).isEqualTo("0");
    }

    @Test
    void batchesAndTheSameTextSeveralTimesBelongTogether() {
        SqlStatement batch = SqlStatement.of(DEPOSIT).batch(List.of(List.of(1, 1), List.of(2, 2), List.of(3, 3)));
        List<SqlResult> results = db.atomically(
                        batch, statement(BALANCE, 1), statement(BALANCE, 2), statement(BALANCE, 3))
                .block(SOON);
        assertThat(results.get(0).updateCounts()).containsExactly(1L, 1L, 1L);
        assertThat(results.subList(1, 4))
                .extracting(result -> result.rows().get(0).require(0, Long.class))
                .containsExactly(101L, 102L, 103L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DO $$ BEGIN COMMIT; END $$",
                "CALL something()",
                "VACUUM account",
                "CREATE INDEX CONCURRENTLY later ON account (balance)",
                "DELETE FROM account; DELETE FROM account",
                "COMMIT",
                "SAVEPOINT s",
                "SET search_path = pg_catalog",
                "LISTEN news"
            })
    void whatCommitsByItselfOrLastsIsRefusedBeforeAnythingIsSent(String sql) {
        HeadgateException failure = failure(db.atomically(deposit(1, 1), statement(sql)));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(balances()).isEqualTo("100,100,100");
    }

    @Test
    void aValueThatCannotBeWrittenSendsNothing() {
        HeadgateException failure =
                failure(db.atomically(deposit(1, 1), statement(DEPOSIT, "no number", 2), deposit(1, 3)));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        HeadgateException tooFew = failure(db.atomically(deposit(1, 1), statement(DEPOSIT, 1)));
        assertThat(tooFew.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(balances()).isEqualTo("100,100,100");
        assertThat(db.atomically(deposit(1, 1), deposit(1, 2)).block(SOON)).hasSize(2);
        assertThat(balances()).isEqualTo("101,101,100");
    }

    /** The other drivers, and what makes or sets something, have a transaction for it. */
    @Test
    void whatOthersBehindItNeedIsThereWhenTheyRun() {
        List<SqlResult> results = db.atomically(
                        statement("CREATE TEMP TABLE script_rows (id int, note text) ON COMMIT DROP"),
                        statement("INSERT INTO script_rows VALUES ($1, $2)", 1, "a"),
                        statement("ALTER TABLE script_rows ADD COLUMN more int DEFAULT 7"),
                        statement("SELECT * FROM script_rows WHERE id = $1", 1))
                .block(SOON);
        assertThat(results.get(3).rows().get(0).require("more", Integer.class)).isEqualTo(7);
        assertThat(db.atomically(statement("LOCK TABLE account IN SHARE MODE"), deposit(1, 1))
                        .block(SOON))
                .hasSize(2);
        assertThat(db.atomically(
                                statement("SET LOCAL search_path = pg_catalog"),
                                statement("SELECT current_setting('search_path')"),
                                statement("SELECT set_config('search_path', 'public', true)"),
                                deposit(1, 1))
                        .block(SOON)
                        .get(1)
                        .rows()
                        .get(0)
                        .require(0, String.class))
                .isEqualTo("pg_catalog");
        HeadgateException failure = failure(
                db.atomically(statement("CREATE TABLE script_made (id int)"), statement("SELECT $1::int / 0", 1)));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(route.node().queryValue("SELECT count(*) FROM pg_class WHERE relname = 'script_made'"))
                .isEqualTo("0");
        assertThat(balances()).isEqualTo("102,100,100");
    }

    @Test
    void aResultThatIsTooLargeTellsWhetherTheOthersTookEffect() {
        Headgate bounded = DriverUnderTest.client()
                .node(route.url() + "?max_result_rows=5")
                .build();
        HeadgateException failure = failure(
                bounded.atomically(deposit(1, 1), statement("SELECT n FROM generate_series(1, 100) n"), deposit(1, 2)));
        assertThat(failure).isInstanceOf(ResultLimitException.class);
        boolean stored = balances().equals("101,101,100");
        assertThat(failure.outcome()).isEqualTo(stored ? Outcome.EXECUTED : Outcome.NOT_EXECUTED);
        assertThat(balances()).isIn("101,101,100", "100,100,100");
        HeadgateException reads = failure(
                bounded.atomically(statement("SELECT 1"), statement("SELECT n FROM generate_series(1, 100) n")));
        assertThat(reads.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        bounded.close().block(SOON);
    }

    /** Each of its texts is sent with types that do not hold any more. */
    @Test
    void severalStatementsWithOutdatedTypesAreRepreparedAtOnce() {
        assumeThat(DriverUnderTest.selected()).isEqualTo(DriverUnderTest.NETTY);
        List<SqlStatement> statements = List.of(
                statement("UPDATE account SET balance = balance + 1 WHERE id = $1", 1),
                statement("SELECT balance FROM account WHERE id = $1", 1),
                statement("DELETE FROM account WHERE id = $1 AND balance < 0", 1));
        db.atomically(statements).block(SOON);
        route.node().execute("ALTER TABLE account ALTER COLUMN id TYPE text");
        List<SqlResult> healed = db.atomically(List.of(
                        statement("UPDATE account SET balance = balance + 1 WHERE id = $1", "1"),
                        statement("SELECT balance FROM account WHERE id = $1", "1"),
                        statement("DELETE FROM account WHERE id = $1 AND balance < 0", "1")))
                .block(SOON);
        assertThat(healed.get(1).rows().get(0).require(0, Long.class)).isEqualTo(102);
    }

    @Test
    void noneIsNothing() {
        assertThat(db.atomically(List.of()).block(SOON)).isEmpty();
        assertThat(db.poolState().open()).isZero();
    }

    /** Money is neither made nor lost, whatever is cancelled. */
    @Test
    void transfersThatAreCancelledAreWholeOrNotThere() {
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        AtomicLong done = new AtomicLong();
        Flux.range(0, 2_000)
                .flatMap(
                        n -> {
                            int from = 1 + n % 10;
                            int to = 1 + (n + 1 + n % 7) % 10;
                            int amount = 1 + n % 3;
                            Mono<Long> transfer = db.atomically(deposit(-amount, from), deposit(amount, to))
                                    .doOnNext(results -> done.incrementAndGet())
                                    .thenReturn(1L)
                                    .onErrorResume(
                                            DatabaseException.class,
                                            poor -> poor.sqlState().equals("23514")
                                                            || poor.sqlState().equals("40P01")
                                                    ? Mono.just(0L)
                                                    : Mono.error(poor));
                            return n % 4 == 0
                                    ? transfer.timeout(
                                            Duration.ofNanos(
                                                    ThreadLocalRandom.current().nextLong(5_000_000)),
                                            Mono.just(-1L))
                                    : transfer;
                        },
                        16)
                .doOnError(errors::add)
                .blockLast(Duration.ofMinutes(2));
        assertThat(errors).isEmpty();
        assertThat(done.get()).isPositive();
        assertThat(route.node().queryValue("SELECT sum(balance) FROM account")).isEqualTo("1000");
        Awaitility.await().until(() -> db.poolState().leased() == 0);
    }

    /** Elsewhere it is a transaction, in which nothing is repeated. */
    @Test
    void callersSeeNothingOfChangesOfTheSchema() {
        assumeThat(DriverUnderTest.selected()).isEqualTo(DriverUnderTest.NETTY);
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong done = new AtomicLong();
        CompletableFuture<Void> load = Flux.range(1, 8)
                .flatMap(id -> db.atomically(
                                statement("SELECT * FROM account WHERE id = $1", id),
                                deposit(0, id),
                                statement("UPDATE account SET balance = balance WHERE id = $1 RETURNING *", id))
                        .doOnNext(results -> {
                            assertThat(results.get(0).rows().get(0).require("id", Integer.class))
                                    .isEqualTo(id);
                            assertThat(results.get(2).rows().get(0).require("balance", Long.class))
                                    .isEqualTo(100);
                            done.incrementAndGet();
                        })
                        .then()
                        .onErrorResume(error -> {
                            errors.add(error);
                            return Mono.empty();
                        })
                        .repeat(() -> !stop.get()))
                .then()
                .toFuture();
        for (String change : List.of(
                "ADD COLUMN note text DEFAULT 'x'",
                "ALTER COLUMN balance TYPE int",
                "ADD COLUMN other int",
                "DROP COLUMN note",
                "ALTER COLUMN balance TYPE bigint")) {
            awaitMore(done, 200);
            route.node().execute("ALTER TABLE account " + change);
        }
        awaitMore(done, 200);
        stop.set(true);
        Awaitility.await().atMost(SOON).until(load::isDone);
        assertThat(errors).isEmpty();
    }

    private static void awaitMore(AtomicLong done, int more) {
        long from = done.get();
        Awaitility.await().atMost(SOON).until(() -> done.get() >= from + more);
    }

    @Test
    void aConnectionThatIsLostMeanwhileLeavesItsFateUnknown() {
        CompletableFuture<?> waiting =
                db.atomically(deposit(1, 1), statement("SELECT pg_sleep(60)")).toFuture();
        Awaitility.await()
                .until(() -> route.node()
                        .queryValue("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                + " WHERE wait_event = 'PgSleep'")
                        .equals("1"));
        HeadgateException killed = failure(waiting);
        // a transaction's COMMIT has not been sent
        assertThat(killed.outcome())
                .isEqualTo(
                        DriverUnderTest.selected() == DriverUnderTest.NETTY ? Outcome.UNKNOWN : Outcome.NOT_EXECUTED);
        assertThat(balances()).isEqualTo("100,100,100");

        int port = ConnectionSettings.parse(route.url()).port();
        try (FaultProxy proxy = FaultProxy.inFrontOf("127.0.0.1", port)) {
            Headgate cut = DriverUnderTest.client()
                    .node(proxy.through(route.url()))
                    .shutdownTimeout(Duration.ofSeconds(2))
                    .build();
            cut.atomically(deposit(1, 1), deposit(1, 2)).block(SOON);
            proxy.cutAfter(0, FaultProxy.Direction.TO_CLIENT);
            HeadgateException lost = failure(cut.atomically(deposit(1, 1), deposit(1, 2)));
            assertThat(lost.outcome()).isNotEqualTo(Outcome.EXECUTED);
            String expected = lost.outcome() == Outcome.NOT_EXECUTED ? "101,101,100" : "102,102,100";
            Awaitility.await().until(() -> balances().equals(expected) || lost.outcome() == Outcome.UNKNOWN);
            assertThat(List.of("101,101,100", "102,102,100")).contains(balances());
            cut.close().block(SOON);
        }
    }

    @Test
    void aStatementBehindItOnTheSameConnectionGetsItsOwnAnswer() {
        assertThat(Flux.range(0, 500)
                        .flatMapSequential(n -> n % 2 == 0 ? sumOfTwo(n) : one(n), 32)
                        .collectList()
                        .block(SOON))
                .isEqualTo(IntStream.range(0, 500)
                        .mapToObj(n -> n % 2 == 0 ? 2 * n + 1 : n)
                        .toList());
    }

    private Mono<Integer> sumOfTwo(int n) {
        return db.atomically(statement("SELECT $1::int", n), statement("SELECT $1::int + 1", n))
                .map(results -> results.stream()
                        .mapToInt(result -> result.rows().get(0).require(0, Integer.class))
                        .sum());
    }

    private Mono<Integer> one(int n) {
        return db.sql("SELECT $1::int")
                .bind(n)
                .map(row -> row.require(0, Integer.class))
                .one();
    }
}
