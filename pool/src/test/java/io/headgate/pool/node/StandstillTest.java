package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.FakeServer;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.Signals;
import io.headgate.pool.VirtualLoad;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Reads that wait for a lease while none comes back: when they go to a lane, and what the look-ups there notice of it. */
class StandstillTest {

    private static final String SLOW = "SELECT slow";

    /** Callers who ask for a slow read while they hold a lease, again and again: each standstill must end as the first did. */
    @ParameterizedTest
    @CsvSource({"5, 1, 12, 12", "2, 1, 4, 12", "16, 4, 40, 50"})
    void transactionsGoOnThatWaitForReadsOutsideThemselves(int maxConnections, int lanes, int callers, int aSecond) {
        VirtualLoad load =
                new VirtualLoad(maxConnections, lanes).taking(SLOW, 20).knowing(SLOW);
        AskingOutside loop = new AskingOutside(load);
        for (int i = 0; i < callers; i++) {
            loop.run();
        }
        load.tick(2_000);
        loop.done = 0;
        loop.errors.clear();
        load.tick(10_000);
        assertThat(loop.errors).isEmpty();
        assertThat(loop.done).isGreaterThanOrEqualTo(10 * aSecond);
    }

    private static final class AskingOutside implements Runnable {

        private final VirtualLoad load;
        private final List<Throwable> errors = new ArrayList<>();
        private int done;

        AskingOutside(VirtualLoad load) {
            this.load = load;
        }

        @Override
        public void run() {
            load.fixture
                    .pool
                    .inTransaction(
                            TransactionOptions.defaults(),
                            tx -> tx.execute(SqlStatement.of("held"))
                                    .then(load.fixture.execute(SLOW))
                                    .then(tx.execute(SqlStatement.of("more"))))
                    .subscribe(
                            result -> {},
                            error -> {
                                errors.add(error);
                                again();
                            },
                            () -> {
                                done++;
                                again();
                            });
        }

