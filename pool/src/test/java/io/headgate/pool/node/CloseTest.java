package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.topology.Node;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.Signals;
import io.headgate.pool.concurrent.ShutdownBudget;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class CloseTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final PoolFixture one = new PoolFixture(1);

    @Test
    void closesIdleConnectionsAtOnce() {
        one.execute("a").block();
        assertThat(close(one).completed()).isTrue();
        assertThat(one.server.connection(0).log()).containsExactly("a", "(close)");
        assertThat(one.listener.events()).containsExactly("opened", "acquired", "closed SHUTDOWN");
        assertThat(one.pool.state().open()).isZero();
    }

    @Test
    void doesNothingUntilSubscribedTo() {
        one.pool.close(PATIENCE);
        assertThat(one.execute("a").block()).isNotNull();
    }

    @Test
    void refusesNewWorkAndThatWhichWaits_andLetsTheRestEnd() {
        one.server.answerOnCommand();
        Signals<SqlResult> running = Signals.of(one.execute("a"));
        Signals<SqlResult> waiting = Signals.of(one.execute("b"));
        Signals<Void> close = close(one);
        Signals<SqlResult> late = Signals.of(one.execute("c"));
        assertThat(waiting.error()).isInstanceOf(ClosedException.class).hasMessageContaining("the pool of db:5432");
        assertThat(late.error()).isInstanceOf(ClosedException.class);
        assertThat(close.ended()).isFalse();
        one.server.connection(0).answer();
        assertThat(running.completed()).isTrue();
        assertThat(close.completed()).isTrue();
        assertThat(one.server.connection(0).log()).containsExactly("a", "(close)");
        assertThat(one.listener.count("closed SHUTDOWN")).isEqualTo(1);
    }

    @Test
    void losesPatienceAndClosesUnderTheWork() {
        one.server.answerOnCommand();
        Signals<SqlResult> running = Signals.of(one.execute("a"));
        Signals<Void> close = close(one);
        one.time.advanceTimeBy(PATIENCE.minus(ShutdownBudget.CLOSING).minusMillis(1));
        assertThat(close.ended()).isFalse();
        one.time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(running.error()).isInstanceOf(ClosedException.class);
        assertThat(outcome(running)).isEqualTo(Outcome.UNKNOWN);
        assertThat(running.ends()).isEqualTo(1);
        assertThat(close.completed()).isTrue();
        assertThat(one.listener.events()).containsExactly("opened", "acquired", "closed SHUTDOWN");
    }

    private static Outcome outcome(Signals<?> caller) {
        return ((HeadgateException) caller.error()).outcome();
    }

    @Test
    void tellsThoseLeftWhatIsKnown_whateverNetworkAndWorkWaitFor() {
        PoolFixture five = new PoolFixture(5);
        five.server.answerOnCommand();
        Signals<Object> asksNothing = Signals.of(five.leases.use(lease -> Mono.never()));
        Signals<SqlResult> read = Signals.of(five.execute("SELECT 1"));
        Signals<Object> uncommitted = Signals.of(transaction(five, Mono.never()));
        five.server.connection(2).answer();
        Signals<Object> committing = Signals.of(transaction(five, Mono.empty()));
        five.server.connection(3).answer();
        Signals<Object> lost = Signals.of(transaction(five, Mono.never()));
        five.server.connection(4).answer();
        five.server.connection(4).lose();
        five.server.connections().forEach(FakeConnection::hangOnClose);
        close(five);
        five.time.advanceTimeBy(PATIENCE.minus(ShutdownBudget.CLOSING));
        List<Signals<?>> harmless = List.of(asksNothing, read, uncommitted, lost);
        assertThat(harmless).allSatisfy(caller -> {
            assertThat(caller.error()).isInstanceOf(ClosedException.class);
            assertThat(outcome(caller)).isEqualTo(Outcome.NOT_EXECUTED);
        });
        assertThat(committing.error()).isInstanceOf(ClosedException.class);
        assertThat(outcome(committing)).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void tellsOneWhoseConnectionServesTheNextAlready() {
        one.server.answerOnCommand();
        Signals<Object> committing = Signals.of(transaction(one, Mono.empty()));
        Signals<SqlResult> next = Signals.of(one.execute("UPDATE b"));
        one.server.connection(0).answer();
        assertThat(one.server.connection(0).log()).endsWith("COMMIT", "UPDATE b");
        one.server.connection(0).hangOnClose();
        close(one);
        one.time.advanceTimeBy(PATIENCE);
        assertThat(List.of(committing, next)).allSatisfy(caller -> {
            assertThat(caller.error()).isInstanceOf(ClosedException.class);
            assertThat(outcome(caller)).isEqualTo(Outcome.UNKNOWN);
            assertThat(caller.ends()).isEqualTo(1);
        });
    }

    private static Flux<Object> transaction(PoolFixture fixture, Mono<Object> afterwards) {
        return fixture.pool.inTransaction(
                TransactionOptions.defaults(),
                tx -> tx.execute(SqlStatement.of("UPDATE a")).then(afterwards));
    }

    @Test
    void closesAConnectionThatArrivesLate() {
        one.server.acceptOnCommand();
        Signals<SqlResult> waiting = Signals.of(one.execute("a"));
        Signals<Void> close = close(one);
        assertThat(waiting.error()).isInstanceOf(ClosedException.class);
        assertThat(close.ended()).isFalse();
        FakeConnection late = one.server.accept();
        assertThat(late.isOpen()).isFalse();
        assertThat(close.completed()).isTrue();
    }

    @Test
    void endsWithAConnectionAttemptThatFails() {
        one.server.acceptOnCommand();
        Signals.of(one.execute("a"));
        Signals<Void> close = close(one);
        one.server.refuse(new ConnectFailedException(Node.of("db", 5432), "refused", null));
        assertThat(close.completed()).isTrue();
    }

    @Test
    void doesNotWaitForeverForAConnectionAttemptThatHangs() {
        one.server.acceptOnCommand();
        Signals.of(one.execute("a"));
        Signals<Void> close = close(one);
        one.time.advanceTimeBy(PATIENCE);
        assertThat(close.completed()).isTrue();
        FakeConnection veryLate = one.server.accept();
        assertThat(veryLate.isOpen()).isFalse();
        assertThat(one.pool.state().open()).isZero();
    }

    @Test
    void endsInTimeWhenAConnectionDoesNotClose() {
        one.execute("a").block();
        one.server.connection(0).hangOnClose();
        Signals<Void> close = close(one);
        one.time.advanceTimeBy(PATIENCE.minusMillis(1));
        assertThat(close.ended()).isFalse();
        one.time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(close.completed()).isTrue();
    }

    @Test
    void leavesASecondForTheClosingWhenThereIsNoTimeAtAll() {
        one.execute("a").block();
        one.server.connection(0).hangOnClose();
        Signals<Void> close = Signals.of(one.pool.close(Duration.ZERO));
        one.time.advanceTimeBy(ShutdownBudget.CLOSING);
        assertThat(close.completed()).isTrue();
    }

    @Test
    void givesUpOnAConnectionWhoseDriverNeverBringsItToRest() {
        one.server.answerOnCommand();
        Signals.of(one.execute("a")).cancel();
        assertThat(one.server.connection(0).log()).containsExactly("a", "(reset)");
        one.time.advanceTimeBy(one.options.resetTimeout().multipliedBy(3));
        assertThat(one.server.connection(0).isOpen()).isFalse();
        assertThat(one.pool.state().open()).isZero();
        assertThat(one.listener.count("closed NOT_RESTORED")).isEqualTo(1);
    }

    @Test
    void waitsForAConnectionThatComesToRest() {
        one.server.answerOnCommand();
        Signals<SqlResult> caller = Signals.of(one.execute("a"));
        caller.cancel();
        Signals<Void> close = close(one);
        assertThat(close.ended()).isFalse();
        one.server.connection(0).answer();
        assertThat(close.completed()).isTrue();
        assertThat(one.server.connection(0).log()).containsExactly("a", "(reset)", "(close)");
    }

    @Test
    void mayBeAskedForTwice() {
        one.server.answerOnCommand();
        Signals.of(one.execute("a"));
        Signals<Void> first = close(one);
        Signals<Void> second = close(one);
        one.server.connection(0).answer();
        Signals<Void> third = close(one);
        assertThat(first.completed() && second.completed() && third.completed()).isTrue();
        assertThat(one.server.connection(0).log()).containsExactly("a", "(close)");
        assertThat(one.listener.count("closed SHUTDOWN")).isEqualTo(1);
    }

    @Test
    void hasNothingToDoInAPoolThatWasNeverUsed() {
        assertThat(close(one).completed()).isTrue();
        assertThat(Signals.of(one.execute("a")).error()).isInstanceOf(ClosedException.class);
    }

    private static Signals<Void> close(PoolFixture fixture) {
        return Signals.of(fixture.pool.close(PATIENCE));
    }
}
