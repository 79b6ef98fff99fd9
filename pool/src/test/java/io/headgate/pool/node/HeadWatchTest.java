package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.StaleStatementException;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.Signals;
import io.headgate.pool.statement.StatementProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** No caller waits for a lock because another caller's statement does. */
class HeadWatchTest {

    /** A head that is found twice may be stuck. */
    private static final Duration STUCK = Duration.ofMillis(20);

    /** It is, whatever else is late. */
    private static final Duration SURELY = Duration.ofSeconds(1).plus(STUCK);

    private final LaneFixture two = LaneFixture.withLeases(2, 2);
    private final FakeConnection[] lanes = new FakeConnection[2];

    @BeforeEach
    void open() {
        Signals.of(two.lanes.warmUp());
        lanes[0] = two.connection(0);
        lanes[1] = two.connection(1);
    }

    @Test
    void sendsTheReadsBehindAStuckHeadElsewhereAndDropsTheLateAnswer() {
        Signals<SqlResult> locked = two.call("locked");
        two.call("quick");
        Signals<SqlResult> behind = two.call("behind");
        assertThat(lanes[0].log()).containsExactly("locked", "behind");
        two.pass(STUCK);
        FakeConnection lease = two.connection(2);
        assertThat(lease.log()).containsExactly("BEGIN READ ONLY", "behind");
        two.answerAll(lease);
        two.answerAll(lease);
        assertThat(behind.values()).isEqualTo(1);
        assertThat(behind.completed()).isTrue();
        assertThat(locked.ended()).isFalse();
        two.answerAll(lanes[0]);
        assertThat(locked.completed()).isTrue();
        assertThat(behind.ends()).isEqualTo(1);
        assertThat(two.leases.state().leased()).isZero();
    }

    /** It would be blamed for what the one does that the server is at. */
    @Test
    void aStatementThatTheDriverSendsAgainIsNoHeadAnyMore() {
        LaneFixture one = LaneFixture.withLeases(1, 2);
        Signals.of(one.lanes.warmUp());
        one.callEach("undone", "locked", "behind");
        assertThat(one.connection(0).sendAgain()).isTrue();
        one.pass(STUCK);
        assertThat(one.connection(1).log()).containsExactly("BEGIN READ ONLY", "behind");
    }

    @Test
    void whatNobodyWantsIsNotSentAgain() {
        LaneFixture one = LaneFixture.withLeases(1, 2);
        Signals.of(one.lanes.warmUp());
        Signals<SqlResult> given = one.call("given up");
        given.cancel();
        assertThat(one.connection(0).sendAgain()).isFalse();
    }

    @Test
    void takesTheAnswerOfTheLaneWhenThatComesFirst() {
        two.call("locked");
        two.call("quick");
        Signals<SqlResult> behind = two.call("behind");
        two.pass(STUCK);
        two.answerAll(lanes[0]);
        assertThat(behind.completed()).isTrue();
        FakeConnection lease = two.connection(2);
        two.answerAll(lease);
        assertThat(lease.log()).containsExactly("BEGIN READ ONLY", "behind", "(reset)");
        assertThat(behind.ends()).isEqualTo(1);
        assertThat(two.leases.state().leased()).isZero();
    }

    @Test
    void sendsNothingMoreToALaneWhoseHeadIsStuck() {
        two.call("locked");
        two.pass(SURELY);
        IntStream.range(0, 6).forEach(i -> two.call("q" + i));
        assertThat(lanes[0].log()).containsExactly("locked");
        assertThat(lanes[1].log()).hasSize(6);
        two.answerAll(lanes[0]);
        two.call("again");
        assertThat(lanes[0].log()).containsExactly("locked", "again");
    }

    @Test
    void prefersOtherLanesToOneWhoseHeadIsSlow() {
        two.call("slow");
        two.pass(Duration.ofMillis(3));
        two.callEach("a", "b", "c");
        assertThat(lanes[0].log()).containsExactly("slow");
        assertThat(lanes[1].log()).containsExactly("a", "b", "c");
    }

