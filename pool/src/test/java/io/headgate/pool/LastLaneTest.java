package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

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
        IntStream.range(0, 20).forEach(i -> askAgainAndAgain(load));
        for (int millis = 0; millis < 8_000; millis++) {
            if (millis % 10 == 0) {
                load.lookUp();
            }
            load.tick(1);
        }
        assertThat(load.lookUpErrors()).isEmpty();
        assertThat(load.waitOf(99)).isLessThanOrEqualTo(5);
    }

    private static void askAgainAndAgain(VirtualLoad load) {
        Runnable again = () -> load.fixture.time.schedule(() -> askAgainAndAgain(load));
        load.fixture.execute(SLOW).subscribe(answer -> {}, error -> again.run(), again);
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
