package io.headgate.pool.lane;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.connection.ConnectionSupply;
import io.headgate.pool.lease.LeasePool;
import io.headgate.pool.statement.StatementProfile;
import io.headgate.pool.statement.StatementTimes;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Statements from several threads on lanes with loops of their own, cancelled at random moments, while lanes are lost,
 * resized and closed. Each result must be its own caller's, each caller hears of one end, and every place is free in the end.
 */
class LaneStressTest {

    private static final long SEED = 20_261_121;
    private static final int THREADS = 4;
    private static final int OPERATIONS = 100_000;
    private static final int IN_FLIGHT = 400;
    private static final int LANES = 4;
    private static final int DEPTH = 16;

    private final ScheduledExecutorService others = Executors.newScheduledThreadPool(2);
    private final Scheduler timers = Schedulers.newSingle("timers", true);
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final List<StressedLane> opened = new CopyOnWriteArrayList<>();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final StatementProfile profile = new StatementProfile(true);
    private final PoolOptions options = PoolOptions.builder()
            .maxConnections(LANES + 1)
            .lanes(LANES)
            .laneDepth(DEPTH)
            .maxWaiting(OPERATIONS)
            .acquireTimeout(Duration.ofMinutes(1))
            .cancelGrace(Duration.ofMillis(1))
            .build();
    private final ConnectionSupply supply = new ConnectionSupply(
            Node.of("db", 5432),
            Mono.fromSupplier(this::open),
            options,
            DataAccessListener.NONE,
            timers,
            System::nanoTime,
            () -> 0.5);
    private final LeasePool leases =
            new LeasePool(Node.of("db", 5432), supply, options, DataAccessListener.NONE, timers);
    private final StatementTimes times = new StatementTimes(options.slowAfter().toNanos());
    private final Lanes lanes = new Lanes(
            Node.of("db", 5432),
            supply,
            options,
            DataAccessListener.NONE,
            timers,
            times,
            new OnLease(leases, times, supply::now),
            call -> Mono.fromSupplier(() -> StressedLane.answerTo(call.statement())));

    @AfterEach
    void stop() {
        others.shutdownNow();
        timers.dispose();
        opened.forEach(StressedLane::stop);
    }

