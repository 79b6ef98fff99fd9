package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.client.r2dbc.ConnectionDefaults;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.error.ClosedException;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Transactions of the R2DBC interface: when they take a lease, where they go, and how they end. */
@EveryRoute
class R2dbcTransactionIT {

    private final Route route;
    private Headgate db;
    private Connection connection;

    R2dbcTransactionIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS entry");
        route.node().execute("CREATE TABLE entry (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        route.node().execute("GRANT ALL ON entry TO app");
        db = DriverUnderTest.client()
                .node(route.url())
                .maxConnections(3)
                .acquireTimeout(Duration.ofSeconds(2))
                .build();
        connection = db.connectionFactory().create().block();
    }

    @AfterEach
    void close() {
        run(connection.close());
        awaitRest();
        db.close().block();
    }

    private void awaitRest() {
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(db.poolState().leased()).isZero();
            assertThat(route.sessionsAtWork()).isEqualTo("0");
        });
    }

    private static void run(Publisher<Void> step) {
        Mono.from(step).block();
    }

    private Mono<Long> insert(int n) {
        return insert(connection, n);
    }

    private static Mono<Long> insert(Connection on, int n) {
        return Flux.from(on.createStatement("INSERT INTO entry VALUES ($1)")
                        .bind(0, n)
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .single();
    }

    private String show(String setting) {
        return show(connection, setting);
    }

    private static String show(Connection on, String setting) {
        return Flux.from(on.createStatement("SHOW " + setting).execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                .single()
                .block();
    }

    private String entries() {
        return route.node().queryValue("SELECT coalesce(string_agg(n::text, ',' ORDER BY n), '') FROM entry");
    }

    @Test
    void takesALeaseAtTheFirstStatementAndGivesItBackAtTheEnd() {
        run(connection.beginTransaction());
        assertThat(connection.isAutoCommit()).isFalse();
        assertThat(db.poolState().leased()).isZero();
        insert(1).block();
        assertThat(db.poolState().leased()).isEqualTo(1);
        run(connection.commitTransaction());
        assertThat(connection.isAutoCommit()).isTrue();
        awaitRest();
        assertThat(entries()).isEqualTo("1");
    }

    @Test
    void anEmptyTransactionAsksNothingOfTheServer() {
        long leasesBefore = db.poolStatistics().waits().count();
        run(connection.beginTransaction());
        run(connection.commitTransaction());
        run(connection.beginTransaction());
        run(connection.rollbackTransaction());
        assertThat(db.poolStatistics().waits().count()).isEqualTo(leasesBefore);
    }

    @Test
    void rollsBack() {
        run(connection.beginTransaction());
        insert(1).block();
        run(connection.rollbackTransaction());
        insert(2).block();
        assertThat(entries()).isEqualTo("2");
    }

    @Test
    void closingRollsBackAndLetsGoOfTheLease() {
        run(connection.beginTransaction());
        insert(1).block();
        run(connection.close());
        assertThat(db.poolState().leased()).isZero();
        assertThat(entries()).isEmpty();
    }

    @Test
    void anErrorAbortsItAndCommitSaysSo() {
        run(connection.beginTransaction());
        insert(1).block();
        StepVerifier.create(connection.createStatement("SELECT 1/0").execute()).verifyError(R2dbcException.class);
        StepVerifier.create(connection.commitTransaction()).verifyError(R2dbcRollbackException.class);
        assertThat(connection.isAutoCommit()).isTrue();
        assertThat(entries()).isEmpty();
    }

    @Test
    void aCommitThatFailsSaysSo() {
        insert(1).block();
        run(connection.beginTransaction());
        insert(1).block();
        StepVerifier.create(connection.commitTransaction())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcException.class,
                                e -> assertThat(e.getSqlState()).isEqualTo("23505")));
        assertThat(entries()).isEqualTo("1");
    }

    @Test
    void aConnectionThatIsLostFailsTheCommitAndLeavesNothing() {
        run(connection.beginTransaction());
        insert(1).block();
        terminateSessions();
        StepVerifier.create(connection.commitTransaction()).verifyError(R2dbcException.class);
        run(connection.rollbackTransaction());
        assertThat(connection.isAutoCommit()).isTrue();
        awaitWorkAgain();
        assertThat(entries()).isEqualTo("9");
    }

    @Test
    void aConnectionThatIsLostCanBeRolledBackOrSaysWhyNot() {
        run(connection.beginTransaction());
        insert(1).block();
        terminateSessions();
        Mono.from(connection.rollbackTransaction())
                .onErrorResume(R2dbcException.class, lost -> Mono.empty())
                .block(Duration.ofSeconds(5));
        awaitWorkAgain();
        assertThat(entries()).isEqualTo("9");
    }

    private void terminateSessions() {
        route.node().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
    }

    private void awaitWorkAgain() {
        Awaitility.await()
                .ignoreExceptionsInstanceOf(R2dbcException.class)
                .untilAsserted(() -> assertThat(insert(9).block()).isEqualTo(1L));
    }

    @Test
    void beginningAgainGoesOnWithTheFirst() {
        run(connection.beginTransaction(definition(Map.of(
                TransactionDefinition.ISOLATION_LEVEL,
                IsolationLevel.SERIALIZABLE,
                TransactionDefinition.LOCK_WAIT_TIMEOUT,
                Duration.ofMillis(1_500)))));
        run(connection.beginTransaction());
        run(connection.beginTransaction(definition(Map.of(TransactionDefinition.READ_ONLY, true))));
        assertThat(show("transaction_isolation")).isEqualTo("serializable");
        assertThat(show("lock_timeout")).isEqualTo("1500ms");
        insert(1).block();
        run(connection.beginTransaction());
        insert(2).block();
        assertThat(entries()).as("one commit for all of it").isEmpty();
        run(connection.commitTransaction());
        assertThat(entries()).isEqualTo("1,2");
        assertThat(connection.isAutoCommit()).isTrue();
    }

    @Test
    void beginningAgainKeepsATransactionThatHasFailed() {
        run(connection.beginTransaction());
        insert(1).block();
        StepVerifier.create(connection.createStatement("SELECT 1/0").execute()).verifyError();
        run(connection.beginTransaction());
        StepVerifier.create(insert(2)).verifyError();
        StepVerifier.create(connection.commitTransaction()).verifyError(R2dbcRollbackException.class);
        assertThat(entries()).isEmpty();
    }

    @Test
    void anIsolationLevelHoldsForStatementsOutsideTransactionsToo() {
        run(connection.setTransactionIsolationLevel(IsolationLevel.SERIALIZABLE));
        assertThat(show("transaction_isolation")).isEqualTo("serializable");
        assertThat(streamed("SELECT current_setting('transaction_isolation')")).isEqualTo("serializable");
        assertThat(Flux.from(connection
                                .createBatch()
                                .add("SHOW transaction_isolation")
                                .add("SELECT 'last'")
                                .execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                        .blockFirst())
                .isEqualTo("serializable");
        assertThat(Flux.from(connection
                                .createStatement("SELECT current_setting('transaction_isolation') || $1::text")
                                .bind(0, "!")
                                .add()
                                .bind(0, "?")
                                .execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                        .collectList()
                        .block())
                .containsExactly("serializable!", "serializable?");
        insert(1).block();
        run(connection.setTransactionIsolationLevel(IsolationLevel.READ_COMMITTED));
        assertThat(show("transaction_isolation")).isEqualTo("read committed");
        assertThat(entries()).isEqualTo("1");
    }

    private String streamed(String sql) {
        return Flux.from(connection.createStatement(sql).fetchSize(10).execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                .single()
                .block();
    }

    @Test
    void readUncommittedIsReportedAsAsked() {
        run(connection.setTransactionIsolationLevel(IsolationLevel.READ_UNCOMMITTED));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_UNCOMMITTED);
        run(connection.setTransactionIsolationLevel(IsolationLevel.REPEATABLE_READ));
        run(connection.beginTransaction(
                definition(Map.of(TransactionDefinition.ISOLATION_LEVEL, IsolationLevel.READ_UNCOMMITTED))));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_UNCOMMITTED);
        assertThat(show("transaction_isolation")).isEqualTo("read uncommitted");
        run(connection.rollbackTransaction());
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.REPEATABLE_READ);
    }

    @Test
    void deferrableIsPassedOnWhateverElseTheTransactionIs() {
        Option<Boolean> deferrable = Option.valueOf("deferrable");
        run(connection.beginTransaction(definition(Map.of(
                deferrable,
                true,
                TransactionDefinition.READ_ONLY,
                true,
                TransactionDefinition.ISOLATION_LEVEL,
                IsolationLevel.SERIALIZABLE))));
        assertThat(show("transaction_deferrable")).isEqualTo("on");
        run(connection.rollbackTransaction());
        run(connection.beginTransaction(definition(Map.of(deferrable, true))));
        assertThat(show("transaction_deferrable")).isEqualTo("on");
        run(connection.rollbackTransaction());
        run(connection.beginTransaction(definition(Map.of(deferrable, false))));
        assertThat(show("transaction_deferrable")).isEqualTo("off");
        run(connection.rollbackTransaction());
    }

    @Test
    void savepointNamesThatPostgresqlWouldCutOrNotTakeAreRefused() {
        run(connection.beginTransaction());
        String longest = "ä".repeat(31) + "x";
        run(connection.createSavepoint(longest));
        insert(1).block();
        for (String name : List.of(longest + "y", "ä".repeat(32), "", "a\0b")) {
            assertThatThrownBy(() -> connection.createSavepoint(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("savepoint");
            assertThatThrownBy(() -> connection.rollbackTransactionToSavepoint(name))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> connection.releaseSavepoint(name)).isInstanceOf(IllegalArgumentException.class);
        }
        run(connection.rollbackTransactionToSavepoint(longest));
        insert(2).block();
        run(connection.commitTransaction());
        assertThat(entries()).as("the transaction goes on").isEqualTo("2");
    }

    @Test
    void savepointsNest() {
        run(connection.beginTransaction());
        insert(1).block();
        run(connection.createSavepoint("First \"one\""));
        insert(2).block();
        run(connection.createSavepoint("second"));
        insert(3).block();
        run(connection.rollbackTransactionToSavepoint("second"));
        insert(4).block();
        run(connection.releaseSavepoint("second"));
        StepVerifier.create(connection.createStatement("SELECT 1/0").execute()).verifyError();
        run(connection.rollbackTransactionToSavepoint("First \"one\""));
        insert(5).block();
        run(connection.commitTransaction());
        assertThat(entries()).isEqualTo("1,5");
        StepVerifier.create(connection.releaseSavepoint("gone"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("releaseSavepoint needs a transaction"));
    }

    @Test
    void goesByItsDefinition() {
        run(connection.beginTransaction(definition(Map.of(
                TransactionDefinition.ISOLATION_LEVEL,
                IsolationLevel.SERIALIZABLE,
                TransactionDefinition.READ_ONLY,
                true,
                TransactionDefinition.NAME,
                "report",
                TransactionDefinition.LOCK_WAIT_TIMEOUT,
                Duration.ofMillis(1_500)))));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
        assertThat(show("transaction_isolation")).isEqualTo("serializable");
        assertThat(show("transaction_read_only")).isEqualTo("on");
        assertThat(show("lock_timeout")).isEqualTo("1500ms");
        StepVerifier.create(insert(1))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcException.class,
                                e -> assertThat(e.getSqlState()).isEqualTo("25006")));
        run(connection.rollbackTransaction());
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
        assertThat(show("lock_timeout")).as("nothing stays behind").isEqualTo("0");
        assertThat(show("transaction_isolation")).isEqualTo("read committed");
    }

    private static TransactionDefinition definition(Map<Option<?>, Object> attributes) {
        return new TransactionDefinition() {
            @Override
            public <T> T getAttribute(Option<T> option) {
                return option.cast(attributes.get(option));
            }
        };
    }

    @Test
    void anIsolationLevelHoldsForTheTransactionsToComeAndForOneNotYetBegun() {
        run(connection.setTransactionIsolationLevel(IsolationLevel.REPEATABLE_READ));
        run(connection.beginTransaction());
        assertThat(show("transaction_isolation")).isEqualTo("repeatable read");
        run(connection.commitTransaction());
        run(connection.beginTransaction());
        run(connection.setTransactionIsolationLevel(IsolationLevel.SERIALIZABLE));
        assertThat(show("transaction_isolation")).isEqualTo("serializable");
        insert(1).block();
        StepVerifier.create(connection.setTransactionIsolationLevel(IsolationLevel.READ_COMMITTED))
                .as("too late, as PostgreSQL has it")
                .verifyError(R2dbcException.class);
        run(connection.rollbackTransaction());
    }

    @Test
    void withoutAutoCommitTransactionsBeginByThemselves() {
        run(connection.setAutoCommit(false));
        insert(1).block();
        run(connection.rollbackTransaction());
        insert(2).block();
        run(connection.commitTransaction());
        insert(3).block();
        run(connection.setAutoCommit(true));
        assertThat(entries()).isEqualTo("2,3");
        assertThat(connection.isAutoCommit()).isTrue();
    }

    @Test
    void timeOutsAreSetForOneTransactionAtATime() {
        run(connection.setStatementTimeout(Duration.ofMillis(80)));
        run(connection.setLockWaitTimeout(Duration.ofMillis(1_200)));
        assertThat(show("statement_timeout")).isEqualTo("80ms");
        StepVerifier.create(connection.createStatement("SELECT pg_sleep(5)").execute())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcTimeoutException.class,
                                e -> assertThat(e.getSqlState()).isEqualTo("57014")));
        run(connection.beginTransaction());
        assertThat(show("lock_timeout")).isEqualTo("1200ms");
        run(connection.setStatementTimeout(Duration.ofSeconds(7)));
        assertThat(show("statement_timeout")).isEqualTo("7s");
        run(connection.commitTransaction());
        for (int i = 0; i < 20; i++) {
            String others = db.sql("SHOW statement_timeout")
                    .map(row -> row.require(0, String.class))
                    .one()
                    .block();
            assertThat(others).as("nobody else's").isEqualTo("0");
        }
    }

    @Test
    void timeOutsOfTheFactoryHoldForEachConnection() {
        ConnectionDefaults defaults =
                new ConnectionDefaults(0, new ConnectionDefaults.Timeouts(Duration.ofSeconds(9), null));
        Connection limited = db.connectionFactory(defaults).create().block();
        String timeout = Flux.from(
                        limited.createStatement("SHOW statement_timeout").execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                .single()
                .block();
        assertThat(timeout).isEqualTo("9s");
    }

    @Test
    void settingsOfATransactionAreRewrittenWhereThatIsAskedFor() {
        Connection rewriting = db.connectionFactory(new ConnectionDefaults(0, ConnectionDefaults.Timeouts.NONE, true))
                .create()
                .block();
        String outside = show("search_path");
        StepVerifier.create(rewriting
                        .createStatement("SET search_path TO elsewhere")
                        .execute())
                .as("there is no transaction that it could be local to")
                .verifyError(R2dbcException.class);
        run(rewriting.beginTransaction());
        Flux.from(rewriting.createStatement("SET search_path TO elsewhere").execute())
                .blockLast();
        assertThat(show(rewriting, "search_path")).isEqualTo("elsewhere");
        run(rewriting.commitTransaction());
        assertThat(show(rewriting, "search_path")).isEqualTo(outside);
        assertThat(Flux.from(rewriting
                                .createStatement("SET search_path TO elsewhere; SHOW search_path")
                                .execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                        .blockLast())
                .as("several statements in one text are a transaction")
                .isEqualTo("elsewhere");
        assertThat(show(rewriting, "search_path")).isEqualTo(outside);
        run(rewriting.close());
    }

    @Test
    void aLockThatIsNotGotInTimeIsATimeOut() {
        run(connection.beginTransaction());
        insert(1).block();
        Connection other = db.connectionFactory().create().block();
        run(other.setLockWaitTimeout(Duration.ofMillis(50)));
        StepVerifier.create(other.createStatement("LOCK TABLE entry").execute())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcTimeoutException.class,
                                e -> assertThat(e.getSqlState()).isEqualTo("55P03")));
        run(connection.rollbackTransaction());
    }

    @Test
    void cancellingAStatementAndRollingBackDoesNotWaitForIt() {
        run(connection.beginTransaction());
        insert(1).block();
        Disposable sleeping = Flux.from(
                        connection.createStatement("SELECT pg_sleep(60)").execute())
                .subscribe();
        Awaitility.await()
                .until(() -> route.node()
                        .queryValue("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%'"
                                + " AND state = 'active'")
                        .equals("1"));
        sleeping.dispose();
        Mono.from(connection.rollbackTransaction()).block(Duration.ofSeconds(2));
        awaitRest();
        assertThat(entries()).isEmpty();
    }

    private List<Connection> holdEveryLease() {
        List<Connection> holders = Flux.range(0, db.poolState().maxConnections())
                .concatMap(i -> db.connectionFactory().create())
                .collectList()
                .block();
        Flux.fromIterable(holders)
                .flatMap(holder -> Mono.from(holder.beginTransaction())
                        .then(Mono.from(holder.createStatement("SELECT 1").execute()))
                        .onErrorComplete())
                .blockLast();
        return holders;
    }

    @Test
    void closingEndsAStatementThatWaitsForALease() {
        List<Connection> holders = holdEveryLease();
        run(connection.beginTransaction());
        StepVerifier.create(insert(1))
                .then(() -> run(connection.close()))
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(R2dbcException.class).hasCauseInstanceOf(ClosedException.class))
                .verify(Duration.ofSeconds(1));
        Flux.fromIterable(holders).concatMap(Connection::close).blockLast();
        assertThat(entries()).isEmpty();
    }

    @Test
    void whoGetsNoLeaseInTimeIsToldSo() {
        List<Connection> holders = holdEveryLease();
        run(connection.beginTransaction());
        StepVerifier.create(insert(1))
                .verifyErrorSatisfies(error -> assertThat(error).isInstanceOf(R2dbcTimeoutException.class));
        StepVerifier.create(insert(2)).verifyError(R2dbcTimeoutException.class);
        StepVerifier.create(connection.commitTransaction()).verifyError(R2dbcTimeoutException.class);
        run(connection.rollbackTransaction());
        Flux.fromIterable(holders).concatMap(Connection::close).blockLast();
        insert(3).block();
        assertThat(entries()).isEqualTo("3");
    }

    @Test
    void validatesLocallyAndRemotely() {
        run(connection.beginTransaction());
        insert(1).block();
        assertThat(Mono.from(connection.validate(ValidationDepth.REMOTE)).block())
                .isTrue();
        StepVerifier.create(connection.createStatement("SELECT 1/0").execute()).verifyError();
        assertThat(Mono.from(connection.validate(ValidationDepth.REMOTE)).block())
                .as("an aborted transaction runs nothing")
                .isFalse();
        assertThat(Mono.from(connection.validate(ValidationDepth.LOCAL)).block())
                .isTrue();
        run(connection.rollbackTransaction());
    }

    @Test
    void theTimeZoneIsTheServersUnlessOneIsNamed() {
        Headgate abroad = DriverUnderTest.client()
                .node(ConnectionSettings.parse(route.url()).timeZone("Asia/Kathmandu"))
                .maxConnections(3)
                .build();
        Connection there = abroad.connectionFactory().create().block();
        for (int i = 0; i < 10; i++) {
            assertThat(show("TimeZone")).isEqualTo("UTC");
            assertThat(show(there, "TimeZone"))
                    .as("also where a pooler lends both the same server connection")
                    .isEqualTo("Asia/Kathmandu");
        }
        abroad.close().block();
    }
}
