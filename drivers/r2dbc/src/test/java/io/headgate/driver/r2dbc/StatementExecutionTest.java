package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.ServerNotice;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.ConstraintViolationException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.error.ResultLimitException;
import io.headgate.core.error.StaleStatementException;
import io.headgate.core.error.TransactionAbortedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.topology.Node;
import io.headgate.driver.r2dbc.ScriptedServer.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** The result of a statement for each answer of the server. */
class StatementExecutionTest {

    private static final String READ = "SELECT title FROM song WHERE id = $1";
    private static final String WRITE = "UPDATE song SET title = $1";
    private static final String CALL = "CALL work($1)";

    private final ScriptedServer server = new ScriptedServer();
    private final List<String> reprepared = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private R2dbcConnection connection = server.connect(listener(), "");

    private DataAccessListener listener() {
        return new DataAccessListener() {
            @Override
            public Observation started(Operation operation, ContextView context) {
                return new Observation() {
                    @Override
                    public void ended(@Nullable Throwable error) {
                        ends.add(error == null ? "ok" : error.getClass().getSimpleName());
                    }
                };
            }

            @Override
            public void statementReprepared(Node node, SqlStatement statement, String sqlState) {
                reprepared.add(sqlState);
            }
        };
    }

    private Mono<SqlResult> run(String sql, Object... values) {
        return connection.execute(SqlStatement.of(sql).bindAll(values));
    }

