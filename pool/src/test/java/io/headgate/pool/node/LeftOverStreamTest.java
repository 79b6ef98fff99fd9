package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.TransactionEndedException;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.Signals;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A stream that is still being read when the work of its transaction ends: nothing of it reaches the next user. */
class LeftOverStreamTest {

    private final PoolFixture one = new PoolFixture(1);
    private final Sinks.Empty<Object> end = Sinks.empty();

    /** Asks for one row, and takes down what the server had got when it was told of the end. */
    private class Reader implements CoreSubscriber<SqlRow> {

        private final List<Throwable> errors = new ArrayList<>();
        private List<String> sentBefore;

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(SqlRow row) {
            // the server sends none
        }

        @Override
        public void onComplete() {
            // is no error
        }

        @Override
        public void onError(Throwable error) {
            errors.add(error);
            sentBefore = connection().log();
        }
    }

    private FakeConnection connection() {
        return one.server.connection(0);
    }

    /** A caller whose work has had one answer, leaves streams to others, and ends when it is told to. */
    private Signals<Object> callerThatLeaves(Reader... readers) {
        one.server.answerOnCommand();
        Signals<Object> caller = Signals.of(one.pool.inTransaction(
                TransactionOptions.defaults(),
                tx -> tx.execute(SqlStatement.of("a")).then(Mono.defer(() -> {
                    for (Reader reader : readers) {
                        tx.stream(SqlStatement.of("rows")).subscribe(reader);
                    }
                    return end.asMono();
                }))));
        connection().answer();
        return caller;
    }

    private void answerAll() {
        while (connection().inFlight() > 0) {
            connection().answer();
        }
    }

    @Test
    void isCancelledBeforeTheCommitIsSentAndItsReaderIsTold() {
        Reader reader = new Reader();
        Signals<Object> caller = callerThatLeaves(reader);
        end.tryEmitEmpty();
        assertIsEndedBefore("COMMIT", reader);
        answerAll();
        assertThat(caller.completed()).isTrue();
        assertThat(reader.errors).hasSize(1);
    }

    @Test
    void isCancelledBeforeTheRollbackIsSentAndItsReaderIsTold() {
        IllegalStateException failure = new IllegalStateException("work failed");
        Reader reader = new Reader();
        Signals<Object> caller = callerThatLeaves(reader);
        end.tryEmitError(failure);
        assertIsEndedBefore("ROLLBACK", reader);
        answerAll();
        assertThat(caller.error()).isSameAs(failure);
        assertThat(reader.errors).hasSize(1);
    }

    private void assertIsEndedBefore(String command, Reader reader) {
        assertThat(reader.errors)
                .hasOnlyElementsOfType(TransactionEndedException.class)
                .hasSize(1);
        assertThat(reader.sentBefore).containsExactly("BEGIN", "a", "rows");
        assertThat(connection().streamsCancelled()).isEqualTo(1);
        assertThat(connection().log()).containsExactly("BEGIN", "a", "rows", command);
    }

    /** The connection is passed on with the COMMIT. */
    @Test
    void reachesNoTransactionOfTheNextUser() {
        Reader reader = new Reader();
        Signals<Object> caller = callerThatLeaves(reader);
        Signals<SqlResult> next = Signals.of(
                one.pool.inTransaction(TransactionOptions.defaults(), tx -> tx.execute(SqlStatement.of("next"))));
        end.tryEmitEmpty();
        assertThat(connection().log()).containsExactly("BEGIN", "a", "rows", "COMMIT", "BEGIN", "next");
        assertThat(reader.sentBefore).containsExactly("BEGIN", "a", "rows");
        assertThat(connection().streamsCancelled()).isEqualTo(1);
        answerAll();
        assertThat(caller.completed()).isTrue();
        assertThat(next.completed()).isTrue();
    }

    /** The reader's error callback needs a class that is missing. */
    @Test
    void aReaderThatThrowsKeepsNoOtherStreamAndNoTransactionOpen() {
        NoClassDefFoundError missing = new NoClassDefFoundError("Missing");
        Reader throwing = new Reader() {
            @Override
            public void onError(Throwable error) {
                super.onError(error);
                throw missing;
            }
        };
        Reader reader = new Reader();
        Signals<Object> caller = callerThatLeaves(throwing, reader);
        end.tryEmitEmpty();
        answerAll();
        assertThat(throwing.errors).hasSize(1);
        assertThat(reader.errors)
                .hasOnlyElementsOfType(TransactionEndedException.class)
                .hasSize(1);
        assertThat(connection().streamsCancelled()).isEqualTo(2);
        assertThat(connection().log()).endsWith("COMMIT");
        assertThat(caller.completed())
                .as("it was committed, whatever the reader threw")
                .isTrue();
        assertThat(connection().isReady()).isTrue();
        assertThat(one.pool.state().leased()).isZero();
    }

    @Test
    void aStreamThatHasEndedIsToldNothingMore() {
        Reader reader = new Reader();
        callerThatLeaves(reader);
        answerAll();
        end.tryEmitEmpty();
        answerAll();
        assertThat(reader.errors).isEmpty();
        assertThat(connection().streamsCancelled()).isZero();
    }

    /**
     * PostgreSQL runs a statement that writes to its end at the first row, whoever reads the others. What one does over a connection of
     * its own is not undone.
     */
    @ParameterizedTest
    @CsvSource({
        "INSERT INTO t SELECT 1 RETURNING v, true, UNKNOWN",
        "INSERT INTO t SELECT 1 RETURNING v, false, NOT_EXECUTED",
        "SELECT v FROM t, true, NOT_EXECUTED",
        "SELECT dblink_exec('x'), false, UNKNOWN"
    })
    void saysWhetherItsStatementMayTakeEffect(String sql, boolean commits, Outcome outcome) {
        one.server.answerOnCommand();
        Reader reader = new Reader();
        Signals.of(one.pool.inTransaction(TransactionOptions.defaults(), tx -> {
            tx.stream(SqlStatement.of(sql)).subscribe(reader);
            return end.asMono();
        }));
        if (commits) {
            end.tryEmitEmpty();
        } else {
            end.tryEmitError(new IllegalStateException("work failed"));
        }
        assertThat(reader.errors)
                .singleElement()
                .isInstanceOfSatisfying(
                        TransactionEndedException.class,
                        error -> assertThat(error.outcome()).isEqualTo(outcome));
    }

    /** The savepoint has ended its portal; what it asked for later would abort the transaction. */
    @Test
    void endsWithItsSavepoint() {
        one.server.answerOnCommand();
        Reader inner = new Reader();
        Reader outer = new Reader();
        Signals<Object> caller = Signals.of(one.pool.inTransaction(TransactionOptions.defaults(), tx -> {
            tx.stream(SqlStatement.of("outer rows")).subscribe(outer);
            return tx.savepoint(nested -> {
                        nested.stream(SqlStatement.of("rows")).subscribe(inner);
                        return Mono.error(new IllegalStateException("undo"));
                    })
                    .onErrorResume(IllegalStateException.class, undone -> Mono.empty())
                    .thenMany(end.asMono());
        }));
        answerAll();
        assertThat(connection().log()).contains("ROLLBACK TO SAVEPOINT headgate_1");
        assertThat(inner.errors)
                .hasOnlyElementsOfType(TransactionEndedException.class)
                .hasSize(1);
        assertThat(inner.sentBefore).doesNotContain("ROLLBACK TO SAVEPOINT headgate_1");
        assertThat(outer.errors).isEmpty();
        end.tryEmitEmpty();
        answerAll();
        assertThat(caller.completed()).isTrue();
    }
}
