package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConnectionLostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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
        one.time.advanceTimeBy(PATIENCE.minus(ClosingTime.CLOSING).minusMillis(1));
        assertThat(close.ended()).isFalse();
        one.time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(running.error()).isInstanceOf(ConnectionLostException.class);
        assertThat(close.completed()).isTrue();
        assertThat(one.listener.events()).containsExactly("opened", "acquired", "closed SHUTDOWN");
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
        one.server.refuse(new ConnectFailedException("db:5432", "refused", null));
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
        one.time.advanceTimeBy(ClosingTime.CLOSING);
        assertThat(close.completed()).isTrue();
    }

    @Test
    void givesUpOnAConnectionWhoseDriverNeverBringsItToRest() {
        one.server.answerOnCommand();
        Signals.of(one.execute("a")).cancel();
        assertThat(one.server.connection(0).log()).containsExactly("a", "(settle)");
        one.time.advanceTimeBy(one.options.settleLimit().multipliedBy(3));
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
        assertThat(one.server.connection(0).log()).containsExactly("a", "(settle)", "(close)");
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
