package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.error.ClosedException;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.PoolState;
import io.headgate.pool.Signals;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lanes that come and go while statements are under way. */
class LaneSizeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LaneFixture one = new LaneFixture(1, 1);
    private final LaneFixture three = new LaneFixture(3, 2);

    @BeforeEach
    void open() {
        Signals.of(one.lanes.warmUp());
        Signals.of(three.lanes.warmUp());
        assertThat(three.lanes.state().lanes()).isEqualTo(3);
    }

    @Test
    void letsWhatIsUnderWayEndOnLanesTooMany() {
        Signals<SqlResult> running = three.call("a");
        three.lanes.resize(1);
        assertThat(three.lanes.state().lanes()).isEqualTo(2);
        assertThat(three.connection(0).log()).containsExactly("a");
        assertThat(three.connection(1).log()).containsExactly("(close)");
        three.call("b");
        assertThat(three.connection(0).log()).doesNotContain("b");
        three.connection(0).answer();
        assertThat(running.completed()).isTrue();
        assertThat(three.connection(0).log()).containsExactly("a", "(close)");
        assertThat(three.lanes.state().lanes()).isEqualTo(1);
        assertThat(three.listener.count("closed SHRUNK")).isEqualTo(2);
    }

    @Test
    void opensLanesForThoseThatWaitWhenThereMayBeMore() {
        one.callEach("a", "b", "c");
        assertThat(one.lanes.state().waiting()).isEqualTo(2);
        one.lanes.resize(3);
        assertThat(one.connection(1).log()).containsExactly("b");
        assertThat(one.connection(2).log()).containsExactly("c");
        assertThat(one.lanes.state().waiting()).isZero();
    }

    @Test
    void replacesALaneThatHasReachedItsAge() {
        LaneFixture aged = new LaneFixture(one.options.with(o -> o.maxLifetime(Duration.ofSeconds(3))));
        aged.call("a");
        Signals<SqlResult> next = aged.call("b");
        aged.keepHouseFor(Duration.ofSeconds(3));
        assertThat(aged.connection(0).log()).containsExactly("a");
        assertThat(aged.lanes.hasRoomForQuick()).isFalse();
        assertThat(aged.server.connections()).as("never more than allowed").hasSize(1);
        aged.connection(0).answer();
        assertThat(aged.connection(0).log()).containsExactly("a", "(close)");
        assertThat(aged.connection(1).log()).containsExactly("b");
        assertThat(aged.lanes.hasRoomForQuick()).isTrue();
        assertThat(aged.listener.events()).contains("closed LIFETIME");
        assertThat(next.ended()).isFalse();
    }

    @Test
    void closesAllButOneOfTheLanesThatAreNotUsed() {
        IntStream.range(0, 3).forEach(i -> three.connection(i).answerAtOnce());
        three.keepHouseFor(three.options.idleTimeout().minusSeconds(1));
        assertThat(three.lanes.state().lanes()).isEqualTo(3);
        three.keepHouseFor(Duration.ofSeconds(3));
        assertThat(three.lanes.state().lanes()).isEqualTo(1);
        assertThat(three.listener.count("closed IDLE")).isEqualTo(2);
    }

    @Test
    void keepsAnUnusedLaneAliveWithARoundTrip() {
        one.connection(0).answerAtOnce();
        one.keepHouseFor(one.options.validateAfter().minusSeconds(1));
        assertThat(one.connection(0).log()).isEmpty();
        one.keepHouseFor(one.options.validateAfter().plusSeconds(1));
        assertThat(one.connection(0).log()).containsExactly("SELECT 1", "SELECT 1");
        assertThat(one.lanes.state().inFlight()).isZero();
    }

    @Test
    void servesWhoCameDuringTheRoundTrip() {
        one.keepHouseFor(one.options.validateAfter());
        Signals<SqlResult> caller = one.call("a");
        assertThat(one.connection(0).log()).containsExactly("SELECT 1");
        one.connection(0).answer();
        assertThat(one.connection(0).log()).containsExactly("SELECT 1", "a");
        one.connection(0).answer();
        assertThat(caller.completed()).isTrue();
    }

    @Test
    void replacesALaneThatDoesNotAnswerTheRoundTrip() {
        one.keepHouseFor(one.options.validateAfter());
        Signals<SqlResult> caller = one.call("a");
        one.pass(Duration.ofSeconds(1));
        assertThat(one.connection(0).log()).containsExactly("SELECT 1", "(close)");
        assertThat(one.connection(1).log()).containsExactly("a");
        one.connection(1).answer();
        assertThat(caller.completed()).isTrue();
        assertThat(one.listener.events()).contains("closed INVALID");
    }

    @Test
    void refusesNewStatementsAndThoseThatWaitWhenItClosesAndLetsTheRestEnd() {
        Signals<SqlResult> running = one.call("a");
        Signals<SqlResult> waiting = one.call("b");
        Signals<Void> close = close(one);
        assertThat(waiting.error()).isInstanceOf(ClosedException.class);
        assertThat(one.call("c").error()).isInstanceOf(ClosedException.class);
        assertThat(close.ended()).isFalse();
        one.connection(0).answer();
        assertThat(running.completed()).isTrue();
        assertThat(close.completed()).isTrue();
        assertThat(one.connection(0).log()).containsExactly("a", "(close)");
        assertThat(one.listener.count("closed SHUTDOWN")).isEqualTo(1);
    }

    @Test
    void losesPatienceAndClosesUnderTheStatements() {
        Signals<SqlResult> running = one.call("a");
        Signals<Void> close = close(one);
        one.pass(PATIENCE.minusMillis(1));
        assertThat(close.ended()).isFalse();
        one.pass(Duration.ofMillis(1));
        assertThat(running.error()).isInstanceOf(ClosedException.class);
        assertThat(running.ends()).isEqualTo(1);
        assertThat(close.completed()).isTrue();
        assertThat(one.listener.count("closed SHUTDOWN")).isEqualTo(1);
    }

    @Test
    void closesALaneThatArrivesLate() {
        LaneFixture slow = new LaneFixture(1, 1);
        slow.server.acceptOnCommand();
        Signals<SqlResult> waiting = slow.call("a");
        Signals<Void> close = close(slow);
        assertThat(waiting.error()).isInstanceOf(ClosedException.class);
        assertThat(close.ended()).isFalse();
        assertThat(slow.server.accept().isOpen()).isFalse();
        assertThat(close.completed()).isTrue();
    }

    @Test
    void yieldsBehindAPoolerAfterItsTurnUntilItIsEmpty() {
        LaneFixture pooled = new LaneFixture(1, 8);
        pooled.server.behindPooler();
        pooled.call("a");
        FakeConnection lane = pooled.connection(0);
        pooled.pass(Duration.ofMillis(21));
        pooled.call("b");
        Signals<SqlResult> next = pooled.call("c");
        assertThat(lane.log()).containsExactly("a", "b");
        lane.answer();
        assertThat(lane.log()).as("takes nothing until empty").containsExactly("a", "b");
        lane.answer();
        assertThat(lane.log()).containsExactly("a", "b", "c");
        pooled.callEach("d", "e");
        assertThat(lane.log()).as("a new turn").containsExactly("a", "b", "c", "d", "e");
        pooled.answerAll(lane);
        assertThat(next.completed()).isTrue();
        assertThat(pooled.lanes.state()).isEqualTo(new PoolState(1, 0, 0, 1, 0, 0, 1, pooled.options.maxWaiting()));
    }

    @Test
    void neverYieldsStraightToTheServer() {
        three.call("a");
        three.pass(Duration.ofSeconds(1));
        three.callEach("b", "c", "d");
        assertThat(three.connection(0).log()).containsExactly("a", "d");
    }

    @Test
    void takesMoreOnEachLaneOnceItMay() {
        one.callEach("a", "b", "c");
        int before = one.connection(0).inFlight();
        assertThat(one.lanes.state().waiting()).isEqualTo(3 - before);
        one.lanes.depth(3);
        assertThat(one.connection(0).log()).containsExactly("a", "b", "c");
        assertThat(one.lanes.state().waiting()).isZero();
        one.lanes.depth(1);
        one.call("d");
        one.answerAll(one.connection(0));
        assertThat(one.connection(0).inFlight()).isEqualTo(1);
    }

    private static Signals<Void> close(LaneFixture fixture) {
        return Signals.of(fixture.lanes.close(PATIENCE));
    }
}
