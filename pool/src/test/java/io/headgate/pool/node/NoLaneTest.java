package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.topology.Node;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.Signals;
import io.headgate.pool.VirtualLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Reads that belong on a lane when none can be opened: leases that are there serve them. */
class NoLaneTest {

    private static final String QUICK = "SELECT quick";
    private static final String SLOW = "SELECT slow";

    /** As the drivers tell it that the node takes no more connections, or that a password has changed. */
    static Stream<Throwable> refusals() {
        return Stream.of(
                LaneFixture.serverError("FATAL", "53300", "sorry, too many clients already"),
                new ConnectFailedException(Node.of("db", 5432), "refused", null),
                new ConfigurationException("password authentication failed"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void idleLeasesServeReadsWhoseLaneIsRefused(Throwable refusal) {
        VirtualLoad load = withoutLane();
        List<Signals<SqlResult>> quick = new ArrayList<>();
        for (int millis = 0; millis < 5_000; millis++) {
            quick.add(load.ask(QUICK));
            load.tick(1);
            refuseAll(load, refusal);
        }
        load.tick(10);
        assertThat(quick).allMatch(Signals::completed);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void readsWhoseLaneIsRefusedWaitForALease(Throwable refusal) {
        VirtualLoad load = withoutLane();
        Sinks.Empty<Void> end = Sinks.empty();
        load.hold(4, end.asMono());
        List<Signals<SqlResult>> quick = new ArrayList<>();
        for (int millis = 0; millis < 1_500; millis++) {
            if (millis % 10 == 0) {
                quick.add(load.ask(QUICK));
            }
            load.tick(1);
            refuseAll(load, refusal);
        }
        assertThat(quick).noneMatch(Signals::ended);
        end.tryEmitEmpty();
        load.tick(100);
        assertThat(quick).allMatch(Signals::completed);
    }

    @Test
    void idleLeasesServeReadsWhileTheOpeningOfALaneHangs() {
        VirtualLoad load = withoutLane();
        List<Signals<SqlResult>> quick =
                IntStream.range(0, 20).mapToObj(i -> load.ask(QUICK)).toList();
        assertThat(load.tickUntilEnded(quick)).isLessThanOrEqualTo(20);
        assertThat(quick).allMatch(Signals::completed);
        assertThat(load.fixture.server.knocking()).as("a lane is being opened").isEqualTo(1);
    }

    /** Three leases are open and idle, the only lane is lost, and the server lets nobody in until told. */
    private static VirtualLoad withoutLane() {
        VirtualLoad load = new VirtualLoad(5, 1).knowing(QUICK);
        load.tick(10);
        List<FakeConnection> open = load.fixture.server.connections();
        open.get(open.size() - 1).lose();
        load.tick(1);
        load.openLeases(4);
        load.fixture.server.acceptOnCommand();
        assertThat(load.fixture.pool.state().idle()).isEqualTo(4);
        assertThat(load.fixture.pool.statistics().laneDepths()).isEmpty();
        return load;
    }

    /** It is too old; its last answers are on their way. */
    @Test
    void idleLeasesServeReadsThatWaitForALaneThatLeavesWhileTheOpeningOfAnotherHangs() {
        LaneFixture pool = new LaneFixture(PoolOptions.builder()
                .maxConnections(6)
                .lanes(2)
                .laneDepth(4)
                .slowAfter(Duration.ofDays(1))
                .maxLifetime(Duration.ofSeconds(60))
                .build());
        Signals.of(pool.execute(QUICK));
        pool.answerAll(pool.connection(0));
        pool.pass(Duration.ofSeconds(50));
        Signals.of(pool.leases.useOnce(lease -> lease.execute(SqlStatement.of("a lease is open"))));
        pool.answerAll(pool.connection(1));
        pool.server.acceptOnCommand();
        pool.pass(Duration.ofSeconds(15));
        pool.callEach(QUICK, QUICK, QUICK, QUICK);
        List<Signals<SqlResult>> waiting =
                IntStream.range(0, 3).mapToObj(i -> pool.call(QUICK)).toList();
        assertThat(pool.server.knocking()).as("another lane is being opened").isEqualTo(1);
        pool.lanes.housekeep();
        assertThat(pool.lanes.depths()).as("it leaves").isEmpty();
        for (int i = 0; i < 3; i++) {
            pool.pass(Duration.ofMillis(1));
            pool.answerAll(pool.connection(1));
        }
        assertThat(waiting).allMatch(Signals::completed);
        assertThat(pool.connection(0).inFlight()).isEqualTo(4);
    }

    /** No lease is free at that moment, and no new lane comes. */
    @Test
    void readsThatWaitForALaneThatIsLostGoToLeases() {
        VirtualLoad load = new VirtualLoad(5, 1).knowing(QUICK);
        List<FakeConnection> open = load.fixture.server.connections();
        FakeConnection lane = open.get(open.size() - 1);
        Sinks.Empty<Void> end = Sinks.empty();
        load.hold(4, end.asMono());
        load.fixture.server.acceptOnCommand();
        int onTheLane = load.fixture.options.laneDepth();
        IntStream.range(0, onTheLane).forEach(i -> load.ask(QUICK));
        List<Signals<SqlResult>> waiting =
                IntStream.range(0, 10).mapToObj(i -> load.ask(QUICK)).toList();
        assertThat(lane.inFlight()).isEqualTo(onTheLane);
        lane.lose();
        load.tick(1);
        load.fixture.server.acceptAtOnce();
        end.tryEmitEmpty();
        load.tick(20);
        assertThat(waiting).allMatch(Signals::completed);
    }

    /** It waited for a lease, then for a lane, and waits for a lease again: the caller has waited all the time. */
    @Test
    void theAcquireTimeOutCountsOnceForAReadWhoseLaneIsRefused() {
        VirtualLoad load = new VirtualLoad(5, 1).taking(SLOW, 1_100).knowing(SLOW);
        load.hold(4, Mono.never());
        load.fixture.server.acceptOnCommand();
        Signals<SqlResult> read = load.ask(SLOW);
        load.tick(4_950);
        assertThat(load.fixture.server.knocking()).as("it went to a lane").isEqualTo(1);
        refuseAll(load, new ConnectFailedException(Node.of("db", 5432), "refused", null));
        load.tick(49);
        assertThat(read.ended()).isFalse();
        load.tick(1);
        assertThat(read.error()).isInstanceOf(AcquireTimeoutException.class);
    }

    private static void refuseAll(VirtualLoad load, Throwable refusal) {
        while (load.fixture.server.knocking() > 0) {
            load.fixture.server.refuse(refusal);
        }
    }
}
