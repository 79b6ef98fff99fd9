package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ParameterException;
import io.headgate.core.topology.Node;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.PoolRejectedException;
import io.headgate.pool.PoolState;
import io.headgate.pool.Signals;
import io.headgate.pool.connection.ConnectBackoff;
import io.headgate.pool.lane.LaneCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which lane a statement goes to, and how callers wait when there is none. */
class LanesTest {

    private final LaneFixture one = new LaneFixture(1, 2);
    private final LaneFixture two = new LaneFixture(2, 4);

    @BeforeEach
    void open() {
        Signals.of(one.lanes.warmUp());
        Signals.of(two.lanes.warmUp());
    }

    @Test
    void opensNothingUntilItIsUsed() {
        LaneFixture unused = new LaneFixture(2, 4);
        assertThat(unused.server.connections()).isEmpty();
        unused.call("a");
        assertThat(unused.server.connections()).hasSize(1);
    }

    @Test
    void choosesTheLaneWithTheLeastInFlight() {
        two.callEach("a", "b", "c");
        assertThat(two.connection(0).log()).containsExactly("a", "c");
        assertThat(two.connection(1).log()).containsExactly("b");
        two.connection(0).answer();
        two.connection(0).answer();
        two.callEach("d", "e");
        assertThat(two.connection(0).log()).containsExactly("a", "c", "d", "e");
    }

    @Test
    void prefersTheLaneOfTheCallingLoopByTwoStatements() {
        two.connection(0).fakeLoop().hold();
        two.callEach("a", "b", "c");
        assertThat(two.connection(1).log()).containsExactly("a", "b");
        two.connection(0).fakeLoop().release();
        assertThat(two.connection(0).log()).containsExactly("c");
    }

    @Test
    void sendsWithoutWaitingForTheAnswerBefore() {
        one.callEach("a", "b");
        assertThat(one.connection(0).log()).containsExactly("a", "b");
        assertThat(one.lanes.state().inFlight()).isEqualTo(2);
    }

    @Test
    void takesNoMoreThanItsDepthOnALane() {
        IntStream.range(0, 20).forEach(i -> two.call("q" + i));
        assertThat(two.connection(0).inFlight()).isEqualTo(4);
        assertThat(two.connection(1).inFlight()).isEqualTo(4);
        assertThat(two.lanes.state().inFlight()).isEqualTo(8);
        assertThat(two.lanes.state().waiting()).isEqualTo(12);
    }

    @Test
    void servesThoseThatWaitInTheOrderTheyCame() {
        one.callEach("a", "b", "c", "d", "e");
        FakeConnection connection = one.connection(0);
        connection.answer();
        assertThat(connection.log()).containsExactly("a", "b", "c");
        connection.answerAtOnce();
        connection.answer();
        assertThat(connection.log()).containsExactly("a", "b", "c", "d", "e");
        assertThat(one.lanes.state().waiting()).isZero();
    }

    @Test
    void letsNobodyOvertakeThoseThatWait() {
        LaneFixture unopened = new LaneFixture(1, 1);
        unopened.server.acceptOnCommand();
        unopened.callEach("a", "b");
        unopened.server.accept();
        unopened.call("c");
        unopened.answerAll(unopened.connection(0));
        assertThat(unopened.connection(0).log()).containsExactly("a", "b");
    }

    @Test
    void refusesTheCallerOneOverTheBoundAtOnceWithTheState() {
        LaneFixture bounded = new LaneFixture(one.options.with(o -> o.maxWaiting(2)));
        Signals.of(bounded.lanes.warmUp());
        List<Signals<SqlResult>> callers = new ArrayList<>();
        IntStream.range(0, 5).forEach(i -> callers.add(bounded.call("q" + i)));
        assertThat(callers.subList(0, 4)).noneMatch(Signals::ended);
        assertThat(callers.get(4).error()).isInstanceOfSatisfying(PoolRejectedException.class, error -> {
            assertThat(error.state()).isEqualTo(new PoolState(1, 0, 0, 1, 2, 2, 2, 2));
            assertThat(error.isSafeToRetry()).isTrue();
        });
        assertThat(bounded.listener.count("acquireFailed")).isEqualTo(1);
        bounded.connection(0).answer();
        assertThat(bounded.call("again").ended()).isFalse();
    }

