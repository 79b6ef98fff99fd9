package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
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
}
