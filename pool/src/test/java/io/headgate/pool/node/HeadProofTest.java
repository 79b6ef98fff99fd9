package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.Signals;
import io.headgate.pool.statement.StatementProfile;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A head is stuck when another statement was answered elsewhere meanwhile: it alone is late, and not everything. */
class HeadProofTest {

    /** A head that is found twice may be stuck. */
    private static final Duration STUCK = Duration.ofMillis(20);

    /** When everything is late, to send it all again would make it later. */
    @Test
    void sendsOneOfEachOtherTextAgainUntilOneIsAnsweredThere() {
        LaneFixture wide = LaneFixture.withLeases(1, 8);
        Signals.of(wide.lanes.warmUp());
        StatementProfile others = new StatementProfile(true);
        StatementProfile third = new StatementProfile(true);
        wide.callEach("late", "late", "late");
        for (int i = 0; i < 2; i++) {
            Signals.of(wide.execute("other", others));
            Signals.of(wide.execute("third", third));
        }
        wide.pass(Duration.ofMillis(900));
        List<FakeConnection> leases = wide.server.connections().stream().skip(1).toList();
        assertThat(leases).hasSize(2);
        assertThat(wide.lanes.hasRoomForQuick()).as("not stuck").isTrue();
        FakeConnection probe = leases.get(0);
        wide.answerAll(probe);
        wide.answerAll(probe);
        wide.answerAll(wide.connection(0));
        wide.pass(STUCK);
        assertThat(wide.lanes.hasRoomForQuick()).as("the head was late, as all").isTrue();
        assertThat(wide.server.connections()).hasSize(3);
    }

    /** After a pause of the server all lanes do this at once. */
    @Test
    void sendsFewAgainHoweverManyTextsThereAre() {
        LaneFixture wide = LaneFixture.withLeases(1, 8);
        Signals.of(wide.lanes.warmUp());
        wide.call("late");
        IntStream.range(0, 7).forEach(i -> Signals.of(wide.execute("other " + i, new StatementProfile(true))));
        wide.pass(Duration.ofMillis(900));
        assertThat(wide.server.connections()).as("a lane and three leases").hasSize(4);
    }

    /** They may wait for the same lock, and would take the leases for nothing. */
    @Test
    void sendsNoneAgainWhoseTextIsSuspect() {
        LaneFixture wide = LaneFixture.withLeases(1, 8);
        Signals.of(wide.lanes.warmUp());
        StatementProfile suspect = new StatementProfile(true);
        suspect.heldOthersUp();
        wide.call("late");
        Signals.of(wide.execute("suspect", suspect));
        wide.pass(Duration.ofMillis(900));
        assertThat(wide.server.connections()).hasSize(1);
    }

    @Test
    void aHeadIsStuckThatIsNotAnsweredAPeriodAfterAnotherWasElsewhere() {
        LaneFixture wide = LaneFixture.withLeases(1, 8);
        Signals.of(wide.lanes.warmUp());
        wide.callEach("locked", "locked", "locked");
        Signals<SqlResult> first = Signals.of(wide.execute("other", new StatementProfile(true)));
        Signals<SqlResult> second = Signals.of(wide.execute("third", new StatementProfile(true)));
        wide.pass(STUCK);
        FakeConnection probe = wide.connection(1);
        wide.answerAll(probe);
        wide.answerAll(probe);
        assertThat(first.completed()).isTrue();
        assertThat(wide.lanes.hasRoomForQuick()).as("it may be over just now").isTrue();
        wide.pass(Duration.ofMillis(10));
        assertThat(wide.lanes.hasRoomForQuick()).isTrue();
        wide.pass(Duration.ofMillis(10));
        assertThat(wide.lanes.hasRoomForQuick()).isFalse();
        assertThat(second.ended()).isFalse();
    }

    /** A connection that has gone dead beside others that are well. */
    @Test
    void sendsOneOfTheHeadsOwnTextWhenThereAreNoOthers() {
        LaneFixture wide = LaneFixture.withLeases(1, 8);
        Signals.of(wide.lanes.warmUp());
        wide.call("locked");
        Signals<SqlResult> next = wide.call("locked");
        Signals<SqlResult> last = wide.call("locked");
        wide.pass(Duration.ofMillis(100));
        assertThat(wide.server.connections()).hasSize(2);
        wide.answerAll(wide.connection(1));
        wide.answerAll(wide.connection(1));
        assertThat(next.completed()).isTrue();
        wide.pass(STUCK);
        for (int i = 0; i < 2; i++) {
            wide.answerAll(wide.connection(1));
        }
        assertThat(last.completed()).isTrue();
    }
}
