package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.TransactionEndedException;
import io.headgate.core.topology.Node;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.PoolState;
import io.headgate.pool.Signals;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

/** A borrower may give up in any state: its connection comes back once, and at rest. */
class CancellationTest {

    private final PoolFixture one = new PoolFixture(1);
    private FakeConnection connection;

    @BeforeEach
    void warmUp() {
        one.server.answerOnCommand();
        Signals<SqlResult> first = Signals.of(one.execute("first"));
        connection = one.server.connection(0);
        connection.answer();
        assertThat(first.completed()).isTrue();
        one.listener.events().clear();
    }

    @Test
    void leavesTheQueue() {
        Signals<SqlResult> running = Signals.of(one.execute("a"));
        Signals<SqlResult> waiting = Signals.of(one.execute("b"));
        Signals<SqlResult> next = Signals.of(one.execute("c"));
        waiting.cancel();
        assertThat(one.pool.state().waiting()).isEqualTo(1);
        connection.answer();
        connection.answer();
        assertThat(connection.log()).containsExactly("first", "a", "c");
        assertThat(running.completed()).isTrue();
        assertThat(next.completed()).isTrue();
        assertThat(waiting.ended()).isFalse();
        assertThat(one.listener.events()).containsExactly("acquired", "cancelled", "acquired");
    }

    @Test
    void countsOnceHoweverOftenItComes() {
        Signals<SqlResult> running = Signals.of(one.execute("a"));
        running.cancel();
        running.cancel();
        connection.answer();
        running.cancel();
        assertThat(one.listener.count("cancelled")).isEqualTo(1);
        assertThat(one.pool.state()).isEqualTo(new PoolState(1, 0, 0, 0, 0, 0, 1, one.options.maxWaiting()));
    }

    @Test
    void doesNothingAfterTheEnd() {
        Signals<SqlResult> caller = Signals.of(one.execute("a"));
        connection.answer();
        caller.cancel();
        assertThat(one.listener.events()).containsExactly("acquired");
        assertThat(connection.log()).containsExactly("first", "a");
        assertThat(one.pool.state().leased()).isZero();
    }

    @Test
    void givesBackWhatIsJustBeingDelivered() {
        Signals<Object> caller = new Signals<>();
        one.leases
                .use(lease -> {
                    caller.cancel();
                    return Mono.never();
                })
                .subscribe(caller);
        assertThat(caller.ended()).isFalse();
        assertThat(one.pool.state().leased()).isZero();
        Signals<SqlResult> next = Signals.of(one.execute("next"));
        connection.answer();
        assertThat(next.completed()).isTrue();
        assertThat(connection.log()).containsExactly("first", "next");
    }

