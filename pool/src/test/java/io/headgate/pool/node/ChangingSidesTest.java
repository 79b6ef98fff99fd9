package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.Signals;
import io.headgate.pool.VirtualLoad;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Reads that go from lanes to leases and back: nobody is lost, turned away or counted twice, and none waits for what may never come. */
class ChangingSidesTest {

    private static final String QUICK = "SELECT quick";
    private static final String BUSY = "SELECT busy";
    private static final String SLOW = "SELECT slow";

    @Test
    void whoWaitedForALaneIsNotTurnedAwayByTheLeases() {
        PoolFixture pool = new PoolFixture(PoolOptions.builder()
                .maxConnections(5)
                .lanes(1)
                .minIdle(0)
                .maxWaiting(20)
                .build());
        pool.server.answerOnCommand();
        for (int i = 0; i < 10; i++) {
            Signals.of(pool.execute(QUICK));
            pass(pool);
            pool.server.connections().forEach(ChangingSidesTest::answerAll);
        }
        for (int i = 0; i < 4; i++) {
            Signals.of(pool.pool.inTransaction(
                    TransactionOptions.defaults(),
                    tx -> tx.execute(SqlStatement.of("held")).then(Mono.never())));
        }
        FakeConnection lane = pool.server.connections().stream()
                .filter(each -> each.log().size() > 5)
                .findFirst()
                .orElseThrow();
        IntStream.range(0, pool.options.laneDepth()).forEach(i -> Signals.of(pool.execute(QUICK)));
        List<Signals<SqlResult>> quick = IntStream.range(0, 15)
                .mapToObj(i -> Signals.of(pool.execute(QUICK)))
                .toList();
        IntStream.range(0, 20).forEach(i -> Signals.of(pool.execute("INSERT")));
        assertThat(pool.pool.state().waiting()).isEqualTo(35);
        pool.server.acceptOnCommand();
        lane.lose();
        pass(pool);
        assertThat(quick).noneMatch(Signals::ended);
    }

    private static void pass(PoolFixture pool) {
        pool.time.advanceTimeBy(Duration.ofMillis(1));
    }

    private static void answerAll(FakeConnection connection) {
        while (connection.inFlight() > 0) {
            connection.answer();
        }
    }

    @Test
    void whoGivesUpOnTheOtherSideIsCountedOnce() {
        VirtualLoad load = withFullLane(1_000);
        Signals<SqlResult> waiting = load.ask(QUICK);
        load.fixture.server.acceptOnCommand();
        lane(load).lose();
        load.tick(2);
        long before = load.fixture.listener.count("cancelled");
        waiting.cancel();
        load.tick(2);
        assertThat(load.fixture.listener.count("cancelled")).isEqualTo(before + 1);
    }

    /** Four leases are held, and the only lane is full. */
    private static VirtualLoad withFullLane(int millis) {
        VirtualLoad load = new VirtualLoad(5, 1).knowing(QUICK).knowing(BUSY);
        load.tick(10);
        load.hold(4, Mono.never());
        load.taking(BUSY, millis);
        IntStream.range(0, load.fixture.options.laneDepth()).forEach(i -> load.ask(BUSY));
        return load;
    }

    private static FakeConnection lane(VirtualLoad load) {
        return load.fixture.server.connections().stream()
                .filter(each -> each.inFlight() > 1)
                .findFirst()
                .orElseThrow();
    }

    /** It asks again at each look, while the lane is on its way. */
    @Test
    void oneSlowReadHasOneLaneOpened() {
        VirtualLoad load = new VirtualLoad(16, 4).taking(SLOW, 20).knowing(SLOW);
        load.hold(12, Mono.never());
        load.fixture.server.acceptOnCommand();
        load.ask(SLOW);
        load.tick(300);
        assertThat(load.fixture.server.knocking()).isEqualTo(1);
    }

    @Test
    void quickReadsTakeIdleLeasesWhileASlowOneHasTheOnlyLaneThatIsOpen() {
        VirtualLoad load =
                new VirtualLoad(6, 2).taking(SLOW, 4_000).knowing(SLOW).knowing(QUICK);
        Sinks.Empty<Void> end = Sinks.empty();
        load.hold(4, end.asMono());
        load.tick(5);
        load.fixture.server.acceptOnCommand();
        Signals<SqlResult> slow = load.ask(SLOW);
        load.tick(100);
        end.tryEmitEmpty();
        load.tick(5);
        assertThat(load.slowHeads()).isEqualTo(1);
        List<Signals<SqlResult>> quick =
                IntStream.range(0, 10).mapToObj(i -> load.ask(QUICK)).toList();
        assertThat(load.tickUntilEnded(quick)).isLessThanOrEqualTo(20);
        assertThat(quick).allMatch(Signals::completed);
        assertThat(slow.ended()).isFalse();
    }

