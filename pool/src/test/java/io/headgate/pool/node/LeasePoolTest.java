package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.topology.Node;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.PoolRejectedException;
import io.headgate.pool.PoolState;
import io.headgate.pool.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class LeasePoolTest {

    private final PoolFixture one = new PoolFixture(1);
    private final PoolFixture two = new PoolFixture(2);

    @Test
    void opensConnectionsOnlyWhenNeededAndKeepsThem() {
        assertThat(two.pool.state().open()).isZero();
        two.execute("a").block();
        two.execute("b").block();
        assertThat(two.server.connections()).hasSize(1);
        assertThat(two.server.connection(0).log()).containsExactly("a", "b");
        assertThat(two.listener.events()).containsExactly("opened", "acquired", "acquired");
    }

    @Test
    void opensNoMoreConnectionsThanAllowed() {
        two.server.answerOnCommand();
        IntStream.range(0, 5).forEach(i -> Signals.of(two.execute("q" + i)));
        assertThat(two.server.connections()).hasSize(2);
        assertThat(two.pool.state()).isEqualTo(new PoolState(2, 0, 2, 0, 0, 3, 2, two.options.maxWaiting()));
    }

    @Test
    void servesCallersInTheOrderTheyCame() {
        one.server.answerOnCommand();
        IntStream.range(0, 5).forEach(i -> Signals.of(one.execute("q" + i)));
        FakeConnection connection = one.server.connection(0);
        connection.answer();
        assertThat(connection.log()).containsExactly("q0", "q1");
        connection.answerAtOnce();
        connection.answer();
        assertThat(connection.log()).containsExactly("q0", "q1", "q2", "q3", "q4");
    }

    @Test
    void refusesTheCallerOneOverTheBound() {
        PoolFixture bounded = new PoolFixture(one.options.with(o -> o.maxWaiting(2)));
        bounded.server.answerOnCommand();
        List<Signals<SqlResult>> callers = new ArrayList<>();
        IntStream.range(0, 4).forEach(i -> callers.add(Signals.of(bounded.execute("q" + i))));
        assertThat(callers.subList(0, 3)).noneMatch(Signals::ended);
        assertThat(callers.get(3).error())
                .isInstanceOfSatisfying(PoolRejectedException.class, error -> {
                    assertThat(error.state()).isEqualTo(new PoolState(1, 0, 1, 0, 0, 2, 1, 2));
                    assertThat(error.isSafeToRetry()).isTrue();
                })
                .hasMessage("the queue for a connection to db:5432 is full: 1 leases in use, 0 idle, "
                        + "0 lanes with 0 statements under way, 0 connecting; at most 1 connections, lanes included; "
                        + "2 of at most 2 waiting");
        assertThat(bounded.listener.count("acquireFailed")).isEqualTo(1);
    }

    @Test
    void letsEveryoneWaitWhenTheBoundIsTheGreatestThereIs() {
        PoolFixture unbounded = new PoolFixture(two.options.with(o -> o.maxWaiting(Integer.MAX_VALUE)));
        unbounded.server.acceptOnCommand();
        assertThat(Signals.of(unbounded.execute("a")).ended()).isFalse();
        assertThat(Signals.of(unbounded.execute("b")).ended()).isFalse();
    }

    @Test
    void countsThoseWhoseConnectionIsBeingOpenedOutsideTheBound() {
        PoolFixture unqueued = new PoolFixture(two.options.with(o -> o.maxWaiting(0)));
        unqueued.server.acceptOnCommand();
        Signals<SqlResult> first = Signals.of(unqueued.execute("a"));
        Signals<SqlResult> second = Signals.of(unqueued.execute("b"));
        Signals<SqlResult> third = Signals.of(unqueued.execute("c"));
        assertThat(third.error()).isInstanceOf(PoolRejectedException.class);
        unqueued.server.accept();
        unqueued.server.accept();
        assertThat(first.completed()).isTrue();
        assertThat(second.completed()).isTrue();
    }

    @Test
    void endsTheWaitWhenItsTimeIsOver() {
        one.server.answerOnCommand();
        Signals.of(one.execute("long"));
        one.time.advanceTimeBy(Duration.ofSeconds(1));
        Signals<SqlResult> waiting = Signals.of(one.execute("late"));
        one.time.advanceTimeBy(one.options.acquireTimeout().minusMillis(1));
        assertThat(waiting.ended()).isFalse();
        one.time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(waiting.error())
                .isInstanceOfSatisfying(AcquireTimeoutException.class, error -> {
                    assertThat(error.state().leased()).isEqualTo(1);
                    assertThat(error.isSafeToRetry()).isTrue();
                })
                .hasMessageStartingWith("no connection to db:5432 became free within 5000 ms: 1 leases in use");
        assertThat(one.pool.state().waiting()).isZero();
        one.server.connection(0).answer();
        assertThat(one.server.connection(0).log()).containsExactly("long");
        assertThat(one.listener.count("acquireFailed")).isEqualTo(1);
    }

    @Test
    void stopsTheClockOnceAConnectionIsThere() {
        one.server.answerOnCommand();
        Signals<SqlResult> first = Signals.of(one.execute("a"));
        Signals<SqlResult> second = Signals.of(one.execute("b"));
        one.server.connection(0).answer();
        one.time.advanceTimeBy(Duration.ofMinutes(1));
        one.server.connection(0).answer();
        assertThat(first.completed()).isTrue();
        assertThat(second.completed()).isTrue();
    }

    @Test
    void failsOneCallerForEachConnectionThatCannotBeOpened() {
        two.server.acceptOnCommand();
        Signals<SqlResult> first = Signals.of(two.execute("a"));
        Signals<SqlResult> second = Signals.of(two.execute("b"));
        Signals<SqlResult> third = Signals.of(two.execute("c"));
        ConnectFailedException refused = new ConnectFailedException(Node.of("db", 5432), "refused", null);
        two.server.refuse(refused);
        assertThat(first.error()).isSameAs(refused);
        assertThat(second.ended()).isFalse();
        assertThat(two.server.knocking()).isEqualTo(2);
        two.server.accept();
        assertThat(second.completed()).isTrue();
        assertThat(third.completed()).isTrue();
        two.server.accept();
        assertThat(two.pool.state().idle()).isEqualTo(2);
        assertThat(two.listener.count("failed")).isEqualTo(1);
    }

    @Test
    void treatsADriverThatGivesNothingAsAFailure() {
        one.server.acceptOnCommand();
        Signals<SqlResult> first = Signals.of(one.execute("a"));
        Signals<SqlResult> second = Signals.of(one.execute("b"));
        one.server.turnAway();
        assertThat(first.error()).isInstanceOf(ConnectFailedException.class).hasMessageContaining("db:5432");
        one.server.accept();
        assertThat(second.completed()).isTrue();
        assertThat(one.pool.state().connecting()).isZero();
    }

    @Test
    void replacesAnIdleConnectionThatWasLost() {
        one.execute("a").block();
        one.server.connection(0).lose();
        assertThat(one.pool.state().open()).isZero();
        one.execute("b").block();
        assertThat(one.server.connection(0).log()).containsExactly("a");
        assertThat(one.server.connection(1).log()).containsExactly("b");
        assertThat(one.listener.events()).containsExactly("opened", "acquired", "closed LOST", "opened", "acquired");
    }

    @Test
    void replacesAConnectionThatWasLostUnderItsCaller() {
        one.server.answerOnCommand();
        Signals<SqlResult> caller = Signals.of(one.execute("a"));
        Signals<SqlResult> next = Signals.of(one.execute("b"));
        one.server.connection(0).lose();
        assertThat(caller.error()).isInstanceOf(ConnectionLostException.class);
        one.server.connection(1).answer();
        assertThat(next.completed()).isTrue();
        assertThat(one.pool.state()).isEqualTo(new PoolState(1, 0, 0, 0, 0, 0, 1, one.options.maxWaiting()));
        assertThat(one.listener.count("closed LOST")).isEqualTo(1);
        assertThat(one.listener.count("acquired")).isEqualTo(2);
    }

    @Test
    void bringsAConnectionToRestBeforeItIsLentAgain() {
        one.server.answerOnCommand();
        Signals<Object> leaving = Signals.of(one.leases.use(lease -> {
            Signals.of(lease.execute(SqlStatement.of("left behind")));
            return Mono.empty();
        }));
        Signals.of(one.execute("next"));
        FakeConnection connection = one.server.connection(0);
        assertThat(leaving.completed()).isTrue();
        assertThat(connection.log()).containsExactly("left behind", "(reset)");
        connection.answer();
        assertThat(connection.log()).containsExactly("left behind", "(reset)", "next");
    }

    @Test
    void closesAConnectionThatDoesNotComeToRest() {
        one.server.answerOnCommand();
        Signals<SqlResult> caller = Signals.of(one.execute("a"));
        Signals<SqlResult> next = Signals.of(one.execute("b"));
        one.server.connection(0).refuseToReset();
        caller.cancel();
        assertThat(one.server.connection(0).log()).containsExactly("a", "(reset)", "(close)");
        one.server.connection(1).answer();
        assertThat(next.completed()).isTrue();
        assertThat(one.listener.events())
                .containsExactly("opened", "acquired", "cancelled", "closed NOT_RESTORED", "opened", "acquired");
    }

    @Test
    void survivesWorkThatThrows() {
        for (Throwable thrown : List.of(new IllegalStateException("x"), new NoClassDefFoundError("x"))) {
            Signals<Object> caller = Signals.of(one.leases.use(lease -> {
                throw sneaky(thrown);
            }));
            assertThat(caller.error()).isSameAs(thrown);
            assertThat(caller.ends()).isEqualTo(1);
            assertThat(one.pool.state().leased()).isZero();
        }
        assertThat(one.execute("still works").block()).isNotNull();
        assertThat(one.server.connections()).hasSize(1);
    }

    @Test
    void survivesAPublisherThatThrows() {
        NoClassDefFoundError thrown = new NoClassDefFoundError("x");
        Signals<Object> caller = Signals.of(one.leases.use(lease -> subscriber -> {
            throw thrown;
        }));
        assertThat(caller.error()).isSameAs(thrown);
        Signals<Object> withoutPublisher = Signals.of(one.leases.use(lease -> null));
        assertThat(withoutPublisher.error()).isInstanceOf(NullPointerException.class);
        assertThat(one.execute("still works").block()).isNotNull();
    }

    @Test
    void survivesACallerThatThrowsWhenItIsTold() {
        one.server.acceptOnCommand();
        one.execute("a").subscribe((CoreSubscriber<SqlResult>) new Signals<SqlResult>() {
            @Override
            public void onError(Throwable error) {
                throw new NoClassDefFoundError("in the caller");
            }
        });
        Signals<SqlResult> next = Signals.of(one.execute("b"));
        one.server.refuse(new ConnectFailedException(Node.of("db", 5432), "refused", null));
        one.server.accept();
        assertThat(next.completed()).isTrue();
    }

    @Test
    void servesTenThousandWaitersWithoutDeepeningTheStack() {
        PoolFixture queue = new PoolFixture(one.options.with(o -> o.maxWaiting(10_000)));
        queue.server.acceptOnCommand();
        AtomicInteger completed = new AtomicInteger();
        for (int i = 0; i < 10_000; i++) {
            queue.leases.use(lease -> Flux.just(1)).subscribe(value -> {}, error -> {}, completed::incrementAndGet);
        }
        queue.server.accept();
        assertThat(completed).hasValue(10_000);
        assertThat(queue.pool.state().leased()).isZero();
    }

    @Test
    void givesTheConnectionBackBeforeTheCallerHears() {
        List<PoolState> states = new ArrayList<>();
        one.server.answerOnCommand();
        one.execute("a")
                .doOnTerminate(() -> {
                    states.add(one.pool.state());
                    Signals.of(one.execute("at the end of a"));
                })
                .subscribe();
        one.server.connection(0).answer();
        assertThat(states).extracting(PoolState::leased).containsExactly(0);
        assertThat(one.server.connection(0).log()).containsExactly("a", "at the end of a");

        one.server.connection(0).answer();
        Signals<SqlResult> failing = Signals.of(one.execute("b").doOnError(error -> states.add(one.pool.state())));
        one.server.connection(0).fail(new ConnectFailedException(Node.of("db", 1), "an error", null));
        assertThat(failing.error()).isNotNull();
        assertThat(states).extracting(PoolState::leased).containsExactly(0, 0);
    }

    @Test
    void borrowsAnewForEachSubscription() {
        Mono<SqlResult> query = one.execute("a");
        assertThat(one.server.connections()).isEmpty();
        query.block();
        query.block();
        assertThat(one.server.connection(0).log()).containsExactly("a", "a");
    }

    @Test
    void passesTheCallersContextOn() {
        String seen = one.leases
                .use(lease -> Mono.deferContextual(context -> Mono.just(context.<String>get("session"))))
                .contextWrite(context -> context.put("session", "s1"))
                .blockLast();
        assertThat(seen).isEqualTo("s1");
    }

    @Test
    void opensAnotherForAConnectionThatWasLostOnItsWay() {
        one.server.acceptOnCommand();
        Signals<SqlResult> caller = Signals.of(one.execute("a"));
        one.server.acceptLost();
        assertThat(caller.ended()).isFalse();
        one.server.accept();
        assertThat(caller.completed()).isTrue();
        assertThat(one.listener.events()).containsExactly("opened", "closed LOST", "opened", "acquired");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable error) throws T {
        throw (T) error;
    }
}