        private void again() {
            load.fixture.time.schedule(this, 1, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void aReadThatWaitsForALockHoldsUpNoneThatWaitsForNone() {
        VirtualLoad load = new VirtualLoad(6, 2)
                .taking(SLOW, 20)
                .taking("SELECT locked", 20)
                .knowing(SLOW)
                .knowing("SELECT locked")
                .taking("SELECT locked", Integer.MAX_VALUE);
        List<Signals<SqlResult>> callers = Stream.of("SELECT locked", SLOW, SLOW, SLOW)
                .map(text -> Signals.of(load.inTransaction(load.fixture.execute(text))))
                .toList();
        load.tick(1_000);
        assertThat(callers.subList(1, 4)).allMatch(Signals::completed);
        assertThat(callers.get(0).ended()).isFalse();
    }

    @Test
    void slowReadsTakeOneLaneOfFour() {
        assertThatLookUpsAreQuick(slowReadsWhileLeasesAreHeld(4, 300, Integer.MAX_VALUE));
    }

    /** What a caller gave up is under way until the server has heard of it. */
    @Test
    void slowReadsTakeOneLaneOfFourThoughTheirCallersGiveUp() {
        assertThatLookUpsAreQuick(slowReadsWhileLeasesAreHeld(4, 300, 120));
    }

    private static void assertThatLookUpsAreQuick(VirtualLoad load) {
        assertThat(load.lookUpErrors()).isEmpty();
        assertThat(load.waitOf(99)).isLessThanOrEqualTo(5);
    }

    @Test
    void lookUpsHaveTheOnlyLaneForMostOfTheTime() {
        VirtualLoad load = slowReadsWhileLeasesAreHeld(1, 20, Integer.MAX_VALUE);
        assertThat(load.lookUpErrors()).isEmpty();
        assertThat(load.waitOf(70)).isLessThanOrEqualTo(5);
        assertThat(load.waitOf(100)).as("the read, and the next look").isLessThanOrEqualTo(30);
    }

    /** For three seconds, one slow read in five milliseconds, which was known to take 20 ms, and a look-up in each. */
    private static VirtualLoad slowReadsWhileLeasesAreHeld(int lanes, int takes, int patience) {
        VirtualLoad load = new VirtualLoad(4 * lanes + 4, lanes)
                .taking(SLOW, 20)
                .knowing(SLOW)
                .knowing("SELECT quick")
                .taking(SLOW, takes);
        load.hold(3 * lanes + 4, Mono.never());
        Queue<Signals<SqlResult>> reads = new ArrayDeque<>();
        for (int millis = 0; millis < 3_000; millis++) {
            if (millis % 5 == 0) {
                reads.add(load.ask(SLOW));
                if (millis >= patience) {
                    reads.remove().cancel();
                }
            }
            load.lookUp();
            load.tick(1);
            assertThat(load.slowHeads()).isLessThanOrEqualTo(1);
        }
        return load;
    }

    @Test
    void slowReadsOfManyTextsLeaveOneLaneOfFour() {
        List<String> texts = List.of("SELECT a", "SELECT b", "SELECT c", "SELECT d", "SELECT e", "SELECT f");
        VirtualLoad load = new VirtualLoad(20, 4);
        texts.forEach(text -> load.taking(text, 500).knowing(text));
        load.hold(16, Mono.never());
        List<Signals<SqlResult>> reads = texts.stream().map(load::ask).toList();
        List<Long> heads = new ArrayList<>();
        for (int millis = 0; millis < 2_000; millis++) {
            load.tick(1);
            heads.add(load.slowHeads());
        }
        assertThat(Collections.max(heads)).isEqualTo(3);
        assertThat(reads).allMatch(Signals::completed);
    }

    /** There is no lock, and no transaction: only more reports than leases. */
    @Test
    void reportsLeaveTheOnlyLaneToTheLookUps() {
        VirtualLoad load =
                new VirtualLoad(4, 1).taking(SLOW, 4_000).knowing(SLOW).knowing("SELECT quick");
        List<Signals<SqlResult>> reports =
                IntStream.range(0, 20).mapToObj(i -> load.ask(SLOW)).toList();
        for (int millis = 0; millis < 10_000; millis++) {
            load.lookUp();
            load.tick(1);
        }
        assertThatLookUpsAreQuick(load);
        assertThat(reports.stream().filter(Signals::completed)).hasSize(6);
    }

    @Test
    void readsWaitForALeaseWhenTheNodeTakesNoMoreConnections() {
        VirtualLoad load = new VirtualLoad(5, 1).taking(SLOW, 20).knowing(SLOW);
        Sinks.Empty<Void> end = Sinks.empty();
        load.hold(4, end.asMono());
        load.fixture.server.acceptOnCommand();
        List<Signals<SqlResult>> reads = new ArrayList<>();
        for (String text : List.of("SELECT untried", "SELECT another", SLOW)) {
            reads.add(load.ask(text));
            for (int millis = 0; millis < 500; millis++) {
                load.tick(1);
                refuseAll(load.fixture.server);
            }
        }
        assertThat(reads).noneMatch(Signals::ended);
        end.tryEmitEmpty();
        load.tick(100);
        assertThat(reads).allMatch(Signals::completed);
    }

    private static void refuseAll(FakeServer server) {
        while (server.knocking() > 0) {
            server.refuse(LaneFixture.serverError("FATAL", "53300", "sorry, too many clients already"));
        }
    }

    /** It waits for a lease until it goes to a lane, and there for a connection that does not come. */
    @Test
    void aReadThatWaitsTwiceEndsByOneAcquireTimeOut() {
        VirtualLoad load = new VirtualLoad(5, 1).taking(SLOW, 300).knowing(SLOW);
        load.hold(4, Mono.never());
        load.fixture.server.acceptOnCommand();
        Signals<SqlResult> read = load.ask(SLOW);
        load.tick(2_000);
        assertThat(load.fixture.server.knocking()).as("it went to a lane").isEqualTo(1);
        load.tick(2_999);
        assertThat(read.ended()).isFalse();
        load.tick(1);
        assertThat(read.error()).isInstanceOf(AcquireTimeoutException.class);
    }

    /** It came first, and has its turn and then the lane its pause, but nobody is forgotten over it. */
    @Test
    void aReportThatWaitsMakesNobodyTimeOutWhoComesLater() {
        VirtualLoad load = new VirtualLoad(5, 1)
                .taking(SLOW, 20)
                .knowing(SLOW)
                .taking("SELECT report", 2_000)
                .knowing("SELECT report");
        Sinks.Empty<Void> start = Sinks.empty();
        List<Signals<SqlResult>> callers = load.askOutside(4, SLOW, start.asMono());
        load.tick(2);
        load.ask("SELECT report");
        load.tick(1);
        start.tryEmitEmpty();
        assertThat(load.tickUntilEnded(callers)).isLessThanOrEqualTo(3_500);
        assertThat(callers).allMatch(Signals::completed);
    }

    @Test
    void quickReadsThatCameWhenTheLanesWereBlockedDoNotWaitForAReport() {
        VirtualLoad load = knowingAPause(5).taking("SELECT report", 2_000).knowing("SELECT report");
        load.hold(4, Mono.never());
        load.ask("SELECT report");
        load.tick(5);
        List<Signals<SqlResult>> quick = quickOnesBehindAPause(load, 5);
        assertThat(load.tickUntilEnded(quick)).isLessThanOrEqualTo(100);
        assertThat(quick).allMatch(Signals::completed);
    }

    @Test
    void quickReadsThatCameWhenTheLanesWereBlockedDoNotWaitForAConnectionThatHangs() {
        VirtualLoad load = knowingAPause(6);
        load.hold(3, Mono.never());
        load.tick(5);
        load.fixture.server.acceptOnCommand();
        List<Signals<SqlResult>> quick = quickOnesBehindAPause(load, 50);
        assertThat(load.fixture.server.knocking()).isEqualTo(2);
        assertThat(load.tickUntilEnded(quick)).isLessThanOrEqualTo(100);
        assertThat(quick).allMatch(Signals::completed);
    }

    private static VirtualLoad knowingAPause(int maxConnections) {
        return new VirtualLoad(maxConnections, 1)
                .knowing("SELECT quick")
                .taking("SELECT pause", 1)
                .knowing("SELECT pause");
    }

    /** They come while a head is stuck on the only lane, which is free again 15 ms later. */
    private static List<Signals<SqlResult>> quickOnesBehindAPause(VirtualLoad load, int callers) {
        load.taking("SELECT pause", 1_045).ask("SELECT pause");
        load.tick(1_030);
        List<Signals<SqlResult>> quick = IntStream.range(0, callers)
                .mapToObj(i -> load.ask("SELECT quick"))
                .toList();
        load.tick(1);
        assertThat(quick).noneMatch(Signals::ended);
        return quick;
    }

    /** A first execution may find cold caches, or a lock. It tells little of the next. */
    @ParameterizedTest
    @CsvSource({"5, 1, 12", "16, 4, 40"})
    void aFirstExecutionThatTookLongMakesNobodyTimeOut(int maxConnections, int lanes, int callers) {
        VirtualLoad load =
                new VirtualLoad(maxConnections, lanes).knowing("SELECT quick").taking(SLOW, 3_000);
        AskingOutside loop = new AskingOutside(load);
        for (int i = 0; i < callers; i++) {
            loop.run();
        }
        load.tick(3_020);
        load.taking(SLOW, 20).tick(20_000);
        assertThat(loop.errors).isEmpty();
        assertThat(loop.done).isGreaterThan(callers);
    }

    /** Each side lets no more wait than its bound; together they may be more than that. */
    @Test
    void nobodyIsTurnedAwayForChangingSides() {
        PoolFixture pool = new PoolFixture(PoolOptions.builder()
                .maxConnections(2)
                .lanes(1)
                .laneDepth(4)
                .maxWaiting(20)
                .minIdle(0)
                .build());
        pool.server.answerOnCommand();
        for (int i = 0; i < 8; i++) {
            pool.execute("SELECT quick").subscribe();
            passMillis(pool, 1);
            pool.answerAll();
        }
        Signals.of(pool.pool.inTransaction(
                TransactionOptions.defaults(),
                tx -> tx.execute(SqlStatement.of("held")).then(Mono.never())));
        passMillis(pool, 1);
        pool.answerAll();
        List<Signals<SqlResult>> stuck = askQuick(pool, 4);
        passMillis(pool, 1_030);
        List<Signals<SqlResult>> forALease = askQuick(pool, 15);
        pool.answerAll();
        assertThat(stuck).allMatch(Signals::completed);
        List<Signals<SqlResult>> forTheLane = askQuick(pool, 24);
        assertThat(pool.pool.state().waiting()).as("on both sides").isEqualTo(35);
        // the lane is stuck again, and all wait for a lease
        passMillis(pool, 1_100);
        assertThat(forALease).noneMatch(Signals::ended);
        assertThat(forTheLane).noneMatch(Signals::ended);
        for (int i = 0; i < 20; i++) {
            pool.answerAll();
            passMillis(pool, 10);
        }
        assertThat(forTheLane).allMatch(Signals::completed);
        assertThat(forALease).allMatch(Signals::completed);
    }

    private static List<Signals<SqlResult>> askQuick(PoolFixture pool, int callers) {
        return IntStream.range(0, callers)
                .mapToObj(i -> Signals.of(pool.execute("SELECT quick")))
                .toList();
    }

    private static void passMillis(PoolFixture pool, int millis) {
        for (int i = 0; i < millis; i++) {
            pool.time.advanceTimeBy(Duration.ofMillis(1));
        }
    }
}
