package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.FakeServer;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolOptionsBuilder;
import io.headgate.pool.Signals;
import io.headgate.pool.connection.ConnectionSupply;
import io.headgate.pool.connection.PooledConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Connections that grow old, lie idle, are tried out, kept ready, in virtual time. */
class LeaseAgeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PoolFixture plain = fixture(options -> options);

    @Test
    void closesAnIdleConnectionAtItsAge() {
        PoolFixture aged = fixture(o -> o.maxLifetime(Duration.ofMinutes(5)));
        aged.execute("a").block();
        aged.time.advanceTimeBy(Duration.ofMinutes(5).minus(SECOND));
        assertThat(aged.server.connection(0).isOpen()).isTrue();
        aged.time.advanceTimeBy(SECOND);
        assertThat(aged.server.connection(0).isOpen()).isFalse();
        assertThat(aged.listener.events()).endsWith("closed LIFETIME");
    }

    @Test
    void closesAConnectionInUseAtItsAgeWhenItComesBack() {
        PoolFixture aged = fixture(o -> o.maxLifetime(Duration.ofMinutes(5)));
        Sinks.Empty<Object> end = Sinks.empty();
        Signals<Object> caller = Signals.of(aged.leases.use(lease -> end.asMono()));
        aged.pool.warmUp().subscribe();
        aged.time.advanceTimeBy(Duration.ofMinutes(6));
        assertThat(aged.server.connection(0).isOpen()).isTrue();
        end.tryEmitEmpty();
        assertThat(caller.completed()).isTrue();
        assertThat(aged.server.connection(0).isOpen()).isFalse();
        assertThat(aged.listener.events()).endsWith("closed LIFETIME");
    }

    @Test
    void spreadsLifetimesByATenthToEitherSide() {
        assertThat(lifetime(0)).isEqualTo(Duration.ofMinutes(27));
        assertThat(lifetime(0.5)).isEqualTo(Duration.ofMinutes(30));
        assertThat(lifetime(1)).isEqualTo(Duration.ofMinutes(33));
    }

    private static Duration lifetime(double random) {
        AtomicLong now = new AtomicLong();
        List<PooledConnection> opened = new ArrayList<>();
        ConnectionSupply supply = new ConnectionSupply(
                Node.of("db", 5432),
                new FakeServer().connect(),
                PoolOptions.builder().maxLifetime(Duration.ofMinutes(30)).build(),
                DataAccessListener.NONE,
                Schedulers.parallel(),
                now::get,
                () -> random);
        supply.open(opened::add, error -> {});
        while (supply.retirement(opened.get(0)) == null) {
            now.addAndGet(SECOND.toNanos());
        }
        return Duration.ofNanos(now.get());
    }

    @Test
    void closesWhatIsIdleForLongDownToTheLeastNumber() {
        open(plain, 3);
        plain.time.advanceTimeBy(plain.options.idleTimeout().minus(SECOND));
        assertThat(plain.pool.state().idle()).isEqualTo(3);
        plain.time.advanceTimeBy(SECOND);
        assertThat(plain.pool.state().idle()).isEqualTo(1);
        assertThat(plain.listener.count("closed IDLE")).isEqualTo(2);
    }

    @Test
    void keepsTheConnectionThatIsUsedAndClosesTheOthers() {
        open(plain, 2);
        for (Duration passed = Duration.ZERO;
                passed.compareTo(plain.options.idleTimeout()) < 0;
                passed = passed.plus(SECOND)) {
            plain.execute("a").block();
            plain.time.advanceTimeBy(SECOND);
        }
        assertThat(plain.pool.state().idle()).isEqualTo(1);
        assertThat(plain.listener.count("closed IDLE")).isEqualTo(1);
        plain.execute("b").block();
        assertThat(plain.server.connections()).hasSize(2);
    }

    @Test
    void triesOutAConnectionThatWasIdleForLongAndLendsItWhenItAnswers() {
        plain.execute("a").block();
        plain.time.advanceTimeBy(plain.options.validateAfter().minusMillis(1));
        plain.execute("b").block();
        plain.time.advanceTimeBy(plain.options.validateAfter());
        assertThat(Signals.of(plain.execute("c")).completed()).isTrue();
        assertThat(plain.server.connection(0).log()).containsExactly("a", "b", "SELECT 1", "c");
    }

    @Test
    void takesTheNextConnectionWhenOneIsFoundInvalid() {
        open(plain, 2);
        FakeConnection first = plain.server.connection(1);
        FakeConnection second = plain.server.connection(0);
        first.answerOnCommand();
        plain.time.advanceTimeBy(plain.options.validateAfter());
        Signals<SqlResult> caller = Signals.of(plain.execute("a"));
        first.fail(LaneFixture.serverError("ERROR", "57P05", "terminating connection due to idle-session timeout"));
        assertThat(caller.completed()).isTrue();
        assertThat(first.log()).containsExactly("SELECT 1", "(close)");
        assertThat(second.log()).containsExactly("SELECT 1", "a");
        assertThat(plain.listener.count("closed INVALID")).isEqualTo(1);
    }

    @Test
    void opensAnotherWhenATrialIsNeverAnswered() {
        plain.execute("a").block();
        plain.server.connection(0).answerOnCommand();
        plain.time.advanceTimeBy(plain.options.validateAfter());
        Signals<SqlResult> caller = Signals.of(plain.execute("b"));
        plain.time.advanceTimeBy(SECOND.minusMillis(1));
        assertThat(caller.ended()).isFalse();
        plain.time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(caller.completed()).isTrue();
        assertThat(plain.server.connection(0).log()).containsExactly("a", "SELECT 1", "(close)");
        assertThat(plain.server.connection(1).log()).containsExactly("b");
    }

    @Test
    void countsTheTrialsIntoTheLongestWait() {
        PoolFixture hasty =
                fixture(o -> o.acquireTimeout(Duration.ofMillis(1_500)).maxConnections(3));
        open(hasty, 3);
        hasty.server.connections().forEach(FakeConnection::answerOnCommand);
        hasty.time.advanceTimeBy(hasty.options.validateAfter());
        Signals<SqlResult> caller = Signals.of(hasty.execute("b"));
        hasty.time.advanceTimeBy(Duration.ofMillis(1_500));
        assertThat(caller.error()).isInstanceOf(AcquireTimeoutException.class);
        hasty.time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(caller.ends()).isEqualTo(1);
        assertThat(hasty.pool.state().leased()).isZero();
        assertThat(hasty.pool.state().waiting()).isZero();
    }

    @Test
    void keepsAConnectionWhoseBorrowerLeftDuringTheTrial() {
        plain.execute("a").block();
        FakeConnection connection = plain.server.connection(0);
        connection.answerOnCommand();
        plain.time.advanceTimeBy(plain.options.validateAfter());
        Signals<SqlResult> caller = Signals.of(plain.execute("b"));
        caller.cancel();
        connection.answer();
        assertThat(plain.pool.state().idle()).isEqualTo(1);
        assertThat(connection.log()).containsExactly("a", "SELECT 1");
    }

    @Test
    void opensAsManyAsAreKeptIdleWhenWarmedUp() {
        PoolFixture warm = fixture(o -> o.minIdle(2));
        assertThat(Signals.of(warm.pool.warmUp()).completed()).isTrue();
        assertThat(warm.pool.state().idle()).isEqualTo(2);
        assertThat(Signals.of(warm.pool.warmUp()).completed()).isTrue();
        assertThat(warm.server.connections()).hasSize(2);
    }

    @Test
    void endsItsWarmUpWhenTheServerRefuses() {
        PoolFixture warm = fixture(o -> o.minIdle(2));
        warm.server.acceptOnCommand();
        Signals<Void> warmUp = Signals.of(warm.pool.warmUp());
        warm.server.refuse(new ConnectFailedException(Node.of("db", 5432), "refused", null));
        assertThat(warmUp.completed()).isTrue();
        assertThat(warm.pool.state().open()).isZero();
    }

    @Test
    void replacesSpareConnectionsThatHaveGone() {
        PoolFixture warm = fixture(o -> o.minIdle(2).maxLifetime(Duration.ofMinutes(5)));
        open(warm, 2);
        warm.time.advanceTimeBy(Duration.ofMinutes(4));
        Signals.of(warm.leases.use(lease -> Mono.never()));
        warm.time.advanceTimeBy(SECOND);
        assertThat(warm.pool.state().idle()).isEqualTo(2);
        warm.time.advanceTimeBy(Duration.ofMinutes(2));
        assertThat(warm.pool.state().idle()).isEqualTo(2);
        assertThat(warm.listener.count("closed LIFETIME")).isPositive();
        assertThat(warm.pool.state().open()).isEqualTo(3);
    }

    @Test
    void triesAgainForACallerThatWaitedForASpareConnectionThatCouldNotBeOpened() {
        plain.server.acceptOnCommand();
        plain.pool.warmUp().subscribe();
        Signals<SqlResult> caller = Signals.of(plain.execute("a"));
        plain.server.refuse(new ConnectFailedException(Node.of("db", 5432), "refused", null));
        assertThat(caller.ended()).isFalse();
        plain.server.accept();
        assertThat(caller.completed()).isTrue();
    }

    /** Opens as many at once, and gives them back in the order they were opened. */
    static void open(PoolFixture fixture, int connections) {
        List<Signals<Object>> borrowers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            borrowers.add(Signals.of(fixture.leases.use(lease -> Mono.never())));
        }
        borrowers.forEach(Signals::cancel);
        fixture.pool.warmUp().subscribe();
        assertThat(fixture.pool.state().idle()).isEqualTo(connections);
    }

    static PoolFixture fixture(UnaryOperator<PoolOptionsBuilder> change) {
        return new PoolFixture(
                change.apply(PoolOptions.builder().maxConnections(3).lanes(0).minIdle(1))
                        .build());
    }
}