    /** A caller may look for a lane long before it asks. */
    @Test
    void aLookUpThatCameBeforeASlowReadTookTheLaneGoesToAnIdleLease() {
        VirtualLoad load =
                new VirtualLoad(5, 1).taking(SLOW, 4_000).knowing(SLOW).knowing(QUICK);
        Sinks.Empty<Void> end = Sinks.empty();
        load.hold(4, end.asMono());
        Signals<SqlResult> slow = load.ask(SLOW);
        Signals<SqlResult> quick = Signals.withoutDemand(load.fixture.execute(QUICK));
        load.tick(100);
        assertThat(load.slowHeads()).isEqualTo(1);
        end.tryEmitEmpty();
        load.tick(5);
        assertThat(load.fixture.pool.state().idle()).isEqualTo(4);
        quick.request();
        load.tick(1);
        assertThat(quick.completed()).isTrue();
        assertThat(slow.ended()).isFalse();
    }

    @Test
    void whoWaitsForTheOnlyLaneGoesToIdleLeasesWhenItsHeadIsStuck() {
        VirtualLoad load = new VirtualLoad(5, 1).knowing(QUICK).knowing(BUSY);
        load.tick(10);
        load.openLeases(4);
        load.taking(BUSY, Integer.MAX_VALUE).ask(BUSY);
        IntStream.range(1, load.fixture.options.laneDepth()).forEach(i -> load.ask(QUICK));
        List<Signals<SqlResult>> waiting =
                IntStream.range(0, 10).mapToObj(i -> load.ask(QUICK)).toList();
        assertThat(load.fixture.pool.state().idle()).isEqualTo(4);
        assertThat(load.fixture.pool.state().waiting()).isEqualTo(10);
        assertThat(load.tickUntilEnded(waiting)).isLessThanOrEqualTo(40);
        assertThat(waiting).allMatch(Signals::completed);
    }

    /** A copy of one that was stuck tells it: in a transaction that only reads, the server refuses it. */
    @Test
    void aReadThatIsFoundToWriteWhileItWaitsForALeaseGoesToNoLane() {
        VirtualLoad load = new VirtualLoad(5, 1).knowing(BUSY).taking(BUSY, Integer.MAX_VALUE);
        Sinks.Empty<Void> first = Sinks.empty();
        Sinks.Empty<Void> end = Sinks.empty();
        load.hold(1, first.asMono());
        load.hold(3, end.asMono());
        load.ask(BUSY);
        load.tick(1_100);
        Signals.of(load.inTransaction(end.asMono()));
        Signals<SqlResult> waiting = load.ask(BUSY);
        first.tryEmitEmpty();
        load.tick(5);
        List<FakeConnection> stuck = load.fixture.server.connections().stream()
                .filter(connection -> connection.nextIs(BUSY))
                .toList();
        assertThat(stuck).as("on the lane, and its copy on a lease").hasSize(2);
        for (FakeConnection connection : stuck) {
            if (connection.log().contains("held")) {
                connection.fail(
                        LaneFixture.serverError("ERROR", "25006", "cannot execute INSERT in a read-only transaction"));
            } else {
                load.taking(BUSY, 20);
            }
        }
        load.tick(2_000);
        assertThat(load.slowHeads()).isZero();
        assertThat(waiting.ended()).as("the lane is free").isFalse();
        end.tryEmitEmpty();
        assertThat(load.tickUntilEnded(List.of(waiting))).isLessThanOrEqualTo(50);
        assertThat(waiting.completed()).isTrue();
    }

    /** Its lane is being opened; quick ones that come behind it do not end up behind it there. */
    @Test
    void quickReadsDoNotWaitBehindASlowOneThatCameFirst() {
        VirtualLoad load = new VirtualLoad(8, 2)
                .knowing(QUICK)
                .knowing(BUSY)
                .taking(SLOW, 4_000)
                .knowing(SLOW);
        load.hold(6, Mono.never());
        load.fixture.server.acceptOnCommand();
        load.taking(BUSY, 1_200).ask(BUSY);
        load.tick(1_030);
        load.ask(SLOW);
        load.tick(90);
        List<Signals<SqlResult>> quick =
                IntStream.range(0, 10).mapToObj(i -> load.ask(QUICK)).toList();
        load.tick(5);
        while (load.fixture.server.knocking() > 0) {
            load.fixture.server.accept();
        }
        assertThat(load.tickUntilEnded(quick)).isLessThanOrEqualTo(50);
        assertThat(quick).allMatch(Signals::completed);
    }
}
