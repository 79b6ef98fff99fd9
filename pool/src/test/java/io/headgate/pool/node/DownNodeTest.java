package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.topology.Node;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.Signals;
import io.headgate.pool.connection.ConnectBackoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What callers see of a node that accepts no connections, and what the node sees of them. */
class DownNodeTest {

    private final ConnectFailedException refused = new ConnectFailedException(Node.of("db", 5432), "refused", null);

    private static PoolFixture pool(int lanes) {
        PoolFixture fixture = new PoolFixture(
                PoolOptions.builder().maxConnections(16).lanes(lanes).minIdle(0).build());
        fixture.server.acceptOnCommand();
        return fixture;
    }

    private int refuseAll(PoolFixture fixture) {
        int attempts = 0;
        while (fixture.server.knocking() > 0) {
            attempts++;
            fixture.server.refuse(refused);
        }
        return attempts;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void fewAttemptsAndEveryCallerFailsAtOnce(int lanes) {
        PoolFixture down = pool(lanes);
        List<Signals<SqlResult>> callers = new ArrayList<>();
        int attempts = 0;
        for (int millis = 0; millis < 10_000; millis++) {
            for (int i = 0; i < 8; i++) {
                callers.add(Signals.of(down.execute("SELECT " + i)));
            }
            attempts += refuseAll(down);
            down.time.advanceTimeBy(Duration.ofMillis(1));
            attempts += refuseAll(down);
        }
        assertThat(callers).allMatch(Signals::ended);
        assertThat(callers.get(callers.size() - 1).error())
                .isInstanceOf(ConnectFailedException.class)
                .hasRootCause(refused);
        assertThat(((HeadgateException) callers.get(callers.size() - 1).error()).outcome())
                .isEqualTo(Outcome.NOT_EXECUTED);
        // one for each of the first callers, then those that the pauses allow
        assertThat(attempts).isBetween(20, 16 + 45);
        assertThat(down.pool.state().waiting()).isZero();
        assertThat(down.pool.state().connecting()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void allWorkAgainAfterTheFirstSuccess(int lanes) {
        PoolFixture back = pool(lanes);
        for (int i = 0; i < 5; i++) {
            Signals.of(back.execute("SELECT 1"));
            refuseAll(back);
        }
        back.server.acceptAtOnce();
        back.time.advanceTimeBy(ConnectBackoff.LONGEST_PAUSE);
        List<Signals<SqlResult>> callers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            callers.add(Signals.of(back.execute("SELECT " + i)));
        }
        assertThat(callers).allMatch(Signals::completed);
    }

    @Test
    void callersWaitForTheConnectionsThatAreOpen() {
        PoolFixture half = pool(0);
        half.server.acceptAtOnce();
        Signals<Integer> holder = Signals.of(half.leases.use(lease -> Flux.never()));
        half.server.acceptOnCommand();
        Signals<SqlResult> waiting = Signals.of(half.execute("SELECT 1"));
        refuseAll(half);
        half.time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(waiting.ended()).isFalse();
        // tried again although nobody else came
        assertThat(half.server.knocking()).isEqualTo(1);
        refuseAll(half);
        holder.cancel();
        assertThat(waiting.completed()).isTrue();
    }

    @Test
    void aWaitThatEndsTellsOfTheWholePoolAndTheLastConnectError() {
        PoolFixture half = pool(4);
        half.server.acceptAtOnce();
        List<Signals<Integer>> holders = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            holders.add(Signals.of(half.leases.use(lease -> Flux.never())));
        }
        half.pool.warmUp().block();
        half.server.acceptOnCommand();
        Signals<Integer> waiting = Signals.of(half.leases.use(lease -> Mono.just(1)));
        for (int millis = 0; millis < half.options.acquireTimeout().toMillis(); millis++) {
            refuseAll(half);
            half.time.advanceTimeBy(Duration.ofMillis(1));
        }
        assertThat(waiting.error())
                .isInstanceOf(AcquireTimeoutException.class)
                .hasCause(refused)
                .hasMessageContaining("2 leases in use, 0 idle, 4 lanes")
                .hasMessageContaining("the last attempt to open one failed: ")
                .hasMessageContaining("refused");
        holders.forEach(Signals::cancel);
    }

    /** Another node may serve them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void callersThatWaitCanBeRefused(int lanes) {
        PoolFixture down = pool(lanes);
        List<Signals<SqlResult>> callers =
                List.of(Signals.of(down.execute("SELECT 1")), Signals.of(down.execute("INSERT INTO t VALUES (1)")));
        assertThat(callers).noneMatch(Signals::ended);
        down.pool.refuseWaiting("it does not answer");
        down.time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(callers)
                .allSatisfy(each -> assertThat(each.error())
                        .isInstanceOf(ConnectFailedException.class)
                        .hasMessageContaining("it does not answer"));
        assertThat(down.pool.state().waiting()).isZero();
    }
}