    @Test
    void givesEachCallerItsOwnResultOnceAndFreesEveryPlace() throws InterruptedException {
        CountDownLatch done = start(OPERATIONS, () -> {});
        SplittableRandom random = new SplittableRandom(SEED - 1);
        var loss = others.scheduleWithFixedDelay(() -> loseOne(random), 20, 20, MILLISECONDS);
        var resize = others.scheduleWithFixedDelay(() -> lanes.resize(1 + random.nextInt(LANES)), 7, 7, MILLISECONDS);
        done.await();
        loss.cancel(false);
        resize.cancel(false);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(inFlight.availablePermits()).isEqualTo(IN_FLIGHT);
            assertThat(lanes.state().inFlight()).isZero();
            assertThat(lanes.state().waiting()).isZero();
        });
        assertThat(violations).isEmpty();
        assertThat(answered.get() + cancelled.get() + failed.get()).isEqualTo(OPERATIONS);
        assertThat(answered).hasValueGreaterThan(OPERATIONS / 4);
        assertThat(cancelled).hasValueGreaterThan(OPERATIONS / 10);
        assertThat(opened).hasSizeGreaterThan(LANES);
        assertThat(opened.stream().mapToInt(StressedLane::mostInFlight)).allMatch(most -> most <= DEPTH);
        assertThat(opened.stream().mapToInt(StressedLane::mostInFlight)).anyMatch(most -> most > 1);
        assertCloses();
    }

    @Test
    void tellsEveryCallerWhenItIsClosedInTheMiddle() throws InterruptedException {
        AtomicBoolean closed = new AtomicBoolean();
        CountDownLatch done = start(OPERATIONS / 5, () -> close(closed));
        done.await();
        assertClosed(closed);
        await().atMost(Duration.ofSeconds(20)).until(() -> inFlight.availablePermits() == IN_FLIGHT);
        assertThat(violations).isEmpty();
        assertThat(answered.get() + cancelled.get() + failed.get()).isEqualTo(OPERATIONS / 5);
        assertThat(failed).hasPositiveValue();
        assertThat(lanes.state().waiting()).isZero();
    }

    private void assertCloses() {
        AtomicBoolean closed = new AtomicBoolean();
        close(closed);
        assertClosed(closed);
    }

    private void close(AtomicBoolean closed) {
        // a stall of the machine sends statements to leases
        Mono.when(lanes.close(Duration.ofMinutes(1)), leases.close(Duration.ofMinutes(1)))
                .subscribe(nothing -> {}, error -> {}, () -> closed.set(true));
    }

    private void assertClosed(AtomicBoolean closed) {
        await().atMost(Duration.ofSeconds(10)).untilTrue(closed);
        await().atMost(Duration.ofSeconds(10)).until(() -> opened.stream().noneMatch(StressedLane::isOpen));
        assertThat(lanes.state().open()).isZero();
    }

    private DriverConnection open() {
        if (attempts.incrementAndGet() % 7 == 0) {
            throw new ConnectFailedException(Node.of("db", 5432), "refused", null);
        }
        StressedLane lane = new StressedLane(SEED + opened.size());
        opened.add(lane);
        return lane;
    }

    private void loseOne(SplittableRandom random) {
        List<StressedLane> open = opened.stream().filter(StressedLane::isOpen).toList();
        if (!open.isEmpty()) {
            open.get(random.nextInt(open.size())).lose();
        }
    }

    /** @param inTheMiddle one of the threads does it half-way, so that it always has operations before and after it */
    private CountDownLatch start(int operations, Runnable inTheMiddle) {
        CountDownLatch done = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom random = new SplittableRandom(SEED + i);
            int firstId = i * operations;
            int middle = i == 0 ? operations / THREADS / 2 : -1;
            Thread thread = new Thread(() -> {
                for (int n = 0; n < operations / THREADS; n++) {
                    if (n == middle) {
                        inTheMiddle.run();
                    }
                    operate(firstId + n, random);
                }
                done.countDown();
            });
            thread.setDaemon(true);
            thread.start();
        }
        return done;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the counters tell whether it was cancelled
    private void operate(int id, SplittableRandom random) {
        inFlight.acquireUninterruptibly();
        Caller caller = new Caller(id);
        LaneCall call = new LaneCall(lanes, caller, SqlStatement.of(Integer.toString(id)), profile);
        caller.onSubscribe(call);
        switch (random.nextInt(4)) {
            case 0 -> caller.cancel(call);
            case 1 -> others.schedule(() -> caller.cancel(call), random.nextInt(300), MICROSECONDS);
            default -> {}
        }
    }

    /** Knows what it asked for, and that it hears of one end at most. */
    private final class Caller implements CoreSubscriber<SqlResult> {

        private final long id;
        private final AtomicInteger values = new AtomicInteger();
        private final AtomicInteger ends = new AtomicInteger();
        private final AtomicBoolean over = new AtomicBoolean();

        Caller(long id) {
            this.id = id;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(SqlResult result) {
            check(result.updateCount() == id, "got the result of " + result.updateCount());
            check(values.incrementAndGet() == 1, "got two results");
        }

        @Override
        public void onComplete() {
            check(values.get() == 1, "completed without a result");
            ended(answered);
        }

        @Override
        public void onError(Throwable error) {
            boolean expected = error instanceof ConnectionLostException
                    || error instanceof ConnectFailedException
                    || error instanceof ClosedException
                    || String.valueOf(error.getMessage()).contains("57014");
            check(expected, "failed: " + error);
            ended(failed);
        }

        private void ended(AtomicInteger how) {
            check(ends.incrementAndGet() == 1, "ended twice");
            over(how);
        }

        void cancel(Subscription subscription) {
            subscription.cancel();
            over(cancelled);
        }

        private void over(AtomicInteger how) {
            if (over.compareAndSet(false, true)) {
                how.incrementAndGet();
                inFlight.release();
            }
        }

        private void check(boolean holds, String otherwise) {
            if (!holds) {
                violations.add(id + " " + otherwise);
            }
        }
    }
}
