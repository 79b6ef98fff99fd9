package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.Signals;
import io.headgate.pool.VirtualLoad;
import io.headgate.pool.lane.LaneCall;
import io.headgate.pool.statement.StatementProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Slow reads that go to a lane, since leases may wait for them: each gets its turn, and none goes without need. */
class SlowReadsOnLanesTest {

    private static final String SLOW = "SELECT slow";

    /** Others ask for a shorter one all the time. */
    @ParameterizedTest
    @CsvSource({"100, 20, 20", "1000, 20, 20", "500, 20, 50"})
    void aShortReadDoesNotKeepALongOneFromTheOnlyLane(int longOne, int shortOne, int every) {
        VirtualLoad load = new VirtualLoad(5, 1)
                .taking("SELECT short", shortOne)
                .knowing("SELECT short")
                .taking("SELECT long", longOne)
                .knowing("SELECT long");
        load.hold(3, Mono.never());
        askAllTheTime(load, "SELECT short", every, 300);
        List<Signals<SqlResult>> callers = load.askOutside(1, "SELECT long", Mono.empty());
        askAllTheTime(load, "SELECT short", every, longOne + 1_500);
        assertThat(callers).allMatch(Signals::completed);
    }

    /** It has no claim to the time that it did not ask for. */
    @ParameterizedTest
    @ValueSource(ints = {10_000, 30_000})
    void aLongReadThatWasAwayDoesNotKeepAShortOneFromTheOnlyLane(int away) {
        VirtualLoad load = new VirtualLoad(5, 1)
                .taking("SELECT short", 20)
                .knowing("SELECT short")
                .taking("SELECT long", 2_000)
                .knowing("SELECT long");
        load.hold(4, Mono.never());
        AskingAgain shortOnes = new AskingAgain(load, "SELECT short");
        shortOnes.start(3);
        load.tick(100);
        load.ask("SELECT long");
        load.tick(away);
        shortOnes.forget();
        AskingAgain longOnes = new AskingAgain(load, "SELECT long");
        longOnes.start(20);
        load.tick(20_000);
        assertThat(shortOnes.errors).isEmpty();
        assertThat(shortOnes.answers).isGreaterThanOrEqualTo(45);
        assertThat(longOnes.answers).isGreaterThanOrEqualTo(4);
    }

    /** Callers who ask for a text again when they have heard of it. */
    private static final class AskingAgain {

        private final VirtualLoad load;
        private final String text;
        private final List<Throwable> errors = new ArrayList<>();
        private int answers;

        AskingAgain(VirtualLoad load, String text) {
            this.load = load;
            this.text = text;
        }

        void start(int callers) {
            IntStream.range(0, callers).forEach(i -> ask());
        }

        void forget() {
            answers = 0;
            errors.clear();
        }

        private void ask() {
            load.fixture
                    .execute(text)
                    .doOnNext(answer -> answers++)
                    .doOnError(errors::add)
                    .onErrorComplete()
                    .doOnTerminate(() -> load.fixture.time.schedule(this::ask))
                    .subscribe();
        }
    }

    private static void askAllTheTime(VirtualLoad load, String text, int every, int duration) {
        for (int millis = 0; millis < duration; millis++) {
            if (millis % every == 0) {
                load.ask(text);
            }
            load.tick(1);
        }
    }