    @Test
    void keepsTheTextOfAStuckHeadOffTheLanesUntilItWasQuick() {
        two.profile.observe(1, 1_000);
        assertThat(two.profile.belongsOnLane()).isTrue();
        two.call("locked");
        two.pass(SURELY);
        assertThat(two.profile.belongsOnLane()).isFalse();
        Signals.of(two.onLease.read(SqlStatement.of("locked"), two.profile, () -> {}));
        two.answerAll(two.connection(2));
        two.answerAll(two.connection(2));
        assertThat(two.profile.belongsOnLane()).isTrue();
    }

    @Test
    void doesNotTakeAPauseOfThisProcessForOneOfTheServer() {
        lanes[1].answerAtOnce();
        two.call("a");
        assertThat(lanes[0].log()).containsExactly("a");
        lanes[0].fakeLoop().hold();
        two.pass(Duration.ofSeconds(1));
        // the loop reads what has come before it runs its tasks
        two.answerAll(lanes[0]);
        lanes[0].fakeLoop().release();
        assertThat(two.server.connections()).hasSize(2);
    }

    @Test
    void blocksNoLaneWhileOneIsFree() {
        two.call("locked");
        two.pass(SURELY);
        assertThat(two.lanes.hasRoomForQuick()).isTrue();
        two.call("locked too");
        two.pass(SURELY);
        assertThat(two.lanes.hasRoomForQuick()).isFalse();
    }

    @Test
    void movesTheHeadToALeaseWhenHalfOfTheLanesAreStuckAndCancelsIt() {
        Signals<SqlResult> locked = two.call("locked");
        two.pass(SURELY.plusMillis(80));
        assertThat(two.connection(2).log()).containsExactly("BEGIN READ ONLY", "locked");
        assertThat(lanes[0].log()).containsExactly("locked", "(cancel)");
        lanes[0].fail(LaneFixture.cancelled());
        assertThat(locked.ended()).as("waits for the lock on the lease").isFalse();
        assertThat(two.lanes.hasRoomForQuick()).isTrue();
        two.answerAll(two.connection(2));
        two.answerAll(two.connection(2));
        assertThat(locked.completed()).isTrue();
        assertThat(locked.ends()).isEqualTo(1);
    }

    @Test
    void leavesAStatementThatTurnsOutToWriteOnItsLane() {
        two.call("locked");
        two.call("quick");
        Signals<SqlResult> hidden = two.call("SELECT * FROM a_view_that_writes");
        two.pass(STUCK);
        FakeConnection lease = two.connection(2);
        lease.fail(LaneFixture.serverError("ERROR", "25006", "cannot execute INSERT in a read-only transaction"));
        two.answerAll(lease);
        assertThat(hidden.ended()).isFalse();
        assertThat(two.profile.mayShare()).as("its text keeps off the lanes").isFalse();
        two.pass(STUCK.multipliedBy(2));
        assertThat(lease.log().stream().filter("SELECT * FROM a_view_that_writes"::equals))
                .as("it is not tried again")
                .hasSize(1);
        two.answerAll(lanes[0]);
        assertThat(hidden.completed()).isTrue();
        assertThat(hidden.ends()).isEqualTo(1);
    }

    @Test
    void runsAHiddenWriteOnceWhenItsLaneWasCancelled() {
        Signals<SqlResult> hidden = two.call("SELECT * FROM a_view_that_writes");
        two.pass(SURELY.plusMillis(130));
        lanes[0].fail(LaneFixture.cancelled());
        FakeConnection lease = two.connection(2);
        lease.fail(LaneFixture.serverError("ERROR", "25006", "cannot execute INSERT in a read-only transaction"));
        two.answerAll(lease);
        assertThat(hidden.ended()).isFalse();
        assertThat(lease.log())
                .containsExactly(
                        "BEGIN READ ONLY",
                        "SELECT * FROM a_view_that_writes",
                        "ROLLBACK",
                        "SELECT * FROM a_view_that_writes");
        two.answerAll(lease);
        assertThat(hidden.completed()).isTrue();
        assertThat(hidden.ends()).isEqualTo(1);
    }

    private static StaleStatementException outdated() {
        return StaleStatements.notReprepared(
                LaneFixture.serverError("ERROR", "0A000", "cached plan must not change result type"), true);
    }

