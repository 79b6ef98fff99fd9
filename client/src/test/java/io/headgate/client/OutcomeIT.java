package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.IsolationLevel;
import io.headgate.core.RowQuery;
import io.headgate.core.SqlQuery;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ResultSizeException;
import io.headgate.core.error.RowMappingException;
import io.headgate.testkit.FaultProxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What an error says of the work's effect, against what the database holds. */
@EveryRoute
class OutcomeIT {

    private final Route route;
    private Headgate db;

    OutcomeIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS outcome");
        route.node().execute("CREATE TABLE outcome (id int, note text)");
        route.node().execute("GRANT ALL ON outcome TO app");
        route.node().execute("""
                CREATE OR REPLACE PROCEDURE outcome_commit(code text) LANGUAGE plpgsql AS $$
                BEGIN
                  INSERT INTO outcome VALUES (1, 'committed');
                  COMMIT;
                  RAISE EXCEPTION 'after the commit' USING ERRCODE = code;
                END $$""");
        db = DriverUnderTest.client()
                .node(route.url())
                .sessionNode(route.node().url())
                .shutdownTimeout(Duration.ofMillis(200))
                .maxConnections(4)
                .build();
    }

    @AfterEach
    void close() {
        db.close().block(Duration.ofSeconds(20));
    }

    private String rows() {
        return route.node().queryValue("SELECT count(*) FROM outcome");
    }

    private static HeadgateException failure(Publisher<?> work) {
        return failure(Flux.from(work).then().toFuture());
    }

    private static HeadgateException failure(CompletableFuture<?> work) {
        Awaitility.await().until(work::isDone);
        try {
            work.join();
        } catch (CompletionException failed) {
            return (HeadgateException) failed.getCause();
        }
        throw new AssertionError("it did not fail");
    }

    /** 26000 and 0A000 are what a prepared statement that went stale fails with, 57014 is a cancelled statement. */
    @ParameterizedTest
    @ValueSource(strings = {"22012", "26000", "0A000", "57014", "40001", "23505"})
    void aProcedureThatCommitsAndThenFailsIsOfUnknownOutcomeAndRunsOnce(String sqlState) {
        HeadgateException literal =
                failure(db.sql("CALL outcome_commit('" + sqlState + "')").all());
        assertThat(literal.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(literal.isSafeToRetry()).isFalse();
        assertThat(rows()).isEqualTo("1");

        HeadgateException bound =
                failure(db.sql("CALL outcome_commit($1)").bind(sqlState).all());
        if (DriverUnderTest.runsParametersInABlock(route)) {
            assertThat(bound).hasMessageContaining("invalid transaction termination");
        }
        assertThat(bound.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(rows()).isEqualTo(DriverUnderTest.runsParametersInABlock(route) ? "1" : "2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22012", "26000"})
    void aBlockThatCommitsAndThenFailsIsOfUnknownOutcomeAndRunsOnce(String sqlState) {
        HeadgateException failure = failure(db.sql("DO $$ BEGIN INSERT INTO outcome VALUES (1, 'a'); COMMIT;"
                        + " RAISE EXCEPTION 'after the commit' USING ERRCODE = '" + sqlState + "'; END $$")
                .all());
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void anIndexThatWasBuiltConcurrentlyStaysBehindInvalid() {
        route.node().execute("INSERT INTO outcome VALUES (1, 'a'), (1, 'a')");
        route.node().execute("ALTER TABLE outcome OWNER TO app");
        route.node().execute("GRANT CREATE ON SCHEMA public TO app");
        HeadgateException failure = failure(db.sql("CREATE UNIQUE INDEX CONCURRENTLY outcome_once ON outcome (id)")
                .all());
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(route.node().queryValue("SELECT count(*) FROM pg_class WHERE relname = 'outcome_once'"))
                .isEqualTo("1");
    }

    /** In a transaction block none of these can commit. */
    @Test
    void withinATransactionAFailedCallIsUndone() {
        HeadgateException failure = failure(db.inTransaction(tx -> tx.sql("INSERT INTO outcome VALUES (1, 'a')")
                .update()
                .then(tx.sql("CALL outcome_commit('22012')").update())));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(rows()).isEqualTo("0");
    }

    /** Found before anything is executed, so nothing was. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELEC 1",
                "CALL outcome_commit(",
                "INSERT INTO outcome VALUES (1/0)",
                "CREATE TABLE outcome (id int)",
                "DROP TABLE no_such_table"
            })
    void whatIsOneTransactionOrWasNotUnderstoodIsNotExecuted(String sql) {
        assertThat(failure(db.sql(sql).all()).outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    }

    @ParameterizedTest
    @CsvSource({"SELECT note FROM outcome, NOT_EXECUTED", "INSERT INTO outcome VALUES (2), UNKNOWN"})
    void aLostStatementThatOnlyReadsTookNoEffect(String sql, Outcome outcome) {
        db.sql("SELECT 1").one().block();
        try (var locked = new Locked(route)) {
            CompletableFuture<Void> lost = db.sql(sql).all().then().toFuture();
            Awaitility.await().until(() -> locked.terminateWaiting());
            HeadgateException failure = failure(lost);
            Outcome told = DriverUnderTest.describesBeforeItSends() ? Outcome.NOT_EXECUTED : outcome;
            assertThat(failure.outcome()).isEqualTo(told);
            assertThat(failure.isSafeToRetry()).isEqualTo(told == Outcome.NOT_EXECUTED);
        }
    }

    @Test
    void aWriteThatIsLostWhileItRunsIsOfUnknownOutcome() {
        CompletableFuture<Void> lost = db.sql("INSERT INTO outcome SELECT 3, pg_sleep(60)::text")
                .all()
                .then()
                .toFuture();
        Awaitility.await()
                .until(() -> route.node()
                        .queryValue("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                        .equals("1"));
        route.endSessionsAtWork();
        assertThat(failure(lost).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    /** Keeps everybody else from the table for as long as it is open. */
    private record Locked(Route route, Headgate holder, CompletableFuture<?> lock) implements AutoCloseable {

        Locked(Route route) {
            this(route, Headgate.builder().node(route.node().url()).build(), new CompletableFuture<>());
            var holding = holder.inTransaction(tx -> tx.sql("LOCK TABLE outcome")
                            .update()
                            .doOnSuccess(locked -> lock.complete(null))
                            .then(Mono.never()))
                    .subscribe();
            lock.join();
            assertThat(holding.isDisposed()).isFalse();
        }

        boolean terminateWaiting() {
            return route.node()
                    .queryValue("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                            + " WHERE wait_event_type = 'Lock' AND query LIKE '%outcome%'")
                    .equals("1");
        }

        @Override
        public void close() {
            route.node()
                    .queryValue("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                            + " WHERE state = 'idle in transaction' AND query LIKE 'LOCK TABLE outcome%'");
            holder.close().block(Duration.ofSeconds(40));
        }
    }

    @Test
    void aSessionThatIsCutOffByTheClosingMayHaveDoneItsWork() {
        CompletableFuture<Void> session = db.sessionConnection(held ->
                        held.sql("INSERT INTO outcome VALUES (1, 'a')").update().then(Mono.never()))
                .then()
                .toFuture();
        Awaitility.await().until(() -> rows().equals("1"));
        db.close().block(Duration.ofSeconds(10));
        HeadgateException failure = failure(session);
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure).hasMessageNotContaining("nothing was sent");
    }

    @Test
    void aCommitThatADeferredConstraintRefusesIsUndone() {
        route.node().execute("ALTER TABLE outcome ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED");
        HeadgateException failure = failure(db.inTransaction(
                tx -> tx.sql("INSERT INTO outcome VALUES (1, 'a'), (1, 'b')").update()));
        assertThat(((DatabaseException) failure).sqlState()).isEqualTo("23505");
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(rows()).isEqualTo("0");
    }

    /** Each reads what the other writes; the second COMMIT is refused, and may be repeated. */
    @Test
    void aCommitThatIsRefusedForAWriteSkewIsUndone() {
        TransactionOptions serializable = TransactionOptions.defaults().isolation(IsolationLevel.SERIALIZABLE);
        HeadgateException failure = failure(db.inTransaction(
                serializable,
                first -> first.sql("INSERT INTO outcome SELECT count(*), 'first' FROM outcome")
                        .update()
                        .then(db.inTransaction(
                                        serializable,
                                        second -> second.sql(
                                                        "INSERT INTO outcome SELECT count(*), 'second' FROM outcome")
                                                .update())
                                .then())));
        assertThat(((DatabaseException) failure).sqlState()).isEqualTo("40001");
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(failure.isSafeToRetry()).isTrue();
        assertThat(route.node().queryValue("SELECT string_agg(note, ',') FROM outcome"))
                .isEqualTo("second");
    }

    @Test
    void aConnectionThatIsLostDuringTheCommitLeavesItsFateUnknown() {
        route.node()
                .execute("CREATE OR REPLACE FUNCTION outcome_wait() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$");
        route.node()
                .execute("CREATE CONSTRAINT TRIGGER outcome_wait AFTER INSERT ON outcome DEFERRABLE"
                        + " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION outcome_wait()");
        CompletableFuture<?> committing = db.inTransaction(
                        tx -> tx.sql("INSERT INTO outcome VALUES (1, 'a')").update())
                .toFuture();
        Awaitility.await()
                .until(() -> route.node()
                        .queryValue("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                + " WHERE wait_event = 'PgSleep'")
                        .equals("1"));
        assertThat(failure(committing).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    /** A transaction whose ROLLBACK is not answered was not committed either. */
    @Test
    void aConnectionThatIsLostDuringTheRollbackDoesNotHideTheErrorOfTheWork() {
        int port = ConnectionSettings.parse(route.url()).port();
        try (FaultProxy proxy = FaultProxy.inFrontOf("127.0.0.1", port)) {
            Headgate cut =
                    DriverUnderTest.client().node(proxy.through(route.url())).build();
            HeadgateException failure = failure(cut.inTransaction(tx -> tx.sql("INSERT INTO outcome VALUES (1 / 0)")
                    .update()
                    .doOnError(error -> proxy.cutAfter(0, FaultProxy.Direction.TO_CLIENT))));
            assertThat(((DatabaseException) failure).sqlState()).isEqualTo("22012");
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
            assertThat(failure.getSuppressed()).hasAtLeastOneElementOfType(ConnectionLostException.class);
            cut.close().block(Duration.ofSeconds(40));
        }
    }

    private static RowQuery<Long> unreadable(SqlQuery insert) {
        return insert.map(row -> row.require("note", Long.class));
    }

    @Test
    void aMappingErrorInATransactionThatIsRolledBackIsNotExecuted() {
        String insert = "INSERT INTO outcome VALUES (1, 'a') RETURNING id, note";
        assertThat(failure(db.inTransaction(tx -> unreadable(tx.sql(insert)).one()))
                        .outcome())
                .isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(failure(db.inTransaction(
                                tx -> unreadable(tx.sql(insert)).all().collectList()))
                        .outcome())
                .isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(failure(db.inTransaction(tx -> tx.sql("INSERT INTO outcome VALUES (1, 'a'), (2, 'b') RETURNING id")
                                .one()))
                        .outcome())
                .isEqualTo(Outcome.NOT_EXECUTED);
        // by hand; the row does not know what becomes of its transaction
        assertThat(failure(db.inTransaction(tx -> tx.sql(insert).one().map(row -> row.require("note", Long.class))))
                        .outcome())
                .isNotEqualTo(Outcome.EXECUTED);
        assertThat(rows()).isEqualTo("0");
    }

    @Test
    void anErrorOfTheResultThatTheWorkCatchesMayBeCommitted() {
        String insert = "INSERT INTO outcome VALUES (1, 'a'), (2, 'b') RETURNING id, note";
        assertThat(db.inTransaction(tx -> unreadable(tx.sql(insert))
                                .all()
                                .then(Mono.<Outcome>empty())
                                .onErrorResume(HeadgateException.class, error -> Mono.just(error.outcome())))
                        .block())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(db.inTransaction(tx -> tx.sql(insert)
                                .one()
                                .then(Mono.<Outcome>empty())
                                .onErrorResume(HeadgateException.class, error -> Mono.just(error.outcome())))
                        .block())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(rows()).isEqualTo("4");
    }

    @Test
    void aMappingErrorOutsideATransactionLosesTheResultOnly() {
        String insert = "INSERT INTO outcome VALUES (1, 'a') RETURNING id, note";
        HeadgateException mapping = failure(unreadable(db.sql(insert)).all());
        assertThat(mapping).isInstanceOf(RowMappingException.class);
        assertThat(mapping.outcome()).isEqualTo(Outcome.EXECUTED);
        HeadgateException size = failure(db.sql("INSERT INTO outcome VALUES (1, 'a'), (2, 'b') RETURNING id")
                .one());
        assertThat(size).isInstanceOf(ResultSizeException.class);
        assertThat(size.outcome()).isEqualTo(Outcome.EXECUTED);
        assertThat(rows()).isEqualTo("3");
    }
}
