package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.FakeServer;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolRejectedException;
import io.headgate.pool.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What callers' code does to others: it may block, throw what Reactor calls fatal, and be slow to take its values. */
class ForeignCodeTest {

    private final PoolFixture one = new PoolFixture(1);
    private final PoolFixture two = new PoolFixture(2);
    private final CountDownLatch blocked = new CountDownLatch(1);

    private void block() {
        try {
            blocked.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private Thread blocking(Runnable caller) {
        Thread thread = new Thread(caller, "a caller that blocks");
        thread.setDaemon(true);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        return thread;
    }

    @Test
    void workThatBlocksHoldsUpNobodyElse() {
        two.execute("opens one").block();
        Thread caller = blocking(() -> Signals.of(two.leases.use(lease -> {
            block();
            return Mono.empty();
        })));
        Signals<SqlResult> other = Signals.of(two.execute("other"));
        assertThat(other.completed()).isTrue();
        assertThat(caller.getState()).isEqualTo(Thread.State.WAITING);
        blocked.countDown();
    }

    @Test
    void workThatBlocksHoldsUpNoTimeOut() {
        one.execute("opens one").block();
        blocking(() -> Signals.of(one.leases.use(lease -> {
            block();
            return Mono.empty();
        })));
        Signals<SqlResult> other = Signals.of(one.execute("other"));
        one.time.advanceTimeBy(one.options.acquireTimeout());
        assertThat(other.error()).isInstanceOf(AcquireTimeoutException.class);
        blocked.countDown();
    }

    @Test
    void aCallerOfALaneThatBlocksWhenItIsToldOfAnErrorHoldsUpNobodyElse() {
        LaneFixture lanes = new LaneFixture(1, 1);
        lanes.server.acceptOnCommand();
        lanes.execute("a").subscribe((CoreSubscriber<SqlResult>) new Signals<SqlResult>() {
            @Override
            public void onError(Throwable error) {
                block();
            }
        });
        blocking(() -> lanes.server.refuse(new ConnectFailedException(Node.of("db", 5432), "refused", null)));
        Signals<SqlResult> other = lanes.call("other");
        lanes.server.accept().answer();
        assertThat(other.completed()).isTrue();
        blocked.countDown();
    }

    /** All wait for the lane, and are given their places together. */
    @Test
    void aCallerOfALaneThatBlocksHoldsUpNoTimeOutOfThoseBehindIt() {
        LaneFixture lanes = new LaneFixture(1, 64);
        lanes.server.acceptOnCommand().refuseText("refused");
        lanes.execute("refused").subscribe((CoreSubscriber<SqlResult>) new Signals<SqlResult>() {
            @Override
            public void onError(Throwable error) {
                block();
            }
        });
        List<Signals<SqlResult>> behind = List.of(lanes.call("a"), lanes.call("b"), lanes.call("c"));
        blocking(lanes.server::accept);
        assertThat(behind).noneMatch(Signals::ended);
        lanes.pass(lanes.options.acquireTimeout());
        assertThat(behind).extracting(Signals::error).hasOnlyElementsOfType(AcquireTimeoutException.class);
        blocked.countDown();
    }

    @Test
    void aCallerThatBlocksWhenItIsToldOfAnErrorHoldsUpNobodyElse() {
        FakeServer server = new FakeServer().acceptOnCommand();
        Scheduler timers = Schedulers.newParallel("timers", 2, true);
        LanesAndLeases pool = LanesAndLeases.create(
                Node.of("db", 5432), server.connect(), two.options, DataAccessListener.NONE, timers);
        CountDownLatch told = new CountDownLatch(1);
        pool.execute(SqlStatement.of("a")).subscribe((CoreSubscriber<SqlResult>) new Signals<SqlResult>() {
            @Override
            public void onError(Throwable error) {
                told.countDown();
                block();
            }
        });
        Signals<SqlResult> other = Signals.of(pool.execute(SqlStatement.of("other")));
        server.refuse(new ConnectFailedException(Node.of("db", 5432), "refused", null));
        await().until(() -> told.getCount() == 0);
        server.accept();
        assertThat(other.completed()).isTrue();
        blocked.countDown();
        timers.dispose();
    }

    @Test
    void theWaitIsLimitedWhileALoopIsTooBusyToStartTheWork() {
        one.server.answerOnCommand();
        Signals<SqlResult> first = Signals.of(one.execute("first"));
        Signals<SqlResult> second = Signals.of(one.execute("second"));
        FakeConnection connection = one.server.connection(0);
        connection.fakeLoop().hold();
        connection.answer();
        assertThat(first.completed()).isTrue();
        one.time.advanceTimeBy(one.options.acquireTimeout());
        assertThat(second.error()).isInstanceOf(AcquireTimeoutException.class);
        connection.fakeLoop().release();
        assertThat(connection.log()).containsExactly("first");
        assertThat(one.pool.state().leased()).isZero();
        Signals.of(one.execute("third"));
        assertThat(connection.log()).containsExactly("first", "third");
    }

    @Test
    void workMayWaitForOtherWorkOfItsOwnThread() {
        // as blocking code does that was put into a transaction's function, on a thread that may block
        two.execute("opens one").block();
        List<SqlResult> seen = new ArrayList<>();
        Signals<Object> outer = Signals.of(two.leases.use(lease -> {
            seen.add(two.execute("inner").block(Duration.ofSeconds(5)));
            return Mono.empty();
        }));
        assertThat(outer.completed()).isTrue();
        assertThat(seen).hasSize(1);
    }

    @Test
    void anErrorThatReactorCallsFatalEndsTheTransactionAndTheLease() {
        for (Throwable fatal : List.of(new NoClassDefFoundError("x"), new StackOverflowError())) {
            assertEndsWith(
                    fatal,
                    tx -> execute(tx, "a").map(answer -> {
                        throw sneaky(fatal);
                    }));
            assertEndsWith(
                    fatal,
                    tx -> execute(tx, "a").doOnSuccess(answer -> {
                        throw sneaky(fatal);
                    }));
            assertEndsWith(
                    fatal,
                    tx -> execute(tx, "a").then(Mono.defer(() -> {
                        throw sneaky(fatal);
                    })));
            assertEndsWith(
                    fatal,
                    tx -> execute(tx, "a")
                            .thenMany(tx.stream(SqlStatement.of("b")))
                            .doOnComplete(() -> {
                                throw sneaky(fatal);
                            }));
            assertEndsWith(
                    fatal,
                    tx -> execute(tx, "a")
                            .then(tx.savepoint(inner -> execute(inner, "b").map(answer -> {
                                        throw sneaky(fatal);
                                    }))
                                    .then()));
            assertEndsWith(
                    fatal,
                    tx -> execute(tx, "a").thenMany(tx.savepoint(inner -> {
                        throw sneaky(fatal);
                    })));
        }
    }

    /** The connection answers on command, as a server does: later, on the connection's thread. */
    private static <T> void assertEndsWith(Throwable fatal, Function<SqlTransaction, ? extends Publisher<T>> work) {
        PoolFixture pool = new PoolFixture(1);
        pool.server.answerOnCommand();
        Signals<T> caller = Signals.of(pool.pool.inTransaction(TransactionOptions.defaults(), work));
        FakeConnection connection = pool.server.connection(0);
        while (connection.inFlight() > 0) {
            connection.answer();
        }
        assertThat(caller.error()).isSameAs(fatal);
        assertThat(caller.ends()).isEqualTo(1);
        assertThat(connection.isReady()).isTrue();
        assertThat(pool.pool.state().leased()).isZero();
    }

    @Test
    void aFatalErrorOfTheCallerItselfEndsItToo() {
        NoClassDefFoundError fatal = new NoClassDefFoundError("x");
        for (Flux<?> failing : List.of(
                one.execute("a").flux().map(answer -> {
                    throw fatal;
                }),
                one.pool
                        .inTransaction(TransactionOptions.defaults(), tx -> execute(tx, "b"))
                        .map(answer -> {
                            throw fatal;
                        }),
                one.execute("c")
                        .then(Mono.fromRunnable(() -> {
                            throw fatal;
                        }))
                        .flux())) {
            Signals<?> caller = Signals.of(failing);
            assertThat(caller.error()).isSameAs(fatal);
            assertThat(caller.ends()).isEqualTo(1);
            assertThat(one.pool.state().leased()).isZero();
        }
    }

    @Test
    void aFatalErrorOfACallerOnALaneReachesIt() {
        NoClassDefFoundError fatal = new NoClassDefFoundError("x");
        LaneFixture lane = new LaneFixture(1, 4);
        Signals<?> caller = Signals.of(lane.execute("a").map(answer -> {
            throw fatal;
        }));
        Signals<SqlResult> next = lane.call("b");
        lane.answerAll(lane.connection(0));
        assertThat(caller.error()).isSameAs(fatal);
        assertThat(caller.ends()).isEqualTo(1);
        assertThat(next.completed()).isTrue();
    }

    @Test
    void aReclaimedLeaseTellsItsCallerWhenItHasTakenTheValue() {
        PoolFixture reclaiming = new PoolFixture(one.options.with(o -> o.reclaimAfter(Duration.ofMinutes(1))));
        List<String> signals = new ArrayList<>();
        Sinks.Many<Integer> values = Sinks.many().unicast().onBackpressureBuffer();
        reclaiming
                .pool
                .inTransaction(TransactionOptions.defaults(), tx -> values.asFlux())
                .subscribe(
                        value -> {
                            signals.add("value begins");
                            reclaiming.time.advanceTimeBy(Duration.ofMinutes(1));
                            signals.add("value ends");
                        },
                        error -> signals.add(error.getClass().getSimpleName()));
        values.tryEmitNext(1);
        values.tryEmitNext(2);
        assertThat(signals).containsExactly("value begins", "value ends", "LeaseReclaimedException");
        assertThat(reclaiming.pool.state().leased()).isZero();
    }

    @Test
    void aStreamThatNobodyAsksTakesNoConnection() {
        List<BaseSubscriber<Object>> idle = new ArrayList<>();
        for (int i = 0; i < 33; i++) {
            BaseSubscriber<Object> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                    // asks later
                }
            };
            idle.add(subscriber);
            one.pool.stream(SqlStatement.of("s" + i)).subscribe(subscriber);
        }
        assertThat(one.pool.state().open()).isZero();
        assertThat(one.execute("other").block()).isNotNull();
        idle.get(7).request(1);
        assertThat(one.server.connection(0).log()).containsExactly("other", "BEGIN READ ONLY", "s7", "COMMIT");
        idle.forEach(BaseSubscriber::cancel);
        assertThat(one.listener.count("cancelled")).isZero();
    }