    private HeadgateException failure(Mono<?> work) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        work.subscribe(value -> {}, failure::set);
        assertThat(failure.get()).isInstanceOf(HeadgateException.class);
        return (HeadgateException) failure.get();
    }

    @Test
    void rowsAndNoticesComeWithTheResult() {
        server.answer(READ, Reply.row("So What").withNotice("careful"));
        SqlResult result = run(READ, 7).block();
        assertThat(result.rows()).hasSize(1);
        assertThat(result.rows().get(0).get("c0", String.class)).isEqualTo("So What");
        assertThat(result.notices()).extracting(ServerNotice::message).containsExactly("careful");
        assertThat(ends).containsExactly("ok");
    }

    @Test
    void noticesOfOneStatementAreNotThoseOfTheNext() {
        server.answer(WRITE, Reply.tag("UPDATE 3").withNotice("careful"), Reply.tag("UPDATE 4"));
        assertThat(run(WRITE, "a").block().notices()).hasSize(1);
        SqlResult next = run(WRITE, "b").block();
        assertThat(next.notices()).isEmpty();
        assertThat(next.updateCount()).isEqualTo(4);
    }

    @Test
    void theResultComesWhenTheServerIsReadyForMore() {
        server.answer(READ, Reply.row("So What").later());
        AtomicReference<@Nullable SqlResult> result = new AtomicReference<>();
        run(READ, 7).subscribe(result::set);
        assertThat(result.get()).isNull();
        assertThat(connection.isReady()).isFalse();
        server.goOn();
        assertThat(result.get()).isNotNull();
        assertThat(connection.isReady()).isTrue();
    }

    /** R2DBC reports results and errors before ReadyForQuery. */
    @Test
    void signalsComeAfterReadyForQuery() {
        server.answer(WRITE, Reply.tag("UPDATE 1"), Reply.error("23505"));
        List<Boolean> ready = new ArrayList<>();
        run(WRITE, "a").subscribe(result -> ready.add(server.isReady()));
        run(WRITE, "b").subscribe(result -> {}, error -> ready.add(server.isReady()));
        assertThat(ready).containsExactly(true, true);
    }

    @ParameterizedTest
    @CsvSource({"26000, FetchPreparedStatement", "0A000, RevalidateCachedQuery", "22P03, array_recv"})
    void aStaleStatementIsPreparedAnewUnderAnotherText(String sqlState, String routine) {
        server.answer(WRITE, Reply.error(sqlState, "R" + routine), Reply.tag("UPDATE 2"), Reply.tag("UPDATE 3"));
        assertThat(run(WRITE, "a").block().updateCount()).isEqualTo(2);
        assertThat(reprepared).containsExactly(sqlState);
        assertThat(ends).containsExactly("ok");
        assertThat(server.sent().get(0)).isEqualTo(WRITE);
        assertThat(server.sent().get(1)).startsWith(WRITE + "/*");
        run(WRITE, "b").block();
        assertThat(server.sent().get(2)).isEqualTo(server.sent().get(1));
    }

    @Test
    void theThirdAttemptIsTheLast() {
        server.answer(WRITE, Reply.error("26000"), Reply.error("26000"), Reply.error("26000"), Reply.tag("UPDATE 2"));
        assertThat(failure(run(WRITE, "a")))
                .isInstanceOf(StaleStatementException.class)
                .hasMessageContaining("each time it was prepared anew");
        assertThat(server.sent()).hasSize(3);
        assertThat(ends).containsExactly("StaleStatementException");
    }

    @Test
    void inATransactionItIsNotRepeated() {
        server.answer(WRITE, Reply.error("26000"));
        connection.begin(TransactionOptions.defaults());
        assertThat(failure(run(WRITE, "a")))
                .isInstanceOf(StaleStatementException.class)
                .hasMessageContaining("run the transaction again");
        assertThat(server.sent()).containsExactly("BEGIN", WRITE);
        assertThat(reprepared).isEmpty();
    }

    @Test
    void whatMayHaveCommittedAPartIsNotRepeated() {
        server.answer(CALL, Reply.error("0A000", "RRevalidateCachedQuery"));
        HeadgateException failure = failure(run(CALL, 1));
        assertThat(failure).isInstanceOf(StaleStatementException.class);
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(server.sent()).hasSize(1);
    }

    @Test
    void aConnectionThatEndsWithTheErrorRepeatsNothing() {
        server.answer(WRITE, Reply.fatal("26000"));
        assertThat(failure(run(WRITE, "a"))).isInstanceOf(DatabaseException.class);
        assertThat(server.sent()).hasSize(1);
    }

    @Test
    void aCancelledStatementSignalsNothing() {
        server.answer(WRITE, Reply.error("26000").later());
        List<Object> signals = new ArrayList<>();
        Disposable caller = run(WRITE, "a").subscribe(signals::add, signals::add);
        caller.dispose();
        server.goOn();
        assertThat(signals).isEmpty();
        assertThat(server.sent()).hasSize(1);
        assertThat(ends).containsExactly("StaleStatementException");
        assertThat(connection.isReady()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "40001, true, NOT_EXECUTED",
        "40P01, true, NOT_EXECUTED",
        "53300, true, NOT_EXECUTED",
        "57014, false, NOT_EXECUTED",
        "42601, false, NOT_EXECUTED",
        "40003, true, UNKNOWN"
    })
    void anErrorSaysWhetherItMayPassAndWhetherTheWorkTookEffect(String sqlState, boolean passes, Outcome outcome) {
        server.answer(WRITE, Reply.error(sqlState));
        HeadgateException failure = failure(run(WRITE, "a"));
        assertThat(failure)
                .isInstanceOfSatisfying(
                        DatabaseException.class,
                        refused -> assertThat(refused.sqlState()).isEqualTo(sqlState));
        assertThat(failure.isTransient()).isEqualTo(passes);
        assertThat(failure.outcome()).isEqualTo(outcome);
        assertThat(connection.isReady()).isTrue();
    }

    @Test
    void aWriteThatWasUnderWayWhenTheConnectionEndedMayHaveTakenEffect() {
        server.answer(WRITE, Reply.end());
        HeadgateException failure = failure(run(WRITE, "a"));
        assertThat(failure).isInstanceOf(ConnectionLostException.class);
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void aReadThatWasUnderWayChangedNothing() {
        server.answer("SELECT 1", Reply.end());
        assertThat(failure(run("SELECT 1")).outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    }

    @Test
    void whatIsSentOnAClosedConnectionWasNotExecuted() {
        server.answer(WRITE, Reply.end(), Reply.end());
        failure(run(WRITE, "a"));
        server.answer("SELECT 1", Reply.end());
        assertThat(failure(run("SELECT 1")).outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    }

    @Test
    void aResultThatIsTooLargeIsAnError() {
        connection = server.connect(DataAccessListener.NONE, "");
        String large = "x".repeat(70_000_000);
        server.answer(READ, Reply.row(large));
        assertThat(failure(run(READ, 7))).isInstanceOf(ResultLimitException.class);
    }

    @Test
    void aBatchIsATransactionOfItsOwn() {
        server.answer(WRITE, Reply.tag("UPDATE 1"), Reply.tag("UPDATE 2"));
        SqlResult result = connection
                .execute(SqlStatement.of(WRITE).batch(List.of(List.of("a"), List.of("b"))))
                .block();
        assertThat(server.sent()).containsExactly("BEGIN", WRITE, WRITE, "COMMIT");
        assertThat(result.updateCount()).isEqualTo(3);
    }

    @Test
    void aBatchThatFailsIsUndone() {
        server.answer(WRITE, Reply.tag("UPDATE 1"), Reply.error("23505", "nsong_title_key"));
        HeadgateException failure =
                failure(connection.execute(SqlStatement.of(WRITE).batch(List.of(List.of("a"), List.of("b")))));
        assertThat(failure).isInstanceOf(ConstraintViolationException.class);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(server.sent()).containsExactly("BEGIN", WRITE, WRITE, "ROLLBACK");
    }

    @Test
    void aCancelledBatchStopsBetweenTwoSets() {
        server.answer(WRITE, Reply.tag("UPDATE 1").later());
        Disposable caller = connection
                .execute(SqlStatement.of(WRITE).batch(List.of(List.of("a"), List.of("b"))))
                .subscribe();
        caller.dispose();
        server.goOn();
        assertThat(server.sent()).containsExactly("BEGIN", WRITE, "ROLLBACK");
    }

    @Test
    void aValueThatCannotBeSentIsRefusedBeforeAnythingIs() {
        assertThatThrownBy(() -> run(READ, new Object()).block())
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("parameter $1")
                .hasMessageContaining(READ);
        assertThat(server.sent()).isEmpty();
        assertThat(ends).containsExactly("ParameterException");
    }

    @Test
    void aTransactionBeginsWithItsFirstStatement() {
        connection.begin(TransactionOptions.defaults());
        assertThat(server.sent()).isEmpty();
        connection.commit(() -> {}).block();
        assertThat(server.sent()).isEmpty();
        connection.begin(TransactionOptions.defaults());
        run("SELECT 1").block();
        connection.commit(() -> {}).block();
        assertThat(server.sent()).containsExactly("BEGIN", "SELECT 1", "COMMIT");
    }

    @Test
    void aCommitThatRollsBackIsAnErrorWithItsReason() {
        server.answer(WRITE, Reply.error("23505"));
        connection.begin(TransactionOptions.defaults());
        HeadgateException refused = failure(run(WRITE, "a"));
        HeadgateException aborted = failure(connection.commit(() -> {}));
        assertThat(aborted).isInstanceOf(TransactionAbortedException.class).hasCause(refused);
        assertThat(server.sent()).containsExactly("BEGIN", WRITE, "ROLLBACK");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransactionThatEndedBehindTheDriversBackClosesTheConnection(boolean commits) {
        connection.begin(TransactionOptions.defaults());
        run("SELECT 1").block();
        server.loseTransaction();
        HeadgateException lost = failure(commits ? connection.commit(() -> {}) : connection.rollback());
        assertThat(lost).isInstanceOf(ConnectionLostException.class);
        assertThat(lost.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(server.isOpen()).isFalse();
    }
}
