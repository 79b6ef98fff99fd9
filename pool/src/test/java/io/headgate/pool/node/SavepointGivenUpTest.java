package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.TransactionEndedException;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.Signals;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a transaction does after it has given a savepoint up is no part of what is undone. */
class SavepointGivenUpTest {

    private static final String UNDO = "ROLLBACK TO SAVEPOINT headgate_1";
    private static final String RELEASE = "RELEASE SAVEPOINT headgate_1";

    private final Sinks.Empty<Void> giveUp = Sinks.empty();
    private Runnable whileWorkIsSent = () -> {};

    /** The savepoint is given up while the statement "work" is being handed over, as another thread might do. */
    private final FakeConnection connection = new FakeConnection(false, false) {
        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            Mono<SqlResult> execution = super.execute(statement);
            return statement.text().equals("work")
                    ? Mono.defer(() -> {
                        whileWorkIsSent.run();
                        giveUp.tryEmitEmpty();
                        return execution;
                    })
                    : execution;
        }
    };

    private final LanesAndLeases pool = PoolFixture.over(connection);

    private Signals<Object> transaction(Function<SqlTransaction, Publisher<Object>> work) {
        return Signals.of(pool.inTransaction(TransactionOptions.defaults(), work));
    }

    private static Mono<Object> command(SqlTransaction transaction, String sql) {
        return transaction.execute(SqlStatement.of(sql)).cast(Object.class);
    }

    private Flux<Object> savepointGivenUp(SqlTransaction transaction, String sql) {
        return transaction.savepoint(inner -> command(inner, sql)).takeUntilOther(giveUp.asMono());
    }

    private void answerAll() {
        while (connection.inFlight() > 0) {
            connection.answer();
        }
    }

    @Test
    void whatComesNextIsSentBehindTheUndoingThoughAStatementIsOnItsWay() {
        Signals<Object> caller = transaction(tx -> savepointGivenUp(tx, "work").thenMany(command(tx, "next")));
        connection.answer();
        answerAll();
        assertThat(connection.log())
                .containsExactly("BEGIN", "SAVEPOINT headgate_1", "work", UNDO, RELEASE, "next", "COMMIT");
        assertThat(caller.completed()).isTrue();
    }

    @Test
    void aStreamThatComesNextIsSentBehindTheUndoing() {
        transaction(tx -> savepointGivenUp(tx, "work")
                .thenMany(tx.stream(SqlStatement.of("rows")).cast(Object.class)));
        connection.answer();
        assertThat(connection.log()).endsWith("work", UNDO, RELEASE, "rows");
    }

    /** The work has ended already, but its end waits for the statement that is on its way. */
    @Test
    void whatComesNextIsSentBehindTheRollbackOfWorkThatHasFailed() {
        Sinks.Empty<Object> failing = Sinks.empty();
        whileWorkIsSent = () -> failing.tryEmitError(new IllegalStateException("work failed"));
        Signals<Object> caller =
                transaction(tx -> tx.savepoint(inner -> Flux.merge(command(inner, "work"), failing.asMono()))
                        .takeUntilOther(giveUp.asMono())
                        .thenMany(command(tx, "next")));
        connection.answer();
        answerAll();
        assertThat(connection.log()).endsWith("work", UNDO, RELEASE, "next", "COMMIT");
        assertThat(caller.completed()).isTrue();
    }

    @Test
    void whatComesNextIsSentBehindTheReleaseOfWorkThatHasCompleted() {
        Sinks.Empty<Object> done = Sinks.empty();
        whileWorkIsSent = done::tryEmitEmpty;
        Signals<Object> caller =
                transaction(tx -> tx.savepoint(inner -> command(inner, "work").takeUntilOther(done.asMono()))
                        .takeUntilOther(giveUp.asMono())
                        .thenMany(tx.createSavepoint("a").then(command(tx, "next"))));
        connection.answer();
        answerAll();
        assertThat(connection.log()).endsWith("work", RELEASE, "SAVEPOINT \"a\"", "next", "COMMIT");
        assertThat(caller.completed()).isTrue();
    }

    /** It is no savepoint inside the one that is undone. */
    @Test
    void aSavepointThatComesNextHasItsStreams() {
        Signals<SqlRow> stream = new Signals<>();
        transaction(tx -> savepointGivenUp(tx, "work")
                .thenMany(tx.createSavepoint("a"))
                .thenMany(Mono.fromRunnable(
                        () -> tx.stream(SqlStatement.of("rows")).subscribe(stream)))
                .thenMany(tx.rollbackToSavepoint("a"))
                .thenMany(Mono.never()));
        for (int i = 0; i < 5; i++) {
            connection.answer();
        }
        assertThat(connection.log()).endsWith("SAVEPOINT \"a\"", "rows", "ROLLBACK TO SAVEPOINT \"a\"");
        assertThat(stream.error()).isInstanceOf(TransactionEndedException.class);
    }

    @Test
    void theCommitIsSentBehindTheUndoing() {
        Signals<Object> caller = transaction(tx -> savepointGivenUp(tx, "work"));
        connection.answer();
        answerAll();
        assertThat(connection.log()).endsWith("work", UNDO, RELEASE, "COMMIT");
        assertThat(caller.completed()).isTrue();
    }

    @Test
    void theCommitOfASavepointAroundItIsSentBehindTheUndoing() {
        String undo = "ROLLBACK TO SAVEPOINT headgate_2";
        transaction(tx -> tx.savepoint(inner -> savepointGivenUp(inner, "work")));
        connection.answer();
        connection.answer();
        answerAll();
        assertThat(connection.log()).endsWith("work", undo, "RELEASE SAVEPOINT headgate_2", RELEASE, "COMMIT");
    }

    /** The next one may have the same name. */
    @Test
    void itIsReleasedBeforeTheNextOneBegins() {
        Signals<Object> caller = transaction(tx -> savepointGivenUp(tx, "hangs")
                .thenMany(Flux.merge(
                        command(tx, "stored"),
                        tx.savepoint(inner -> command(inner, "undone")
                                        .then(Mono.error(new IllegalStateException("work failed"))))
                                .onErrorComplete())));
        connection.answer();
        giveUp.tryEmitEmpty();
        answerAll();
        assertThat(connection.log())
                .containsSubsequence("hangs", UNDO, RELEASE, "stored", "SAVEPOINT headgate_1", "undone", UNDO);
        assertThat(caller.completed()).isTrue();
    }

    /** All in it has ended with the transaction. */
    @Test
    void nothingIsSentForOneThatIsGivenUpWithItsTransaction() {
        Signals<Object> caller = transaction(tx -> tx.savepoint(inner -> command(inner, "hangs")));
        connection.answer();
        caller.cancel();
        answerAll();
        assertThat(connection.log()).containsExactly("BEGIN", "SAVEPOINT headgate_1", "hangs", "(reset)");
        assertThat(connection.isReady()).isTrue();
    }
}