    /** The copy's transaction is none of the caller's: it must not be told to run that again. */
    @Test
    void waitsForItsLaneWhenTheCopysTextWasOutdated() {
        two.call("locked");
        two.call("quick");
        Signals<SqlResult> behind = two.call("SELECT * FROM altered");
        two.pass(STUCK);
        FakeConnection lease = leaseWith("SELECT * FROM altered");
        lease.fail(outdated());
        two.answerAll(lease);
        assertThat(behind.ended()).isFalse();
        two.answerAll(lanes[0]);
        assertThat(behind.completed()).isTrue();
        assertThat(behind.ends()).isEqualTo(1);
    }

    @Test
    void runsAgainWhenItsLaneWasCancelledAndTheCopysTextWasOutdated() {
        Signals<SqlResult> read = two.call("SELECT * FROM altered");
        two.pass(SURELY.plusMillis(130));
        lanes[0].fail(LaneFixture.cancelled());
        FakeConnection lease = leaseWith("SELECT * FROM altered");
        lease.fail(outdated());
        two.answerAll(lease);
        assertThat(read.ended()).isFalse();
        assertThat(lease.log())
                .containsExactly("BEGIN READ ONLY", "SELECT * FROM altered", "ROLLBACK", "SELECT * FROM altered");
        two.answerAll(lease);
        assertThat(read.completed()).isTrue();
        assertThat(read.ends()).isEqualTo(1);
    }