    @Test
    void refusesABurstBeforeItReachesTheQueue() {
        PoolFixture bounded = new PoolFixture(one.options.with(o -> o.maxWaiting(2)));
        bounded.server.answerOnCommand();
        Signals.of(bounded.execute("a"));
        // an event that holds the queue: nobody is served, and who is refused does not wait for it
        Thread holder = blocking(() -> bounded.leases.run(this::block));
        List<Signals<SqlResult>> burst = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            burst.add(Signals.of(bounded.execute("q" + i)));
        }
        assertThat(holder.getState()).isEqualTo(Thread.State.WAITING);
        assertThat(burst.subList(0, 2)).noneMatch(Signals::ended);
        assertThat(burst.subList(2, 1_000))
                .allSatisfy(refused -> assertThat(refused.error())
                        .isInstanceOf(PoolRejectedException.class)
                        .satisfies(error -> assertThat(error.getStackTrace()).isEmpty()));
        blocked.countDown();
    }

    @Test
    void anUntriedStatementTakesALaneWhenTheCallersHoldAllLeases() {
        PoolFixture shared = new PoolFixture(
                PoolOptions.builder().maxConnections(5).lanes(1).minIdle(0).build());
        Sinks.Empty<Void> start = Sinks.empty();
        List<Signals<SqlResult>> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            callers.add(Signals.of(shared.pool.inTransaction(
                    TransactionOptions.defaults(),
                    tx -> execute(tx, "held").then(start.asMono()).then(shared.execute("SELECT untried")))));
        }
        assertThat(shared.pool.leases().state().leased()).isEqualTo(4);
        start.tryEmitEmpty();
        // one at a time until it is known to be quick
        shared.time.advanceTimeBy(Duration.ofMillis(100));
        assertThat(callers).allMatch(Signals::completed);
    }

    /** Known to take 20 ms, so that it belongs on a lease; but those who have the leases wait for it. */
    @Test
    void aSlowReadTakesALaneWhenNoLeaseComesBack() {
        PoolFixture shared = knowingASlowText();
        List<Signals<SqlResult>> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            callers.add(Signals.of(shared.pool.inTransaction(
                    TransactionOptions.defaults(), tx -> execute(tx, "held").then(shared.execute("SELECT slow")))));
        }
        shared.answerAll();
        shared.time.advanceTimeBy(Duration.ofMillis(99));
        shared.answerAll();
        assertThat(callers).noneMatch(Signals::ended);
        shared.time.advanceTimeBy(Duration.ofMillis(2));
        for (int i = 0; i < 10; i++) {
            shared.answerAll();
            shared.time.advanceTimeBy(Duration.ofMillis(20));
        }
        assertThat(callers).allMatch(Signals::completed);
    }

    /** All leases wait for a lock that one of them holds: slow reads must not fill the lanes meanwhile. */
    @Test
    void slowReadsLeaveTheQueueOneAtATime() {
        PoolFixture shared = knowingASlowText();
        for (int i = 0; i < 4; i++) {
            Signals.of(shared.pool.inTransaction(
                    TransactionOptions.defaults(), tx -> execute(tx, "held").then(Mono.never())));
        }
        shared.answerAll();
        List<Signals<SqlResult>> reads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            reads.add(Signals.of(shared.execute("SELECT slow")));
        }
        shared.time.advanceTimeBy(Duration.ofMillis(80));
        assertThat(shared.pool.statistics().laneDepths()).containsExactly(1);
        for (int i = 1; i <= 3; i++) {
            shared.answerAll();
            assertThat(reads.stream().filter(Signals::completed)).hasSize(i);
            assertThat(shared.pool.statistics().laneDepths()).containsExactly(0);
            for (int looks = 0; looks < 10 && shared.pool.state().inFlight() == 0; looks++) {
                shared.time.advanceTimeBy(Duration.ofMillis(10));
            }
            assertThat(shared.pool.statistics().laneDepths()).containsExactly(1);
        }
    }

    @Test
    void readsWaitForALeaseWhenAPlanLeavesNoLanes() {
        PoolFixture shared = new PoolFixture(
                PoolOptions.builder().maxConnections(2).lanes(1).minIdle(0).build());
        for (int i = 0; i < 3; i++) {
            Signals.of(shared.execute("SELECT quick"));
        }
        shared.pool.resize(0, 1);
        Sinks.Empty<Void> end = Sinks.empty();
        Signals.of(shared.pool.inTransaction(
                TransactionOptions.defaults(), tx -> execute(tx, "held").then(end.asMono())));
        Signals<SqlResult> quick = Signals.of(shared.execute("SELECT quick"));
        Signals<SqlResult> untried = Signals.of(shared.execute("SELECT untried"));
        assertThat(quick.ended()).isFalse();
        end.tryEmitEmpty();
        assertThat(quick.completed()).isTrue();
        assertThat(untried.completed()).isTrue();
    }

    /** A class that is missing when the work is cancelled. */
    @Test
    void whatIsThrownAtACancellationKeepsNoLease() {
        NoClassDefFoundError missing = new NoClassDefFoundError("Missing");
        Signals<Void> cancelled = Signals.of(one.pool.inTransaction(
                TransactionOptions.defaults(),
                tx -> execute(tx, "work").then(Mono.<Void>never()).doFinally(end -> {
                    throw missing;
                })));
        cancelled.cancel();
        assertThat(Signals.of(one.execute("next")).completed()).isTrue();
        Signals<Void> thrown = Signals.of(one.pool.inTransaction(
                TransactionOptions.defaults(),
                tx -> execute(tx, "work")
                        .<Void>map(result -> {
                            throw missing;
                        })
                        .doFinally(end -> {
                            throw missing;
                        })));
        assertThat(thrown.error()).isSameAs(missing);
        assertThat(Signals.of(one.execute("next")).completed()).isTrue();
    }

    @Test
    void aStreamEndsWithItsLeaseThoughItsCancellationWasNotPassedOn() {
        one.server.answerOnCommand();
        Signals<?> caller = Signals.of(one.pool.inTransaction(
                TransactionOptions.defaults(),
                tx -> tx.stream(SqlStatement.of("rows")).doOnCancel(() -> {
                    throw new NoClassDefFoundError("Missing");
                })));
        FakeConnection connection = one.server.connection(0);
        assertThat(connection.nextIs("rows")).isTrue();
        caller.cancel();
        assertThat(connection.streamsCancelled()).isEqualTo(1);
    }

    @Test
    void decidesWhetherALeaseIsFreeWhereTheyAreGivenOut() {
        PoolFixture shared = new PoolFixture(
                PoolOptions.builder().maxConnections(2).lanes(1).minIdle(0).build());
        shared.execute("opens the lease").block();
        List<Signals<SqlResult>> callers = new ArrayList<>();
        // both are on their way in before either is served: a look at the pool would tell both that one is free
        shared.leases.run(() -> {
            callers.add(Signals.of(shared.pool.inTransaction(
                    TransactionOptions.defaults(), tx -> execute(tx, "held").then(Mono.never()))));
            callers.add(Signals.of(shared.execute("SELECT untried")));
        });
        shared.time.advanceTimeBy(Duration.ofMillis(100));
        assertThat(callers.get(1).completed())
                .as("on a lane that was opened for it")
                .isTrue();
        assertThat(callers.get(0).ended()).isFalse();
    }

    /** One lane and four leases; "SELECT slow" is known to take 20 ms. The server answers on command. */
    private static PoolFixture knowingASlowText() {
        PoolFixture shared = new PoolFixture(
                PoolOptions.builder().maxConnections(5).lanes(1).minIdle(0).build());
        shared.server.answerOnCommand();
        Signals.of(shared.execute("SELECT the_round_trip"));
        shared.time.advanceTimeBy(Duration.ofNanos(100_000));
        shared.answerAll();
        for (int i = 0; i < 4; i++) {
            Signals<SqlResult> slow = Signals.of(shared.execute("SELECT slow"));
            shared.time.advanceTimeBy(Duration.ofMillis(20));
            shared.answerAll();
            assertThat(slow.completed()).isTrue();
        }
        return shared;
    }

    private static Mono<SqlResult> execute(SqlTransaction transaction, String sql) {
        return transaction.execute(SqlStatement.of(sql));
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable error) throws T {
        throw (T) error;
    }
}