    @Test
    void countsPlacesOnLanesThatAreBeingOpenedOutsideTheBound() {
        LaneFixture unqueued = new LaneFixture(one.options.with(o -> o.maxWaiting(0)));
        unqueued.server.acceptOnCommand();
        unqueued.callEach("a", "b");
        assertThat(unqueued.call("c").error()).isInstanceOf(PoolRejectedException.class);
        unqueued.server.accept();
        assertThat(unqueued.connection(0).log()).containsExactly("a", "b");
        assertThat(unqueued.call("d").error()).isInstanceOf(PoolRejectedException.class);
        unqueued.connection(0).answer();
        assertThat(unqueued.call("e").ended()).isFalse();
    }

    @Test
    void endsTheWaitWhenItsTimeIsOver() {
        one.callEach("a", "b");
        one.pass(Duration.ofSeconds(1));
        Signals<SqlResult> waiting = one.call("late");
        one.pass(one.options.acquireTimeout().minusMillis(1));
        assertThat(waiting.ended()).isFalse();
        one.pass(Duration.ofMillis(1));
        assertThat(waiting.error()).isInstanceOfSatisfying(AcquireTimeoutException.class, error -> {
            assertThat(error.state().inFlight()).isEqualTo(2);
            assertThat(error.isSafeToRetry()).isTrue();
        });
        assertThat(one.lanes.state().waiting()).isZero();
        assertThat(one.listener.count("acquireFailed")).isEqualTo(1);
        one.answerAll(one.connection(0));
        assertThat(one.connection(0).log()).containsExactly("a", "b");
    }

    @Test
    void stopsTheClockOnceAPlaceIsThere() {
        one.callEach("a", "b");
        Signals<SqlResult> waiting = one.call("c");
        one.answerAll(one.connection(0));
        one.pass(one.options.acquireTimeout().multipliedBy(2));
        one.answerAll(one.connection(0));
        assertThat(waiting.completed()).isTrue();
        assertThat(one.listener.count("acquired")).isEqualTo(1);
    }

    @Test
    void freesThePlaceBeforeTheCallerHears() {
        List<PoolState> states = new ArrayList<>();
        one.execute("a").doOnTerminate(() -> states.add(one.lanes.state())).subscribe();
        one.connection(0).answer();
        one.execute("b").doOnTerminate(() -> states.add(one.lanes.state())).subscribe(value -> {}, error -> {});
        one.connection(0).fail(LaneFixture.serverError("ERROR", "22012", "division by zero"));
        assertThat(states).extracting(PoolState::inFlight).containsExactly(0, 0);
    }

    @Test
    void growsUnderLoadUpToTheTarget() {
        LaneFixture growing = new LaneFixture(3, 8);
        growing.call("a");
        assertThat(growing.lanes.state().lanes()).isEqualTo(1);
        growing.call("b");
        assertThat(growing.lanes.state().lanes()).isEqualTo(2);
        IntStream.range(0, 20).forEach(i -> growing.call("q" + i));
        assertThat(growing.lanes.state().lanes()).isEqualTo(3);
        assertThat(growing.server.connections()).hasSize(3);
    }

    @Test
    void opensNoMoreLanesAtATimeThanThereMayBe() {
        LaneFixture slow = new LaneFixture(2, 1);
        slow.server.acceptOnCommand();
        IntStream.range(0, 10).forEach(i -> slow.call("q" + i));
        assertThat(slow.server.knocking()).isEqualTo(2);
    }

