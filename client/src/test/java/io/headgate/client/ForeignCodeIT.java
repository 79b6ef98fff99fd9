package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlQuery;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.pool.AcquireTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Callers' code that blocks, throws what Reactor calls fatal, or asks for nothing: it hurts nobody else. */
@EveryRoute
class ForeignCodeIT {

    /** Far less than for ever, far more than a busy machine needs. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Route route;
    private final CountDownLatch blocked = new CountDownLatch(1);
    private Headgate db;

    ForeignCodeIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void connect() {
        db = DriverUnderTest.client()
                .node(route.url())
                .maxConnections(8)
                .acquireTimeout(Duration.ofMillis(500))
                .pool(options -> options.lanes(0).minIdle(8))
                .build();
        db.warmUp().block();
        Awaitility.await().until(() -> db.poolState().idle() == 8);
    }

    @AfterEach
    void close() {
        blocked.countDown();
        db.close().block();
    }

    @Test
    void workThatBlocksDelaysNobodyElse() throws InterruptedException {
        CountDownLatch working = new CountDownLatch(1);
        AtomicReference<Thread> workingThread = new AtomicReference<>();
        Thread caller = new Thread(() -> db.inTransaction(tx -> {
                    workingThread.set(Thread.currentThread());
                    working.countDown();
                    block();
                    return tx.sql("SELECT 1").update();
                })
                .block());
        caller.setDaemon(true);
        caller.start();
        assertThat(working.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(workingThread)
                .as("connections were idle, so it works on its own thread")
                .hasValue(caller);
        assertThat(Flux.range(0, 100)
                        .flatMap(
                                i -> db.sql("SELECT count(*) FROM generate_series(1, 10)")
                                        .update(),
                                4)
                        .count()
                        .block(SOON))
                .isEqualTo(100);
        // and callers that get no connection fail in time
        List<BaseSubscriber<?>> holders = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            holders.add(holding());
        }
        Awaitility.await().until(() -> db.poolState().leased() == 8);
        long since = System.nanoTime();
        assertThatThrownBy(() -> db.sql("SELECT 1").update().block(SOON)).isInstanceOf(AcquireTimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(2));
        holders.forEach(BaseSubscriber::cancel);
        blocked.countDown();
        caller.join(TimeUnit.SECONDS.toMillis(5));
        Awaitility.await().until(() -> db.poolState().leased() == 0);
    }

    private BaseSubscriber<Object> holding() {
        BaseSubscriber<Object> holder = new BaseSubscriber<>() {};
        db.inTransaction(tx -> tx.sql("SELECT 1").update().then(Mono.never())).subscribe(holder);
        return holder;
    }

    private void block() {
        try {
            blocked.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void blockingOnAConnectionsThreadIsRefusedAtOnce() {
        assertThatThrownBy(() -> db.inTransaction(tx -> tx.sql("SELECT 1")
                                .update()
                                .map(count -> tx.sql("SELECT 2").update().block()))
                        .block(SOON))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not supported in thread");
        Awaitility.await().until(() -> db.poolState().leased() == 0);
    }

    @Test
    void fatalErrorsReachTheCallerAndReleaseTheRowLocks() {
        db.sql("DROP TABLE IF EXISTS foreign_code").update().block();
        db.sql("CREATE TABLE foreign_code(id int PRIMARY KEY, n int NOT NULL)")
                .update()
                .block();
        db.sql("INSERT INTO foreign_code VALUES (1, 0)").update().block();
        for (Error fatal : List.of(new NoClassDefFoundError("x"), new StackOverflowError())) {
            for (boolean inMapper : new boolean[] {true, false}) {
                for (Mono<?> failing : List.of(
                        db.inTransaction(tx -> failing(
                                tx.sql("UPDATE foreign_code SET n = n + 1 WHERE id = 1 RETURNING n"), inMapper, fatal)),
                        failing(db.sql("SELECT n FROM foreign_code"), inMapper, fatal))) {
                    assertThatThrownBy(() -> failing.block(SOON))
                            .satisfies(error -> assertThat(inMapper ? error.getCause() : error)
                                    .isSameAs(fatal));
                }
            }
            assertThat(db.sql("UPDATE foreign_code SET n = n + 1 WHERE id = 1")
                            .update()
                            .block(SOON))
                    .isEqualTo(1);
        }
        assertThat(db.sql("SELECT n FROM foreign_code")
                        .map(row -> row.get(0, Integer.class))
                        .one()
                        .block(SOON))
                .isEqualTo(2);
        Awaitility.await().until(() -> db.poolState().leased() == 0);
    }

    private static Mono<Object> failing(SqlQuery query, boolean inMapper, Error fatal) {
        Function<Object, Object> throwing = row -> {
            throw fatal;
        };
        return inMapper ? query.map(throwing).one() : query.one().map(throwing);
    }

    @Test
    void aListenerThatBlocksOrThrowsKeepsNoCallerWaiting() {
        CountDownLatch told = new CountDownLatch(2);
        Headgate observed = Headgate.builder()
                .node(route.url())
                .driver(DriverUnderTest.selected().name().toLowerCase(Locale.ROOT))
                .listener(new DataAccessListener() {
                    @Override
                    public Observation started(Operation operation, ContextView context) {
                        return error -> {
                            told.countDown();
                            block();
                            throw new NoClassDefFoundError("x");
                        };
                    }
                })
                .build();
        try {
            assertThat(observed.sql("SELECT 1").update().block(SOON)).isEqualTo(1);
            blocked.countDown();
            assertThatThrownBy(() -> observed.sql("SELECT 1 / 0").update().block(SOON))
                    .isInstanceOf(DatabaseException.class);
            Awaitility.await().until(() -> told.getCount() == 0);
        } finally {
            blocked.countDown();
            observed.close().block();
        }
    }

    @Test
    void streamsThatNobodyAsksTakeNoConnection() {
        List<BaseSubscriber<Object>> idle = new ArrayList<>();
        for (int i = 0; i < 33; i++) {
            BaseSubscriber<Object> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    // asks later, or never
                }
            };
            idle.add(subscriber);
            db.sql("SELECT g FROM generate_series(1, 1000) g").stream().subscribe(subscriber);
        }
        assertThat(db.sql("SELECT 1").update().block(SOON)).isEqualTo(1);
        assertThat(db.poolState().leased()).isZero();
        idle.forEach(BaseSubscriber::cancel);
    }
}
