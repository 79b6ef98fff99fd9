package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.Signals;
import io.headgate.pool.VirtualLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** When a slow read may take the last lane: when no lease will come back by itself, and only then. */
class LastLaneTest {

    private static final String SLOW = "SELECT slow";

    /** Such as a stream, or a transaction that waits for another service. */
    @ParameterizedTest
    @CsvSource({"1, 20", "1, 4000", "2, 4000"})
    void anIdleLeaseDoesNotGiveItToReports(int lanes, int takes) {
        VirtualLoad load = new VirtualLoad(4 * lanes + 1, lanes)
                .taking(SLOW, takes)
                .knowing(SLOW)
                .knowing("SELECT quick");
        load.hold(1, Mono.never());
        askByMany(load, 20, load.fixture.execute(SLOW));
        lookUpFor(8_000, load);
        assertLookUpsAreQuick(load);
    }

    /** So many callers, each of whom asks again when it has its answer. */
    private static void askByMany(VirtualLoad load, int callers, Publisher<?> asked) {
        IntStream.range(0, callers).forEach(i -> askAgainAndAgain(load, asked));
    }

    private static void askAgainAndAgain(VirtualLoad load, Publisher<?> asked) {
        Runnable again = () -> load.fixture.time.schedule(() -> askAgainAndAgain(load, asked));
        Flux.from(asked).subscribe(answer -> {}, error -> again.run(), again);
    }

    private static void lookUpFor(int duration, VirtualLoad load) {
        for (int millis = 0; millis < duration; millis++) {
            if (millis % 10 == 0) {
                load.lookUp();
            }
            load.tick(1);
        }
    }

    private static void assertLookUpsAreQuick(VirtualLoad load) {
        assertThat(load.lookUpErrors()).isEmpty();
        assertThat(load.waitOf(99)).isLessThanOrEqualTo(5);
    }

    /** The server answers no attempt to connect. */
    @Test
    void aLaneWhoseOpeningHangsDoesNotMakeTheOtherOneSpare() {
        VirtualLoad load = withOneLaneOfTwo();
        askByMany(load, 20, load.fixture.execute(SLOW));
        lookUpFor(8_000, load);
        assertThat(load.fixture.server.knocking()).as("a lane is being opened").isEqualTo(1);
        assertLookUpsAreQuick(load);
    }

    @Test
    void aReportWaitsForTheLaneThatIsBeingOpened() {
        VirtualLoad load = withOneLaneOfTwo();
        Signals<SqlResult> report = load.ask(SLOW);
        lookUpFor(200, load);
        assertThat(load.slowHeads()).as("the UPDATEs alone").isEqualTo(3);
        load.fixture.server.accept();
        lookUpFor(4_050, load);
        assertThat(report.completed()).isTrue();
        assertThat(load.fixture.pool.statistics().laneDepths()).hasSize(2);
        assertLookUpsAreQuick(load);
    }

    /** One of four leases is idle and the others are busy; the server lets nobody in until told. */
    private static VirtualLoad withOneLaneOfTwo() {
        VirtualLoad load = new VirtualLoad(6, 2)
                .taking(SLOW, 4_000)
                .knowing(SLOW)
                .knowing("SELECT quick")
                .taking("UPDATE", 900);
        load.hold(1, Mono.never());
        askByMany(load, 3, load.fixture.execute("UPDATE"));
        load.tick(5);
        load.fixture.server.acceptOnCommand();
        assertThat(load.fixture.pool.statistics().laneDepths()).hasSize(1);
        return load;
    }

    /** Look-ups queue for the one lane all the time. The reads of the transactions that hold the leases get their share all the same. */
    @Test
    void lookUpsThatQueueForLanesKeepNoTransactionWaiting() {
        VirtualLoad load = new VirtualLoad(4, 1).taking(SLOW, 20).knowing(SLOW).knowing("SELECT quick");
        load.taking("SELECT quick", 2);
        Sinks.Empty<Void> start = Sinks.empty();
        List<Signals<SqlResult>> outside = load.askOutside(3, SLOW, start.asMono());
        load.tick(5);
        askByMany(load, 300, load.fixture.execute("SELECT quick"));
        load.tick(50);
        start.tryEmitEmpty();
        assertThat(load.tickUntilEnded(outside)).isLessThan(1_000);
        assertThat(outside).allMatch(Signals::completed);
    }

    /** Such as exports: one of the four ends in 225 ms. */
    @Test
    void streamsThatFlowDoNotGiveItToReports() {
        VirtualLoad load = new VirtualLoad(5, 1)
                .taking(SLOW, 4_000)
                .knowing(SLOW)
                .knowing("SELECT quick")
                .taking("SELECT all", 900);
        for (int i = 0; i < 4; i++) {
            askByMany(load, 1, load.fixture.pool.stream(SqlStatement.of("SELECT all")));
            load.tick(225);
        }
        askByMany(load, 20, load.fixture.execute(SLOW));
        lookUpFor(8_000, load);
        assertLookUpsAreQuick(load);
    }

