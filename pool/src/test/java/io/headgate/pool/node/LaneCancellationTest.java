package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.PoolState;
import io.headgate.pool.Signals;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** A caller on a lane may give up in any state: its place is freed once, and no other caller notices. */
class LaneCancellationTest {

    private static final Duration TICK = Duration.ofMillis(1);

    private final LaneFixture one = new LaneFixture(1, 2);
    private final Duration grace = one.options.cancelGrace();
    private FakeConnection connection;

    @BeforeEach
    void open() {
        Signals.of(one.lanes.warmUp());
        connection = one.connection(0);
    }

    @Test
    void sendsNothingWhenTheCallerLeavesBeforeItAsks() {
        BaseSubscriber<SqlResult> caller = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}
        };
        one.execute("a").subscribe(caller);
        assertThat(connection.log()).isEmpty();
        caller.cancel();
        caller.request(1);
        assertThat(connection.log()).isEmpty();
        assertThat(one.lanes.state().inFlight()).isZero();
    }

    @Test
    void leavesTheQueue() {
        one.callEach("a", "b");
        Signals<SqlResult> leaving = one.call("c");
        Signals<SqlResult> next = one.call("d");
        leaving.cancel();
        assertThat(one.lanes.state().waiting()).isEqualTo(1);
        one.answerAll(connection);
        one.answerAll(connection);
        assertThat(connection.log()).containsExactly("a", "b", "d");
        assertThat(next.completed()).isTrue();
        assertThat(leaving.ended()).isFalse();
        assertThat(one.listener.count("cancelled")).isEqualTo(1);
        assertPlacesFree();
    }

    @Test
    void takesBackWhatWasHandedToTheLoopButNotSent() {
        connection.fakeLoop().hold();
        Signals<SqlResult> leaving = one.call("a");
        one.call("b");
        Signals<SqlResult> waiting = one.call("c");
        leaving.cancel();
        assertThat(one.lanes.state().inFlight()).isEqualTo(2);
        connection.fakeLoop().release();
        assertThat(connection.log()).containsExactlyInAnyOrder("b", "c");
        one.answerAll(connection);
        assertThat(waiting.completed()).isTrue();
        assertPlacesFree();
    }

    @Test
    void keepsThePlaceUntilTheServerHasAnswered() {
        Signals<SqlResult> leaving = one.call("a");
        one.call("b");
        leaving.cancel();
        Signals<SqlResult> waiting = one.call("c");
        assertThat(connection.log()).containsExactly("a", "b");
        connection.answer();
        assertThat(connection.log()).containsExactly("a", "b", "c");
        one.answerAll(connection);
        assertThat(waiting.completed()).isTrue();
        assertThat(leaving.ended()).isFalse();
        assertPlacesFree();
    }

    @Test
    void doesNothingAfterTheAnswer() {
        Signals<SqlResult> caller = one.call("a");
        connection.answer();
        caller.cancel();
        assertThat(caller.completed()).isTrue();
        assertThat(one.listener.count("cancelled")).isZero();
        assertPlacesFree();
    }

    @Test
    void countsOnceHoweverOftenItComes() {
        Signals<SqlResult> caller = one.call("a");
        caller.cancel();
        caller.cancel();
        connection.answer();
        caller.cancel();
        assertThat(one.listener.count("cancelled")).isEqualTo(1);
        assertPlacesFree();
    }

    @Test
    void asksTheServerOnceWhenTheHeadGoesOnAfterTheGrace() {
        one.call("long").cancel();
        one.pass(grace.minus(TICK));
        assertThat(connection.log()).containsExactly("long");
        one.pass(TICK);
        assertThat(connection.log()).containsExactly("long", "(cancel)");
        connection.fail(LaneFixture.cancelled());
        one.pass(grace.multipliedBy(10));
        assertThat(connection.log()).containsExactly("long", "(cancel)");
        assertPlacesFree();
    }

    @Test
    void asksNothingOfAServerThatAnswersWithinTheGrace() {
        one.call("short").cancel();
        one.pass(grace.minus(TICK));
        connection.answer();
        one.pass(grace.multipliedBy(10));
        assertThat(connection.log()).containsExactly("short");
    }

    @Test
    void neverAsksTheServerToStopAStatementThatIsWanted() {
        one.call("wanted and long");
        Signals<SqlResult> behind = one.call("unwanted");
        behind.cancel();
        one.pass(grace.multipliedBy(10));
        assertThat(connection.log()).containsExactly("wanted and long", "unwanted");
        connection.answer();
        one.pass(grace.multipliedBy(2));
        assertThat(connection.log()).containsExactly("wanted and long", "unwanted", "(cancel)");
    }

    @Test
    void repeatsAnInnocentStatementThatRequestsHitAFewTimesAndNotForEver() {
        one.call("long").cancel();
        Signals<SqlResult> innocent = one.call("innocent");
        one.pass(grace);
        connection.answer();
        connection.fail(LaneFixture.cancelled());
        assertThat(connection.log()).containsExactly("long", "innocent", "(cancel)", "innocent");
        assertThat(innocent.ended()).isFalse();
        assertThat(one.lanes.state().inFlight()).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
            assertThat(innocent.ended()).isFalse();
            connection.fail(LaneFixture.cancelled());
        }
        assertThat(innocent.error()).hasMessageContaining("57014");
        assertThat(innocent.ends()).isEqualTo(1);
        assertThat(connection.log()).hasSize(6);
        assertPlacesFree();
    }

    @Test
    void givesTheRepeatedStatementsAnswerToItsCaller() {
        one.call("long").cancel();
        Signals<SqlResult> innocent = one.call("innocent");
        one.pass(grace);
        connection.answer();
        connection.fail(LaneFixture.cancelled());
        connection.answer();
        assertThat(innocent.completed()).isTrue();
        assertThat(innocent.values()).isEqualTo(1);
        assertPlacesFree();
    }

    @Test
    void doesNotRepeatAStatementThatNobodyWantsAnyMore() {
        one.call("long").cancel();
        Signals<SqlResult> innocent = one.call("innocent");
        one.pass(grace);
        connection.answer();
        innocent.cancel();
        connection.fail(LaneFixture.cancelled());
        assertThat(connection.log()).containsExactly("long", "innocent", "(cancel)");
        assertPlacesFree();
    }

    @Test
    void passesOnACancellationThatNoRequestCameBefore() {
        Signals<SqlResult> caller = one.call("stopped by an administrator");
        connection.fail(LaneFixture.cancelled());
        assertThat(caller.error()).hasMessageContaining("57014");
        assertThat(connection.log()).hasSize(1);
        assertPlacesFree();
    }

    @Test
    void passesOnACancellationLongAfterTheLastRequest() {
        one.call("long").cancel();
        one.pass(grace);
        connection.fail(LaneFixture.cancelled());
        one.pass(Duration.ofSeconds(1));
        Signals<SqlResult> caller = one.call("stopped by an administrator");
        connection.fail(LaneFixture.cancelled());
        assertThat(caller.error()).hasMessageContaining("57014");
        assertPlacesFree();
    }

    @Test
    void passesOnOtherErrorsAfterARequest() {
        one.call("long").cancel();
        Signals<SqlResult> caller = one.call("wrong");
        one.pass(grace);
        connection.answer();
        connection.fail(LaneFixture.serverError("ERROR", "22012", "division by zero"));
        assertThat(caller.error()).hasMessageContaining("22012");
        assertThat(connection.log()).isEqualTo(List.of("long", "wrong", "(cancel)"));
    }

    private void assertPlacesFree() {
        assertThat(one.lanes.state()).isEqualTo(new PoolState(1, 0, 0, 1, 0, 0, 1, one.options.maxWaiting()));
        Signals<SqlResult> first = one.call("x");
        Signals<SqlResult> second = one.call("y");
        assertThat(one.lanes.state().waiting()).isZero();
        one.answerAll(connection);
        assertThat(first.completed() && second.completed()).isTrue();
    }
}
