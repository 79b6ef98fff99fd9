package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.FakeConnection;
import io.headgate.pool.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;

/** What a loss means for the other connections, and how many there may be. */
class LeaseLossTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PoolFixture three = LeaseAgeTest.fixture(options -> options.minIdle(2));

    @BeforeEach
    void open() {
        LeaseAgeTest.open(three, 3);
        three.time.advanceTimeBy(SECOND);
    }

    @Test
    void closesIdleConnectionsOlderThanALossAtOnceAndQuietly() {
        three.server.connection(1).lose();
        assertThat(three.server.connection(0).isOpen()).isFalse();
        assertThat(three.server.connection(2).isOpen()).isFalse();
        assertThat(three.listener.count("closed LOST")).isEqualTo(1);
        assertThat(three.listener.count("closed OLDER_THAN_LOST")).isEqualTo(2);
        assertThat(Signals.of(three.execute("a")).completed()).isTrue();
        assertThat(three.server.connections()).hasSize(4);
    }

    @Test
    void closesThoseInUseWhenTheyComeBackAndTheirCallersSeeNoError() {
        Sinks.Empty<Object> end = Sinks.empty();
        Signals<Object> caller = Signals.of(three.leases.use(lease -> end.asMono()));
        three.server.connections().stream()
                .filter(connection -> connection != three.server.connection(2))
                .findFirst()
                .orElseThrow()
                .lose();
        assertThat(three.pool.state().leased()).isEqualTo(1);
        end.tryEmitEmpty();
        assertThat(caller.completed()).isTrue();
        assertThat(three.pool.state().leased()).isZero();
        assertThat(three.server.connections()).noneMatch(FakeConnection::isOpen);
        assertThat(three.listener.count("closed OLDER_THAN_LOST")).isEqualTo(2);
    }

    @Test
    void keepsThoseThatWereOpenedAfterTheLoss() {
        three.server.connection(1).lose();
        three.time.advanceTimeBy(SECOND);
        three.execute("a").block();
        three.time.advanceTimeBy(SECOND.multipliedBy(3));
        assertThat(three.server.connection(3).isOpen()).isTrue();
        assertThat(three.pool.state().idle()).as("replenished").isEqualTo(2);
        assertThat(three.listener.count("closed LOST")).isEqualTo(1);
    }

    @Test
    void countsALossOfOneThatIsAlreadyGoingAsNoNews() {
        Sinks.Empty<Object> end = Sinks.empty();
        Signals.of(three.leases.use(lease -> end.asMono()));
        three.server.connection(0).lose();
        three.time.advanceTimeBy(SECOND);
        three.execute("a").block();
        three.time.advanceTimeBy(SECOND);
        three.server.connection(2).lose();
        three.time.advanceTimeBy(SECOND);
        assertThat(three.server.connection(3).isOpen()).isTrue();
    }

    @Test
    void closesIdleConnectionsTooManyAndThoseInUseWhenTheyComeBack() {
        Sinks.Empty<Object> end = Sinks.empty();
        Signals<Object> caller = Signals.of(three.leases.use(lease -> end.asMono()));
        Signals<Object> second = Signals.of(three.leases.use(lease -> end.asMono()));
        three.pool.resize(0, 1);
        assertThat(three.pool.state().open()).isEqualTo(2);
        end.tryEmitEmpty();
        assertThat(caller.completed() && second.completed()).isTrue();
        assertThat(three.pool.state().open()).isEqualTo(1);
        assertThat(three.listener.count("closed SHRUNK")).isEqualTo(2);
    }

    @Test
    void opensConnectionsForThoseThatWaitWhenThereMayBeMore() {
        PoolFixture one = new PoolFixture(1);
        one.server.answerOnCommand();
        one.execute("a").subscribe();
        one.execute("b").subscribe();
        assertThat(one.server.connections()).hasSize(1);
        one.pool.resize(0, 2);
        assertThat(one.server.connection(1).log()).containsExactly("b");
    }

    /** A thousand random events: whenever a connection is opened, no more are open than allowed at that moment. */
    @Test
    void neverOpensAConnectionBeyondTheLimit() {
        SplittableRandom random = new SplittableRandom(20_261_121);
        PoolFixture pool = LeaseAgeTest.fixture(options -> options.maxConnections(6)
                .minIdle(3)
                .maxLifetime(Duration.ofMinutes(2))
                .idleTimeout(Duration.ofMinutes(1)));
        List<Signals<Object>> borrowers = new ArrayList<>();
        int limit = 6;
        int known = 0;
        for (int event = 0; event < 1_000; event++) {
            switch (random.nextInt(6)) {
                case 0, 1 ->
                    borrowers.add(
                            Signals.of(pool.leases.use(lease -> Sinks.empty().asMono())));
                case 2 -> borrowers.stream().limit(random.nextInt(4)).forEach(Signals::cancel);
                case 3 -> {
                    limit = 1 + random.nextInt(6);
                    pool.pool.resize(0, limit);
                }
                case 4 ->
                    pool.server.connections().stream()
                            .filter(FakeConnection::isOpen)
                            .skip(random.nextInt(3))
                            .findFirst()
                            .ifPresent(FakeConnection::lose);
                default -> pool.pool.warmUp().subscribe();
            }
            known = checked(pool, known, limit);
            pool.time.advanceTimeBy(Duration.ofMillis(random.nextInt(40_000)));
            known = checked(pool, known, limit);
            borrowers.removeIf(borrower -> borrower.ended() || (random.nextInt(8) == 0 && cancel(borrower)));
        }
        assertThat(known).as("connections opened").isGreaterThan(100);
    }

    private static boolean cancel(Signals<Object> borrower) {
        borrower.cancel();
        return true;
    }

    private static int checked(PoolFixture pool, int known, int limit) {
        List<FakeConnection> all = pool.server.connections();
        if (all.size() > known) {
            assertThat(all.stream().filter(FakeConnection::isOpen).count()).isLessThanOrEqualTo(limit);
        }
        return all.size();
    }
}