    /** TLS and a password, say, take a tenth of a second. The only lease that is open is idle. */
    @Test
    void aReportWaitsForTheLeaseThatIsBeingOpened() {
        VirtualLoad load =
                new VirtualLoad(5, 1).taking(SLOW, 4_000).knowing(SLOW).knowing("SELECT quick");
        load.hold(1, Mono.never());
        load.tick(100);
        load.fixture.server.acceptOnCommand();
        Signals<SqlResult> report = load.ask(SLOW);
        lookUpFor(100, load);
        assertThat(load.slowHeads()).isZero();
        FakeConnection lease = load.fixture.server.accept();
        lookUpFor(4_001, load);
        assertThat(report.completed()).isTrue();
        assertThat(lease.log()).contains(SLOW);
        assertLookUpsAreQuick(load);
        assertThat(load.fixture.pool.state().open()).as("with the lane").isEqualTo(3);
    }

    /** Each read would wait for a lease of its own to be opened. */
    @Test
    void leasesWhoseOpeningHangsAreNotWaitedForByEachReadAnew() {
        VirtualLoad load = new VirtualLoad(9, 1).taking(SLOW, 20).knowing(SLOW).knowing("SELECT quick");
        load.openLeases(4);
        load.fixture.server.acceptOnCommand();
        int[] done = {0};
        List<Throwable> errors = new ArrayList<>();
        IntStream.range(0, 40)
                .forEach(i -> load.inTransaction(load.fixture.execute(SLOW))
                        .doOnNext(answer -> done[0]++)
                        .doOnError(errors::add)
                        .delaySubscription(Duration.ofMillis(1), load.fixture.time)
                        .repeat()
                        .subscribe(answer -> {}, error -> {}));
        load.tick(20_000);
        assertThat(errors).isEmpty();
        assertThat(done[0]).isGreaterThan(200);
    }

    /** After a deployment: nobody knows yet how long they take. */
    @ParameterizedTest
    @CsvSource({"500, 3", "4000, 1"})
    void readsThatWereNeverTriedTakeItOneAtATime(int takes, int inFiveSeconds) {
        VirtualLoad load = new VirtualLoad(5, 1).knowing("SELECT quick").taking(SLOW, takes);
        load.hold(4, Mono.never());
        IntStream.range(0, 20).forEach(i -> load.ask(SLOW));
        lookUpFor(10_000, load);
        assertThat(load.timesSent(SLOW)).isEqualTo(inFiveSeconds);
        assertThat(load.lookUpErrors()).isEmpty();
        assertThat(load.waitOf(100)).as("one read, and the next look").isLessThanOrEqualTo(takes + 10);
    }

    /** The connection was passed on with the COMMIT: its last user, who is done, is not the one to look at. */
    @Test
    void aUserWhoIsDoneDoesNotGiveItAway() {
        VirtualLoad load = new VirtualLoad(5, 1).taking(SLOW, 300).knowing(SLOW).taking("UPDATE", 900);
        IntStream.range(0, 3).forEach(i -> load.ask("UPDATE"));
        Signals.of(load.inTransaction(Mono.delay(Duration.ofMillis(5), load.fixture.time)));
        load.tick(1);
        load.ask("UPDATE");
        Signals<SqlResult> slow = load.ask(SLOW);
        load.tick(850);
        assertThat(load.slowHeads()).as("the UPDATEs alone").isEqualTo(4);
        assertThat(load.tickUntilEnded(List.of(slow)))
                .as("it waits for a lease")
                .isGreaterThan(300);
    }

    /** A session connection holds it, say, whose user waits for the read. */
    @Test
    void leasesThatWaitForALockOfSomebodyElseGiveIt() {
        VirtualLoad load = new VirtualLoad(5, 1).taking(SLOW, 20).knowing(SLOW).taking("UPDATE", Integer.MAX_VALUE);
        IntStream.range(0, 4).forEach(i -> load.ask("UPDATE"));
        load.tick(2);
        Signals<SqlResult> slow = load.ask(SLOW);
        assertThat(load.tickUntilEnded(List.of(slow))).isLessThanOrEqualTo(1_200);
        assertThat(slow.completed()).isTrue();
    }

    /** They look busy, but will not come back before the read is answered. */
    @Test
    void transactionsThatAskForSomethingAllTheTimeGiveItLater() {
        VirtualLoad load = new VirtualLoad(5, 1).taking(SLOW, 20).knowing(SLOW);
        List<Signals<Object>> callers = IntStream.range(0, 4)
                .mapToObj(i -> Signals.of(load.fixture.pool.inTransaction(
                        TransactionOptions.defaults(),
                        tx -> Flux.interval(Duration.ofMillis(20), load.fixture.time)
                                .concatMap(tick -> tx.execute(SqlStatement.of("beat")))
                                .takeUntilOther(Mono.delay(Duration.ofMillis(50), load.fixture.time)
                                        .then(load.fixture.execute(SLOW)))
                                .cast(Object.class))))
                .toList();
        load.tick(4_900);
        assertThat(callers).allMatch(Signals::completed);
    }

    /** Those who wait for a short read go first. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void reportsThatCameFirstDoNotKeepAShortReadFromIt(int reports) {
        VirtualLoad load = new VirtualLoad(5, 1).taking(SLOW, 20).knowing(SLOW);
        IntStream.range(0, reports)
                .mapToObj(i -> "SELECT report " + i)
                .forEach(text -> load.taking(text, 2_000).knowing(text));
        List<Signals<SqlResult>> callers = load.askOutside(
                4, SLOW, Mono.delay(Duration.ofMillis(3), load.fixture.time).then());
        load.tick(2);
        IntStream.range(0, reports).forEach(i -> load.ask("SELECT report " + i));
        assertThat(load.tickUntilEnded(callers)).isLessThanOrEqualTo(4_900);
        assertThat(callers).allMatch(Signals::completed);
    }
}