    @Test
    void pausesAfterALaneCouldNotBeOpenedWhileOthersServe() {
        LaneFixture failing = new LaneFixture(2, 8);
        failing.call("a");
        failing.server.acceptOnCommand();
        failing.call("b");
        failing.server.refuse(new ConnectFailedException(Node.of("db", 5432), "refused", null));
        failing.call("c");
        failing.server.refuse(new ConnectFailedException(Node.of("db", 5432), "refused", null));
        failing.call("d");
        assertThat(failing.server.knocking()).isZero();
        failing.pass(ConnectBackoff.FIRST_PAUSE);
        failing.call("e");
        assertThat(failing.server.knocking()).isEqualTo(1);
        assertThat(failing.connection(0).log()).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void endsItsWarmUpWhenALaneCannotBeOpened() {
        LaneFixture failing = new LaneFixture(2, 8);
        failing.server.acceptOnCommand();
        Signals<Void> warmUp = Signals.of(failing.lanes.warmUp());
        failing.server.accept();
        failing.server.refuse(new ConnectFailedException(Node.of("db", 5432), "refused", null));
        assertThat(warmUp.completed()).isTrue();
        assertThat(failing.lanes.state().lanes()).isEqualTo(1);
    }

    /** It is known beforehand: nobody has to find out by waiting behind it. */
    @Test
    void aLaneThatHasAReadKnownToBeSlowTakesNothingElse() {
        Signals<SqlResult> slow = new Signals<>();
        slow.onSubscribe(new LaneCall(two.lanes, slow, SqlStatement.of("slow"), two.profile, true, 0));
        two.callEach("a", "b", "c", "d");
        assertThat(two.connection(0).log()).containsExactly("slow");
        assertThat(two.connection(1).log()).containsExactly("a", "b", "c", "d");
        Signals<SqlResult> next = two.call("next");
        two.connection(0).answer();
        assertThat(slow.completed()).isTrue();
        two.connection(0).answer();
        assertThat(next.completed()).isTrue();
    }

    /** Each gives its place back at once, and with that serves the next. */
    @Test
    void tellsEachOfACrowdWhoseStatementTheDriverRefuses() {
        LaneFixture crowded =
                new LaneFixture(one.options.with(o -> o.maxWaiting(10_000).laneDepth(64)));
        crowded.server.acceptOnCommand().refuseText("refused");
        List<Signals<SqlResult>> crowd = IntStream.range(0, 10_000)
                .mapToObj(i -> crowded.call("refused"))
                .toList();
        FakeConnection connection = crowded.server.accept();
        assertThat(crowd).allSatisfy(caller -> {
            assertThat(caller.error()).isInstanceOf(ParameterException.class);
            assertThat(caller.ends()).isEqualTo(1);
        });
        assertThat(crowded.lanes.depths()).containsExactly(0);
        Signals<SqlResult> next = crowded.call("next");
        connection.answer();
        assertThat(next.completed()).isTrue();
    }

    /** It waited for a lease before. */
    @Test
    void theAcquireTimeOutCountsWhatACallerHasWaitedBefore() {
        LaneFixture closed = new LaneFixture(1, 1);
        closed.server.acceptOnCommand();
        long waited = closed.options.acquireTimeout().minusSeconds(1).toNanos();
        Signals<SqlResult> caller = new Signals<>();
        caller.onSubscribe(new LaneCall(closed.lanes, caller, SqlStatement.of("a"), closed.profile, false, waited));
        closed.pass(Duration.ofMillis(999));
        assertThat(caller.ended()).isFalse();
        closed.pass(Duration.ofMillis(1));
        assertThat(caller.error()).isInstanceOf(AcquireTimeoutException.class);
    }

    /** No lease is open at that moment, but one may be opened. */
    @Test
    void whoWaitsForALaneThatIsPlannedAwayHasALease() {
        LaneFixture full = new LaneFixture(1, 1);
        full.call("a");
        Signals<SqlResult> waiting = full.call("b");
        assertThat(full.leases.state().open()).isZero();
        full.lanes.resize(0);
        assertThat(full.server.connections()).hasSize(2);
        full.answerAll(full.connection(1));
        assertThat(waiting.completed()).isTrue();
    }
}