    /** It takes as long as it always does, though a read of another text waits for a lock on a lease. */
    @Test
    void aSlowReadOnTheOnlyLaneIsNotTakenForOneThatIsStuck() {
        VirtualLoad load = new VirtualLoad(5, 1)
                .taking(SLOW, 300)
                .knowing(SLOW)
                .taking("SELECT locked", 20)
                .knowing("SELECT locked")
                .taking("SELECT locked", Integer.MAX_VALUE);
        load.ask("SELECT locked");
        load.tick(1);
        List<Signals<SqlResult>> callers = load.askOutside(3, SLOW, Mono.empty());
        assertThat(load.tickUntilEnded(callers)).isLessThanOrEqualTo(3_000);
        assertThat(callers).allMatch(Signals::completed);
        assertThat(load.timesSent("(cancel)")).isZero();
        assertThat(load.timesSent(SLOW)).isEqualTo(10 + 3);
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "4, 0", "4, 1", "4, 2", "4, 3"})
    void slowReadsTakeTheLaneThatIsLeftWhenTheOthersWaitForALock(int lanes, int locked) {
        VirtualLoad load = new VirtualLoad(4 * lanes, lanes).taking(SLOW, 20).knowing(SLOW);
        List<String> texts =
                IntStream.range(0, locked).mapToObj(i -> "SELECT locked" + i).toList();
        texts.forEach(load::knowing);
        Sinks.Empty<Void> start = Sinks.empty();
        List<Signals<SqlResult>> callers = load.askOutside(3 * lanes, SLOW, start.asMono());
        load.tick(3);
        for (String text : texts) {
            load.taking(text, Integer.MAX_VALUE).ask(text);
            load.tick(1);
            load.ask("SELECT quick");
            load.tick(1);
        }
        load.tick(30);
        start.tryEmitEmpty();
        assertThat(load.tickUntilEnded(callers)).isLessThanOrEqualTo(1_000);
        assertThat(callers).allMatch(Signals::completed);
    }

    /** All leases were held up for a moment. Afterwards they come back, one in five milliseconds, so no read needs a lane. */
    @ParameterizedTest
    @CsvSource({"1", "4"})
    void slowReadsLeaveTheLanesAfterAStall(int lanes) {
        VirtualLoad load = new VirtualLoad(4 + lanes, lanes)
                .taking(SLOW, 20)
                .knowing(SLOW)
                .knowing("SELECT quick")
                .taking(SLOW, 200);
        List<Signals<SqlResult>> reads = new ArrayList<>();
        for (int millis = 0; millis < 4_000; millis++) {
            if (millis == 300) {
                load.taking(SLOW, 20);
            }
            reads.removeIf(Signals::ended);
            while (reads.size() < 60) {
                reads.add(load.ask(SLOW));
            }
            if (millis > 2_000) {
                load.lookUp();
                assertThat(load.slowHeads()).isLessThanOrEqualTo(4);
            }
            load.tick(1);
        }
        assertThat(load.lookUpErrors()).isEmpty();
        assertThat(load.waitOf(99)).isLessThanOrEqualTo(1);
    }

    /** Such as those with values written into them. */
    @ParameterizedTest
    @CsvSource({"3, 20", "10, 1", "20, 20"})
    void textsThatWereNeverTriedDoNotKeepAKnownOneFromTheOnlyLane(int users, int takes) {
        VirtualLoad load = new VirtualLoad(5, 1).taking(SLOW, 20).knowing(SLOW).knowing("SELECT quick");
        load.hold(4, Mono.never());
        List<Throwable> errors = new ArrayList<>();
        int[] answers = {0};
        int[] texts = {0};
        again(load, SLOW, () -> answers[0]++, errors::add);
        for (int i = 0; i < users; i++) {
            Mono.defer(() -> {
                        String text = "SELECT " + texts[0]++;
                        load.taking(text, takes);
                        return load.fixture.execute(text).doFinally(end -> load.taking(text, 1));
                    })
                    .onErrorComplete()
                    .delaySubscription(Duration.ofMillis(1), load.fixture.time)
                    .repeat()
                    .subscribe();
        }
        load.tick(10_000);
        assertThat(errors).isEmpty();
        assertThat(answers[0]).isGreaterThan(20);
    }

    /** One of its text waits for a lock, so that the others cannot go: that is no claim to every turn when the lock is gone. */
    @Test
    void aTextThatCouldNotGoDoesNotKeepAShortOneFromTheOnlyLane() {
        VirtualLoad load = new VirtualLoad(5, 1)
                .taking("SELECT short", 20)
                .knowing("SELECT short")
                .taking(SLOW, 400)
                .knowing(SLOW)
                .taking(SLOW, Integer.MAX_VALUE);
        load.hold(3, Mono.never());
        load.ask(SLOW);
        load.tick(2);
        load.fixture.pool.resize(1, 3);
        load.tick(3_300);
        List<Throwable> errors = new ArrayList<>();
        int[] answers = {0};
        again(load, "SELECT short", () -> answers[0]++, errors::add);
        for (int i = 0; i < 20; i++) {
            again(load, SLOW, () -> {}, late -> {});
            load.tick(230);
        }
        load.tick(20_000);
        load.taking(SLOW, 400);
        answers[0] = 0;
        load.tick(10_000);
        assertThat(errors).isEmpty();
        assertThat(answers[0]).isGreaterThan(10);
    }

    private static void again(VirtualLoad load, String text, Runnable answered, Consumer<Throwable> failed) {
        load.fixture
                .execute(text)
                .doOnSuccess(answer -> answered.run())
                .doOnError(failed)
                .onErrorComplete()
                .repeat(() -> true)
                .subscribeOn(load.fixture.time)
                .subscribe();
    }

    /** Its lane has done most of the work already. */
    @Test
    void aSlowReadIsNotBegunAgainWhenALeaseComes() {
        VirtualLoad load = new VirtualLoad(5, 1).taking(SLOW, 1_000).knowing(SLOW);
        Sinks.Empty<Void> end = Sinks.empty();
        load.hold(4, end.asMono());
        Signals<SqlResult> read = load.ask(SLOW);
        load.tick(1_000);
        assertThat(load.timesSent(SLOW)).as("it went to the lane").isEqualTo(10 + 1);
        end.tryEmitEmpty();
        load.tick(300);
        assertThat(read.completed()).isTrue();
        assertThat(load.timesSent(SLOW)).isEqualTo(10 + 1);
        assertThat(load.timesSent("(cancel)")).isZero();
    }

    /** The lane's loop is behind, so that the slow one has its place but is not sent. */
    @Test
    void quickReadsDoNotGoBehindASlowOneThatHasItsPlace() {
        VirtualLoad load =
                new VirtualLoad(5, 1).taking(SLOW, 1_000).knowing(SLOW).knowing("SELECT quick");
        load.hold(4, Mono.never());
        FakeConnection lane = load.fixture.server.connections().stream()
                .filter(connection -> !connection.log().contains("held"))
                .findFirst()
                .orElseThrow();
        load.ask(SLOW);
        lane.fakeLoop().hold();
        load.fixture.time.advanceTimeBy(Duration.ofMillis(500));
        IntStream.range(0, 10).forEach(i -> load.ask("SELECT quick"));
        lane.fakeLoop().release();
        assertThat(lane.nextIs(SLOW)).isTrue();
        assertThat(lane.inFlight()).isEqualTo(1);
    }

    /** Three of four lanes are left, one of them soon: no reason to move a head that waits for a lock. */
    @Test
    void aLaneWithASlowReadDoesNotCountAsStuck() {
        LaneFixture four =
                new LaneFixture(PoolOptions.builder().maxConnections(6).lanes(4).build());
        Signals.of(four.lanes.warmUp());
        StatementProfile report = new StatementProfile(true);
        report.observe(1_000_000_000, 2_000_000);
        Signals<SqlResult> slow = new Signals<>();
        slow.onSubscribe(new LaneCall(four.lanes, slow, SqlStatement.of(SLOW), report, true, 0));
        four.call("locked");
        four.pass(Duration.ofMillis(500));
        assertThat(four.lanes.depths()).containsExactlyInAnyOrder(1, 1, 0, 0);
        assertThat(four.server.connections())
                .hasSize(4)
                .noneMatch(lane -> lane.log().contains("(cancel)"));
    }
}
