package io.headgate.pool.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.Signals;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A session has one transaction at a time, and what it gives up is undone before it does anything else. */
class SessionTransactionsTest {

    private Mono<Void> afterReset = Mono.empty();
    private Runnable whileWorkIsSent = () -> {};

    private final FakeConnection connection = new FakeConnection(false, false) {
        @Override
        public Mono<Void> reset(Duration grace, Duration limit) {
            return super.reset(grace, limit).then(Mono.defer(() -> afterReset));
        }

        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            Mono<SqlResult> execution = super.execute(statement);
            return Mono.defer(() -> {
                if (statement.text().equals("work")) {
                    whileWorkIsSent.run();
                }
                return execution;
            });
        }
    };
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private Signals<Object> use;
    private SqlSession session;

    @BeforeEach
    void begin() {
        SessionConnections sessions = SessionConnections.create(
                Node.of("db", 5432), Mono.just(connection), 1, PoolOptions.defaults(), DataAccessListener.NONE, time);
        use = Signals.of(sessions.use(begun -> {
            session = begun;
            return Mono.never();
        }));
    }

    private <T> Signals<T> transaction(Function<SqlTransaction, Publisher<T>> work) {
        return Signals.of(session.inTransaction(TransactionOptions.defaults(), work));
    }

    private Signals<SqlResult> transactionOf(String sql) {
        return transaction(tx -> tx.execute(SqlStatement.of(sql)));
    }

    private Signals<SqlResult> statement(String sql) {
        return Signals.of(session.execute(SqlStatement.of(sql)));
    }

    @Test
    void oneThatIsGivenUpIsUndoneBeforeTheNextStatement() {
        Signals<SqlResult> givenUp = transactionOf("long");
        givenUp.cancel();
        Signals<SqlResult> next = statement("next");
        assertThat(connection.log()).containsExactly("BEGIN", "long", "(reset)");
        connection.answer();
        assertThat(connection.log()).endsWith("(reset)", "next");
        connection.answer();
        assertThat(next.completed()).isTrue();
    }

    @Test
    void oneThatIsGivenUpIsUndoneBeforeTheNextTransactionAndStream() {
        transactionOf("long").cancel();
        Signals<SqlResult> next = transactionOf("next");
        connection.answer();
        assertThat(connection.log()).endsWith("(reset)", "BEGIN", "next");
        next.cancel();
        Signals.of(session.stream(SqlStatement.of("rows")));
        connection.answer();
        assertThat(connection.log()).endsWith("(reset)", "BEGIN READ ONLY", "rows");
    }

    /** Otherwise the next statement would be the first of it. */
    @Test
    void oneThatWasGivenUpBeforeItsFirstStatementHasNotBegun() {
        transaction(tx -> Mono.never()).cancel();
        statement("next");
        assertThat(connection.log()).containsExactly("(reset)", "next");
    }

    @Test
    void anEndThatHasBegunIsWaitedFor() {
        Signals<SqlResult> givenUp = transactionOf("work");
        connection.answer();
        givenUp.cancel();
        Signals<SqlResult> next = transactionOf("next");
        assertThat(connection.log()).containsExactly("BEGIN", "work", "COMMIT", "(reset)");
        connection.answer();
        assertThat(connection.log()).endsWith("COMMIT", "(reset)", "BEGIN", "next");
        connection.answer();
        connection.answer();
        assertThat(next.completed()).isTrue();
    }

    /** The COMMIT is behind a statement of the work that nobody waited for. */
    @Test
    void whatRunsBeforeAnEndThatHasBegunIsStopped() {
        Signals<Object> givenUp = transaction(tx -> {
            Signals.of(tx.execute(SqlStatement.of("long")));
            return Mono.empty();
        });
        givenUp.cancel();
        statement("next");
        assertThat(connection.log()).containsExactly("BEGIN", "long", "COMMIT", "(reset)");
        connection.answer();
        connection.answer();
        assertThat(connection.log()).endsWith("(reset)", "next");
    }

    /** It rolls back what is open then. */
    @Test
    void theNextBeginsWhenTheResetOfAnEndThatHadBegunIsOver() {
        Sinks.Empty<Void> settled = Sinks.empty();
        afterReset = settled.asMono();
        Signals<SqlResult> givenUp = transactionOf("work");
        connection.answer();
        givenUp.cancel();
        transactionOf("next");
        connection.answer();
        assertThat(connection.log()).containsExactly("BEGIN", "work", "COMMIT", "(reset)");
        settled.tryEmitEmpty();
        assertThat(connection.log()).endsWith("(reset)", "BEGIN", "next");
    }

    /** The work has ended, but its end waits for a statement that is on its way. */
    @Test
    void anEndThatBeginsAfterItWasGivenUpIsStoppedToo() {
        Sinks.Empty<SqlResult> done = Sinks.empty();
        AtomicReference<Signals<SqlResult>> givenUp = new AtomicReference<>();
        whileWorkIsSent = () -> {
            done.tryEmitEmpty();
            givenUp.get().cancel();
        };
        Sinks.Empty<Void> begin = Sinks.empty();
        givenUp.set(transaction(tx -> {
            Signals.of(begin.asMono().then(tx.execute(SqlStatement.of("work"))));
            return done.asMono();
        }));
        begin.tryEmitEmpty();
        statement("next");
        // the other way round the resetting would end the transaction, and the COMMIT come outside
        assertThat(connection.log())
                .containsSubsequence("work", "COMMIT", "(reset)")
                .doesNotContain("next");
        connection.answer();
        connection.answer();
        assertThat(connection.log()).endsWith("next");
    }

    @Test
    void aSecondOneAtATimeIsRefused() {
        Signals<SqlResult> first = transactionOf("first");
        Signals<SqlResult> second = transactionOf("second");
        Signals<?> stream = Signals.of(session.stream(SqlStatement.of("rows")));
        assertThat(second.error()).isInstanceOf(ConfigurationException.class);
        assertThat(stream.error()).isInstanceOf(ConfigurationException.class);
        connection.answer();
        connection.answer();
        assertThat(first.completed()).isTrue();
        assertThat(connection.log()).containsExactly("BEGIN", "first", "COMMIT");
        Signals<SqlResult> third = transactionOf("third");
        connection.answer();
        connection.answer();
        assertThat(third.completed()).isTrue();
    }

    @Test
    void theNextMayBeginWhenTheFirstIsToldOfItsEnd() {
        Signals<SqlResult> both = Signals.of(
                session.inTransaction(TransactionOptions.defaults(), tx -> tx.execute(SqlStatement.of("first")))
                        .thenMany(session.inTransaction(
                                TransactionOptions.defaults(), tx -> tx.execute(SqlStatement.of("second")))));
        for (int i = 0; i < 4; i++) {
            connection.answer();
        }
        assertThat(both.completed()).isTrue();
        Signals<SqlResult> afterAnError = Signals.of(session.<SqlResult>inTransaction(
                        TransactionOptions.defaults(), tx -> Mono.error(new IllegalStateException("undo")))
                .onErrorResume(undone -> session.inTransaction(
                        TransactionOptions.defaults(), tx -> tx.execute(SqlStatement.of("instead")))));
        connection.answer();
        connection.answer();
        assertThat(afterAnError.completed()).isTrue();
    }

    /** Nobody knows what state it is in. */
    @Test
    void aConnectionThatDoesNotComeToRestIsClosedAndTheSessionEnds() {
        connection.refuseToReset();
        transactionOf("long").cancel();
        Signals<SqlResult> next = statement("next");
        assertThat(connection.isOpen()).isFalse();
        assertThat(use.error()).isInstanceOf(ConnectionLostException.class);
        assertThat(next.error()).isNotNull();
    }

    @Test
    void aConnectionThatIsNeitherResetNorClosesHoldsNobodyUpForEver() {
        connection.hangOnClose();
        transactionOf("long").cancel();
        Signals<SqlResult> next = statement("next");
        time.advanceTimeBy(Duration.ofSeconds(20));
        assertThat(connection.log()).contains("(close)");
        assertThat(next.ended() || connection.log().contains("next")).isTrue();
    }

    /** The one is given up at the moment at which the other one looks. */
    @Test
    void noneBeginsBeforeTheOneThatIsGivenUpAtThatMomentIsUndone() throws InterruptedException {
        for (int round = 0; round < 2_000; round++) {
            Signals<SqlResult> givenUp = transactionOf("long");
            int sent = connection.log().size();
            AtomicReference<Signals<SqlResult>> other = new AtomicReference<>();
            Thread beside = new Thread(() -> other.set(transactionOf("other")));
            beside.start();
            givenUp.cancel();
            beside.join();
            assertThat(connection.log().subList(sent, connection.log().size())).containsExactly("(reset)");
            connection.answer();
            if (!other.get().ended()) {
                other.get().cancel();
                connection.answer();
            }
        }
    }

    /** The second begins when the first is undone, and is given up at once. */
    @Test
    void aStatementWaitsForAllThatAreGivenUp() {
        transactionOf("first").cancel();
        AtomicReference<Signals<Object>> second = new AtomicReference<>();
        second.set(transaction(tx -> {
            Signals.of(tx.execute(SqlStatement.of("second")));
            second.get().cancel();
            return Mono.never();
        }));
        statement("next");
        connection.answer();
        assertThat(connection.log()).endsWith("(reset)", "BEGIN", "second", "(reset)");
        connection.answer();
        assertThat(connection.log()).endsWith("second", "(reset)", "next");
    }

    @Test
    void whatIsGivenUpWhileItWaitsIsNotSent() {
        transactionOf("long").cancel();
        Signals<SqlResult> waiting = transactionOf("waiting");
        waiting.cancel();
        connection.answer();
        assertThat(connection.log()).containsExactly("BEGIN", "long", "(reset)");
        statement("next");
        assertThat(connection.log()).endsWith("(reset)", "next");
    }
}
