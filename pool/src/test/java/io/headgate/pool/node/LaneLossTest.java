package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.topology.Node;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.PoolState;
import io.headgate.pool.Signals;
import io.headgate.pool.connection.ConnectBackoff;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Lanes that are lost or cannot be opened: who was on them hears of it once, who waits is served by the next. */
class LaneLossTest {

    private final ConnectFailedException refused = new ConnectFailedException(Node.of("db", 5432), "refused", null);

    private final LaneFixture one = new LaneFixture(1, 2);
    private final LaneFixture two = new LaneFixture(2, 2);

    @Test
    void failsThoseOnALostLaneOnceAndOpensAnotherForTheNext() {
        Signals<SqlResult> first = one.call("a");
        Signals<SqlResult> second = one.call("b");
        one.connection(0).lose();
        assertThat(first.error()).isInstanceOf(ConnectionLostException.class);
        assertThat(second.error()).isInstanceOf(ConnectionLostException.class);
        assertThat(first.ends() + second.ends()).isEqualTo(2);
        assertThat(one.lanes.state()).isEqualTo(new PoolState(0, 0, 0, 0, 0, 0, 1, one.options.maxWaiting()));
        assertThat(one.listener.count("closed LOST")).isEqualTo(1);
        Signals<SqlResult> next = one.call("c");
        one.connection(1).answer();
        assertThat(next.completed()).isTrue();
    }

    @Test
    void servesThoseThatWaitedForALostLaneOnAnother() {
        one.callEach("a", "b");
        Signals<SqlResult> waiting = one.call("c");
        one.connection(0).lose();
        assertThat(waiting.ended()).isFalse();
        assertThat(one.connection(1).log()).containsExactly("c");
        one.connection(1).answer();
        assertThat(waiting.completed()).isTrue();
    }

    @Test
    void sendsNothingMoreOnALaneWhoseStatementTheServerEndedWithTheSession() {
        one.callEach("a", "b");
        Signals<SqlResult> waiting = one.call("c");
        one.connection(0).fail(LaneFixture.serverError("FATAL", "57P01", "terminating connection"));
        assertThat(one.connection(0).log()).doesNotContain("c");
        one.connection(0).lose();
        assertThat(one.connection(1).log()).containsExactly("c");
        assertThat(waiting.ended()).isFalse();
    }

    @Test
    void opensAnotherForALaneThatWasLostOnItsWay() {
        one.server.acceptOnCommand();
        Signals<SqlResult> caller = one.call("a");
        one.server.acceptLost();
        assertThat(caller.ended()).isFalse();
        one.server.accept().answer();
        assertThat(caller.completed()).isTrue();
        assertThat(one.listener.count("closed LOST")).isEqualTo(1);
    }

    @Test
    void retiresLanesOlderThanOneThatWasLostWhenTheirStatementsHaveEnded() {
        Signals.of(two.lanes.warmUp());
        two.pass(Duration.ofSeconds(1));
        Signals<SqlResult> onTheFirst = two.call("a");
        Signals<SqlResult> onTheSecond = two.call("b");
        two.connection(1).lose();
        assertThat(onTheSecond.error()).isInstanceOf(ConnectionLostException.class);
        assertThat(onTheFirst.ended()).isFalse();
        assertThat(two.lanes.state().lanes()).as("one that leaves").isEqualTo(1);
        two.connection(0).answer();
        assertThat(onTheFirst.completed()).isTrue();
        assertThat(two.connection(0).log()).containsExactly("a", "(close)");
        assertThat(two.listener.count("closed LOST")).isEqualTo(1);
        assertThat(two.listener.count("closed OLDER_THAN_LOST")).isEqualTo(1);
    }

    @Test
    void keepsALaneThatWasOpenedAfterTheLoss() {
        Signals.of(two.lanes.warmUp());
        two.pass(Duration.ofSeconds(1));
        two.connection(1).lose();
        two.pass(Duration.ofSeconds(1));
        two.call("a");
        two.keepHouseFor(Duration.ofSeconds(2));
        assertThat(two.connection(2).isOpen()).isTrue();
        assertThat(two.connection(2).log()).containsExactly("a");
    }

    @Test
    void failsThoseThatWaitedSinceBeforeAnAttemptThatFailed() {
        one.server.acceptOnCommand();
        Signals<SqlResult> before = one.call("a");
        one.pass(Duration.ofMillis(1));
        Signals<SqlResult> during = one.call("b");
        one.server.refuse(refused);
        assertThat(before.error()).isSameAs(refused);
        assertThat(before.ends()).isEqualTo(1);
        assertThat(during.ended()).isFalse();
        one.server.accept().answer();
        assertThat(during.completed()).isTrue();
        assertThat(one.connection(0).log()).containsExactly("b");
    }

    @Test
    void endsWithAServerThatRefusesAtOnceAndForEver() {
        one.server.acceptOnCommand();
        for (int attempt = 0; attempt < 3; attempt++) {
            Signals<SqlResult> caller = one.call("a");
            one.server.refuse(refused);
            assertThat(caller.error()).isSameAs(refused);
            assertThat(one.server.knocking()).isZero();
            one.pass(ConnectBackoff.LONGEST_PAUSE);
        }
        assertThat(one.lanes.state().waiting()).isZero();
        assertThat(one.lanes.state().connecting()).isZero();
    }

    @Test
    void keepsThoseThatWaitWhileAnotherLaneServes() {
        two.call("a");
        two.server.acceptOnCommand();
        two.call("b");
        Signals<SqlResult> waiting = two.call("c");
        two.server.refuse(refused);
        assertThat(waiting.ended()).isFalse();
        two.connection(0).answer();
        assertThat(two.connection(0).log()).containsExactly("a", "b", "c");
    }
}