    private FakeConnection leaseWith(String text) {
        return two.server.connections().stream()
                .filter(connection -> connection != lanes[0] && connection != lanes[1] && connection.nextIs(text))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void endsTheWaitAfterTheAcquireTimeoutWhenLeasesAreExhausted() {
        LaneFixture narrow = LaneFixture.withLeases(1, 1);
        Signals.of(narrow.lanes.warmUp());
        Signals.of(narrow.onLease.run(SqlStatement.of("UPDATE of a locked row")));
        narrow.call("locked");
        Signals<SqlResult> behind = narrow.call("behind");
        narrow.pass(STUCK.plus(narrow.options.acquireTimeout()));
        assertThat(behind.error()).isInstanceOf(AcquireTimeoutException.class);
        assertThat(behind.ends()).isEqualTo(1);
    }

    @Test
    void triesAgainWhenNoLeaseCouldBeWaitedFor() {
        LaneFixture narrow =
                new LaneFixture(LaneFixture.withLeases(1, 1).options.with(options -> options.maxWaiting(0)));
        Signals.of(narrow.lanes.warmUp());
        Signals<SqlResult> holding = Signals.of(narrow.onLease.run(SqlStatement.of("UPDATE")));
        narrow.call("locked");
        Signals<SqlResult> behind = narrow.call("behind");
        narrow.pass(STUCK);
        assertThat(behind.ended()).as("refused there, still under way here").isFalse();
        FakeConnection lease = narrow.connection(1);
        lease.answer();
        assertThat(holding.completed()).isTrue();
        narrow.pass(STUCK);
        narrow.answerAll(lease);
        narrow.answerAll(lease);
        assertThat(behind.completed()).isTrue();
    }

    /** Its lane may answer long before a lease comes. */
    @Test
    void cancelsNoHeadBeforeItHasALease() {
        LaneFixture narrow = LaneFixture.withLeases(1, 1);
        Signals.of(narrow.lanes.warmUp());
        Signals.of(narrow.onLease.run(SqlStatement.of("UPDATE")));
        Signals<SqlResult> slow = narrow.call("slow");
        narrow.pass(SURELY.plusMillis(180));
        assertThat(narrow.connection(0).log()).containsExactly("slow");
        narrow.connection(0).answer();
        assertThat(slow.completed()).isTrue();
        assertThat(narrow.leases.state().waiting()).isZero();
    }

    /** Transactions may wait for the head, and hold all leases but the one that a write has. */
    @Test
    void takesNoLongWriteOnALeaseForAReadThatIsStuck() {
        StatementProfile write = new StatementProfile(false);
        LaneFixture narrow = LaneFixture.withLeases(1, 1);
        Signals.of(narrow.lanes.warmUp());
        narrow.profile.observe(1, 1_000);
        Signals.of(narrow.leases.useOnce(
                lease -> narrow.onLease.observed(write, lease.execute(SqlStatement.of("UPDATE")))));
        Signals<SqlResult> slow = narrow.call("slow");
        narrow.pass(SURELY.plusMillis(180));
        assertThat(narrow.connection(0).log()).containsExactly("slow");
        assertThat(narrow.onLease.mustWait(narrow.profile)).isFalse();
        narrow.connection(0).answer();
        assertThat(slow.completed()).isTrue();
    }

    /** A class that is missing in the driver. */
    @Test
    void nothingIsUnderWayThatTheDriverThrewAt() {
        NoClassDefFoundError missing = new NoClassDefFoundError("Missing");
        two.profile.observe(1, 1_000);
        Mono<SqlResult> observed = two.onLease.observed(two.profile, new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super SqlResult> actual) {
                throw missing;
            }
        });
        assertThatThrownBy(() -> Signals.of(observed)).isSameAs(missing);
        two.pass(Duration.ofMinutes(1));
        assertThat(two.onLease.isAnyStuck()).isFalse();
    }

    /** Its text is taken for a read, but the library has seen that it writes. */
    @Test
    void aHiddenWriteThatIsCutOffByTheClosingHasAnUnknownOutcome() {
        two.call("locked");
        two.call("quick");
        Signals<SqlResult> hidden = two.call("SELECT * FROM a_view_that_writes");
        two.pass(STUCK);
        two.connection(2)
                .fail(LaneFixture.serverError("ERROR", "25006", "cannot execute INSERT in a read-only transaction"));
        two.answerAll(two.connection(2));
        Signals.of(two.lanes.close(Duration.ofSeconds(1)));
        two.pass(Duration.ofSeconds(1));
        assertThat(hidden.error())
                .isInstanceOfSatisfying(
                        ClosedException.class,
                        error -> assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    /** Nobody knows what became of a write that was under way. */
    @Test
    void aHiddenWriteWhoseLaneIsLostHasAnUnknownOutcome() {
        two.call("locked");
        two.call("quick");
        Signals<SqlResult> hidden = two.call("SELECT * FROM a_view_that_writes");
        two.pass(STUCK);
        lanes[0].lose();
        FakeConnection lease = two.connection(2);
        lease.fail(LaneFixture.serverError("ERROR", "25006", "cannot execute INSERT in a read-only transaction"));
        two.answerAll(lease);
        assertThat(hidden.error())
                .isInstanceOfSatisfying(
                        ConnectionLostException.class,
                        error -> assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN));
        assertThat(hidden.ends()).isEqualTo(1);
    }

    @Test
    void triesAHiddenWriteOnceOnADatabaseThatOnlyReads() {
        Signals<SqlResult> hidden = two.call("SELECT * FROM a_view_that_writes");
        two.pass(SURELY.plusMillis(130));
        lanes[0].fail(LaneFixture.cancelled());
        FakeConnection lease = two.connection(2);
        for (int i = 0; i < 2; i++) {
            lease.fail(LaneFixture.serverError("ERROR", "25006", "cannot execute INSERT in a read-only transaction"));
            if (i == 0) {
                lease.answer();
            }
        }
        assertThat(hidden.error()).hasMessageContaining("25006");
        assertThat(hidden.ends()).isEqualTo(1);
        assertThat(two.leases.state().leased()).isZero();
    }

    @Test
    void givesUpBothWhenTheCallerDoes() {
        two.call("locked");
        two.call("quick");
        Signals<SqlResult> behind = two.call("behind");
        two.pass(STUCK);
        behind.cancel();
        two.answerAll(two.connection(2));
        assertThat(two.leases.state().leased()).isZero();
        two.answerAll(lanes[0]);
        assertThat(behind.ended()).isFalse();
        assertThat(two.lanes.state().inFlight()).isEqualTo(1);
    }

    @Test
    void asksTheServerLessAndLessOftenToStopTheSameHead() {
        two.call("stubborn").cancel();
        two.pass(Duration.ofSeconds(10));
        assertThat(lanes[0].log().stream().filter("(cancel)"::equals)).hasSizeBetween(5, 10);
    }

    /** The leases are taken by reads that wait for the same lock, so what waits for it on the lanes waits for a lease instead. */
    @Test
    void drainsTheLanesOfACrowdThatWaitsForOneLock() {
        StatementProfile others = new StatementProfile(true);
        LaneFixture narrow = LaneFixture.withLeases(2, 1);
        Signals.of(narrow.lanes.warmUp());
        narrow.profile.observe(1, 1_000);
        List<Signals<SqlResult>> crowd = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            crowd.add(narrow.call("locked"));
        }
        Signals<SqlResult> innocent = Signals.of(narrow.execute("innocent", others));
        narrow.pass(SURELY.plusMillis(80));
        List<FakeConnection> both = List.of(narrow.connection(0), narrow.connection(1));
        for (int i = 0; i < 20 && both.stream().anyMatch(lane -> lane.inFlight() > 0); i++) {
            for (FakeConnection lane : both) {
                if (lane.nextIs("locked")
                        && lane.log().get(lane.log().size() - 1).equals("(cancel)")) {
                    lane.fail(LaneFixture.cancelled());
                } else if (lane.nextIs("innocent")) {
                    lane.answer();
                }
            }
            FakeConnection lease = narrow.connection(2);
            if (lease.nextIs("innocent")) {
                lease.answer();
            }
            narrow.pass(Duration.ofMillis(5));
        }
        assertThat(both).allMatch(lane -> lane.inFlight() == 0);
        assertThat(innocent.completed()).isTrue();
        assertThat(crowd).noneMatch(Signals::ended);
        narrow.pass(STUCK);
        assertThat(narrow.onLease.mustWait(narrow.profile))
                .as("no more of them on lanes")
                .isTrue();
        FakeConnection lease = narrow.connection(2);
        for (int i = 0; i < 2 * crowd.size() + 2; i++) {
            narrow.answerAll(lease);
        }
        assertThat(crowd).allMatch(Signals::completed).allMatch(caller -> caller.ends() == 1);
        assertThat(narrow.onLease.mustWait(narrow.profile)).isFalse();
        assertThat(narrow.leases.state().leased()).isZero();
    }

    /** It is still on the lane and may take effect there: a view can call a function that writes. */
    @Test
    void aTimeOutOfWhatIsStillOnItsLaneHasAnUnknownOutcome() {
        LaneFixture narrow = LaneFixture.withLeases(1, 1);
        Signals.of(narrow.lanes.warmUp());
        Signals.of(narrow.onLease.run(SqlStatement.of("UPDATE")));
        narrow.call("locked");
        Signals<SqlResult> behind = narrow.call("behind");
        narrow.pass(STUCK.plus(narrow.options.acquireTimeout()));
        assertThat(behind.error()).isInstanceOfSatisfying(AcquireTimeoutException.class, error -> {
            assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(error.isSafeToRetry()).isFalse();
        });
    }

    @Test
    void sendsAStatementAgainThatACancelRequestForItsNeighbourHas() {
        Signals<SqlResult> gone = two.call("gone");
        two.call("quick");
        Signals<SqlResult> behind = two.call("behind");
        gone.cancel();
        two.pass(Duration.ofMillis(60));
        lanes[0].fail(LaneFixture.cancelled());
        two.answerAll(lanes[1]);
        assertThat(behind.ended()).isFalse();
        two.answerAll(two.connection(2));
        two.answerAll(two.connection(2));
        assertThat(behind.completed()).isTrue();
    }

    @Test
    void callersHearOfAClosingThatIsOutOfPatienceWhileTheServerIsSilent() {
        Signals<SqlResult> silent = two.call("silent");
        Signals.of(two.lanes.close(Duration.ofSeconds(1)));
        two.pass(Duration.ofSeconds(1));
        assertThat(silent.error())
                .isInstanceOfSatisfying(
                        ClosedException.class,
                        error -> assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED));
        assertThat(silent.ends()).isEqualTo(1);
    }
}
