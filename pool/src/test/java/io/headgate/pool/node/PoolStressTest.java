package io.headgate.pool.node;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import io.headgate.pool.PoolOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Statements and transactions from several threads, cancelled at random moments by others, on connections that answer from
 * yet others. Whatever happens, no statement may reach a connection that is not its borrower's, and every connection has to
 * come back.
 */
class PoolStressTest {

    private static final long SEED = 20_261_101;
    private static final int THREADS = 4;
    private static final int OPERATIONS = 200_000;
    private static final int IN_FLIGHT = 500;

    private final ScheduledExecutorService network = Executors.newScheduledThreadPool(2);
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final List<StressedConnection> connections = new ArrayList<>();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
    private final AtomicInteger completed = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger followed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @Test
    void losesNoConnectionToRandomCancellation() throws InterruptedException {
        PoolOptions options = PoolOptions.builder()
                .maxConnections(8)
                .lanes(0)
                .maxWaiting(OPERATIONS)
                .acquireTimeout(Duration.ofMinutes(1))
                .build();
        Mono<DriverConnection> connect = Mono.fromSupplier(this::open);
        LanesAndLeases pool = LanesAndLeases.create(
                Node.of("db", 5432), connect, options, DataAccessListener.NONE, Schedulers.newSingle("timers", true));
        CountDownLatch done = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom random = new SplittableRandom(SEED + i);
            int firstId = i * OPERATIONS;
            Thread thread = new Thread(() -> {
                for (int n = 0; n < OPERATIONS / THREADS; n++) {
                    operate(pool, firstId + n, random);
                }
                done.countDown();
            });
            thread.setDaemon(true);
            thread.start();
        }
        try {
            done.await();
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(inFlight.availablePermits()).isEqualTo(IN_FLIGHT);
                assertThat(pool.state().leased()).isZero();
                assertThat(pool.state().waiting()).isZero();
            });
            assertThat(violations).isEmpty();
            assertThat(failed).hasValue(0);
            assertThat(completed).hasValueGreaterThan(OPERATIONS / 10);
            assertThat(cancelled).hasValueGreaterThan(OPERATIONS / 10);
            assertThat(followed).hasValueGreaterThan(OPERATIONS / 100);
            assertThat(connections).hasSize(8).allMatch(DriverConnection::isReady);
        } finally {
            network.shutdownNow();
        }
    }

    private synchronized StressedConnection open() {
        StressedConnection connection = new StressedConnection();
        connections.add(connection);
        return connection;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the counters tell whether it was cancelled
    private void operate(LanesAndLeases pool, int id, SplittableRandom random) {
        inFlight.acquireUninterruptibly();
        SqlStatement statement = SqlStatement.of(Integer.toString(id));
        Flux<?> work = random.nextInt(3) > 0
                ? pool.execute(statement).flux()
                : pool.inTransaction(
                        TransactionOptions.defaults(),
                        tx -> tx.execute(statement).then(tx.execute(statement)));
        AtomicReference<String> end = new AtomicReference<>();
        Disposable running = work.subscribe(
                value -> {},
                error -> {
                    violations.add("failed: " + error);
                    failed.incrementAndGet();
                    inFlight.release();
                },
                () -> end(end, completed));
        switch (random.nextInt(4)) {
            case 0 -> cancel(running, end);
            case 1 -> network.schedule(() -> cancel(running, end), random.nextInt(300), MICROSECONDS);
            default -> {}
        }
    }

    private void cancel(Disposable running, AtomicReference<String> end) {
        running.dispose();
        end(end, cancelled);
    }

    private void end(AtomicReference<String> end, AtomicInteger how) {
        if (end.compareAndSet(null, "ended")) {
            how.incrementAndGet();
            inFlight.release();
        }
    }

    /** Answers in order from other threads, and knows whose statements it may get. */
    private final class StressedConnection implements DriverConnection {

        private final Queue<Runnable> unanswered = new ConcurrentLinkedQueue<>();
        private final ExecutorService loop = Executors.newSingleThreadExecutor(this::loopThread);
        private Thread loopThread;
        private int inFlightHere;
        private boolean opening;
        private boolean inTransaction;
        private boolean committing;
        private String owner;
        private Runnable whenIdle = () -> {};

        private Thread loopThread(Runnable task) {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            loopThread = thread;
            return thread;
        }

        private Mono<Void> send(Runnable whenSending, Runnable whenSent) {
            return Mono.create(sink -> {
                synchronized (this) {
                    whenSending.run();
                    inFlightHere++;
                    unanswered.add(() -> {
                        Runnable idle = answered();
                        sink.success();
                        idle.run();
                    });
                }
                loop.execute(() -> unanswered.remove().run());
                whenSent.run();
            });
        }

        private synchronized Runnable answered() {
            if (--inFlightHere > 0) {
                return () -> {};
            }
            if (!inTransaction) {
                owner = null;
            }
            committing = false;
            Runnable idle = whenIdle;
            whenIdle = () -> {};
            return idle;
        }

        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            return send(() -> sent(statement.text()), () -> {})
                    .then(Mono.fromSupplier(() -> SqlResult.of(List.of(), RowMetadata.of(List.of()), 1)));
        }

        private void sent(String id) {
            if (owner != null && !owner.equals(id)) {
                violations.add("statement of " + id + " on a connection of " + owner);
            }
            owner = id;
            inTransaction |= opening;
            opening = false;
            committing = false;
        }

        @Override
        public synchronized void begin(TransactionOptions options) {
            if (inTransaction || opening || (inFlightHere > 0 && !committing)) {
                violations.add("BEGIN on a connection that is not free");
            }
            if (inFlightHere > 0) {
                followed.incrementAndGet();
            }
            opening = true;
        }

        @Override
        public Mono<Completion> commit(Runnable whenSent) {
            return Mono.defer(() -> dropPendingBegin()
                    ? Mono.empty()
                    : send(this::ended, whenSent).thenReturn(Completion.of(Role.PRIMARY)));
        }

        @Override
        public Mono<Void> rollback() {
            return Mono.defer(() -> dropPendingBegin() ? Mono.empty() : send(this::ended, () -> {}));
        }

        private synchronized boolean dropPendingBegin() {
            boolean held = opening;
            opening = false;
            return held;
        }

        private void ended() {
            if (!inTransaction) {
                violations.add("the end of a transaction that was not begun");
            }
            inTransaction = false;
            committing = true;
            owner = null;
        }

        @Override
        public synchronized boolean isReady() {
            return inFlightHere == 0 && !inTransaction && !opening;
        }

        @Override
        public Mono<Void> reset(Duration grace, Duration limit) {
            return Mono.create(sink -> {
                Runnable settled = () -> {
                    synchronized (this) {
                        inTransaction = false;
                        opening = false;
                        owner = null;
                    }
                    sink.success();
                };
                synchronized (this) {
                    if (inFlightHere > 0) {
                        whenIdle = settled;
                        return;
                    }
                }
                settled.run();
            });
        }

        @Override
        public Executor loop() {
            return loop;
        }

        @Override
        public boolean isOnLoop() {
            return Thread.currentThread() == loopThread;
        }

        @Override
        public ServerInfo server() {
            return ServerInfo.of(180_000);
        }

        @Override
        public Flux<SqlRow> stream(SqlStatement query) {
            return Flux.error(new UnsupportedOperationException());
        }

        @Override
        public Mono<Void> requestCancel() {
            return Mono.empty();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public Mono<Void> onClose() {
            return Mono.never();
        }

        @Override
        public Mono<Void> close() {
            return Mono.empty();
        }
    }
}