    @Test
    void keepsQuietAboutWorkThatIsRefusedAfterwards() {
        List<Throwable> dropped = new ArrayList<>();
        Signals<SqlResult> caller = new Signals<>();
        one.leases
                .use(lease -> {
                    caller.cancel();
                    return lease.execute(SqlStatement.of("never sent"));
                })
                .contextWrite(Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) dropped::add))
                .subscribe(caller);
        assertThat(connection.log()).containsExactly("first");
        assertThat(dropped).isEmpty();
    }

    /** What meets the cancellation on its way: logging each with its stack is what an outage needs least. */
    @Test
    void keepsQuietAboutTheErrorOfAStatementThatNobodyWaitsFor() {
        assertThat(droppedAfterCancelling(
                        new ConnectionLostException(Node.of("db", 5432), "gone", Outcome.UNKNOWN, null)))
                .isEmpty();
    }

    @Test
    void passesAnErrorOfTheWorksOwnToReactorsHook() {
        IllegalStateException fault = new IllegalStateException("a fault of the work");
        assertThat(droppedAfterCancelling(fault)).containsExactly(fault);
    }

    private List<Throwable> droppedAfterCancelling(Throwable late) {
        List<Throwable> dropped = new ArrayList<>();
        TestPublisher<SqlResult> work = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        Signals<SqlResult> caller = new Signals<>();
        one.leases
                .use(lease -> work)
                .contextWrite(Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) dropped::add))
                .subscribe(caller);
        caller.cancel();
        work.error(late);
        assertThat(caller.ended()).isFalse();
        return dropped;
    }

    @Test
    void passesAConnectionOnWhoseBorrowerGaveUpWhileItWasOpened() {
        PoolFixture slow = new PoolFixture(1);
        slow.server.acceptOnCommand();
        Signals<SqlResult> caller = Signals.of(slow.execute("a"));
        caller.cancel();
        slow.server.accept();
        assertThat(slow.pool.state()).isEqualTo(new PoolState(1, 0, 0, 0, 0, 0, 1, slow.options.maxWaiting()));
        assertThat(slow.execute("b").block()).isNotNull();
        assertThat(slow.server.connection(0).log()).containsExactly("b");
    }

    @Test
    void waitsForAStatementInFlightBeforeTheNextIsSent() {
        Signals<SqlResult> caller = Signals.of(one.execute("slow"));
        Signals<SqlResult> next = Signals.of(one.execute("next"));
        caller.cancel();
        assertThat(connection.log()).containsExactly("first", "slow", "(reset)");
        connection.answer();
        assertThat(connection.log()).containsExactly("first", "slow", "(reset)", "next");
        connection.answer();
        assertThat(next.completed()).isTrue();
        assertThat(caller.ended()).isFalse();
    }

    @Test
    void rollsBackATransactionBetweenItsStatements() {
        Sinks.Empty<Void> outside = Sinks.empty();
        Signals<Void> caller = Signals.of(transaction(tx -> execute(tx, "a").then(outside.asMono())));
        connection.answer();
        caller.cancel();
        assertThat(connection.log()).containsExactly("first", "BEGIN", "a", "(reset)");
        assertThat(connection.isReady()).isTrue();
        assertThat(one.pool.state().leased()).isZero();
        outside.tryEmitEmpty();
        assertThat(connection.log()).doesNotContain("COMMIT");
    }

    @Test
    void stopsATransactionAtItsBeginAndAtItsEnd() {
        Signals<SqlResult> beginning = Signals.of(transaction(tx -> execute(tx, "a")));
        beginning.cancel();
        connection.answer();
        assertThat(connection.log()).containsExactly("first", "BEGIN", "a", "(reset)");

        Signals<Object> committing =
                Signals.of(transaction(tx -> execute(tx, "b").then(Mono.empty())));
        connection.answer();
        committing.cancel();
        connection.answer();
        assertThat(connection.log())
                .containsExactly("first", "BEGIN", "a", "(reset)", "BEGIN", "b", "COMMIT", "(reset)");
        assertThat(one.pool.state().leased()).isZero();
    }

    @Test
    void waitsForARollbackUnderWay() {
        Signals<Object> caller = Signals.of(
                transaction(tx -> execute(tx, "a").then(Mono.error(new IllegalStateException("work failed")))));
        connection.answer();
        caller.cancel();
        assertThat(connection.log()).containsExactly("first", "BEGIN", "a", "ROLLBACK", "(reset)");
        assertThat(one.pool.state().leased()).isEqualTo(1);
        connection.answer();
        assertThat(one.pool.state().leased()).isZero();
        assertThat(connection.log()).containsExactly("first", "BEGIN", "a", "ROLLBACK", "(reset)");
    }

    @Test
    void refusesWhatTheWorkSendsAfterwards() {
        AtomicReference<SqlTransaction> kept = new AtomicReference<>();
        Signals<Object> caller = Signals.of(transaction(tx -> {
            kept.set(tx);
            return Mono.never();
        }));
        caller.cancel();
        assertThat(Signals.of(execute(kept.get(), "too late")).error()).isInstanceOf(TransactionEndedException.class);
        assertThat(connection.log()).doesNotContain("too late");
    }

    @Test
    void isPassedOnToASavepoint() {
        connection.answerAtOnce();
        AtomicReference<Signals<Object>> nested = new AtomicReference<>();
        Signals<SqlResult> caller = Signals.of(transaction(tx -> {
            nested.set(Signals.of(tx.savepoint(inner -> Mono.never())));
            nested.get().cancel();
            return execute(tx, "after");
        }));
        assertThat(caller.completed()).isTrue();
        assertThat(connection.log())
                .containsExactly(
                        "first",
                        "BEGIN",
                        "SAVEPOINT headgate_1",
                        "ROLLBACK TO SAVEPOINT headgate_1",
                        "RELEASE SAVEPOINT headgate_1",
                        "after",
                        "COMMIT");
    }

    private <T> Publisher<T> transaction(Function<SqlTransaction, Publisher<T>> work) {
        return one.pool.inTransaction(TransactionOptions.defaults(), work);
    }

    private static Mono<SqlResult> execute(SqlTransaction transaction, String sql) {
        return transaction.execute(SqlStatement.of(sql));
    }
}
