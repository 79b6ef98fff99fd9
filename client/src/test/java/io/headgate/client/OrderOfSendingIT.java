package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What is handed over first is sent first, whichever threads do: no statement runs before the BEGIN or after the end of its
 * transaction, none that was told as undone is stored, and none that was told as done is lost.
 */
@EveryRoute
class OrderOfSendingIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int ROUNDS = Settings.number(500, 5_000);

    private final Route route;
    private final Scheduler sender = Schedulers.newSingle("sender", true);
    private final SplittableRandom random = new SplittableRandom(14);
    private Headgate db;

    OrderOfSendingIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client()
                .node(route.url())
                .sessionNode(route.node().url())
                .maxConnections(2)
                .pool(options -> options.lanes(0))
                .build();
        db.sql("CREATE TABLE order_of_sending (n int)").result().block(SOON);
    }

    @AfterEach
    void close() {
        db.sql("DROP TABLE order_of_sending").result().block(SOON);
        db.close().block();
        sender.dispose();
    }

    private static Mono<Long> insert(SqlTransaction tx, int n) {
        return tx.sql("INSERT INTO order_of_sending VALUES ($1)").bind(n).update();
    }

    private long stored() {
        Long count = db.sql("SELECT count(*) FROM order_of_sending")
                .map(row -> row.require(0, Long.class))
                .one()
                .block(SOON);
        return count == null ? -1 : count;
    }

    private static void busy(long micros) {
        long end = System.nanoTime() + micros * 1_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** One fails, and another thread hands the other over while that is heard. */
    private Mono<Void> twoAtOnce(SqlTransaction tx, int n) {
        int after = random.nextInt(300);
        Mono<SqlResult> fails = tx.sql("SELECT 1/0").result();
        Mono<Long> writes =
                Mono.<Void>fromRunnable(() -> busy(after)).subscribeOn(sender).then(Mono.defer(() -> insert(tx, n)));
        return tx.sql("SELECT 1").result().publishOn(sender).then(Mono.defer(() -> Mono.when(fails, writes)));
    }

    private static void assertUndone(Throwable error) {
        assertThat(error)
                .isInstanceOfSatisfying(
                        HeadgateException.class,
                        known -> assertThat(known.outcome()).isEqualTo(Outcome.NOT_EXECUTED));
    }

    @Test
    void aRollbackGoesBehindWhatAnotherThreadHandedOver() {
        Flux.range(0, ROUNDS)
                .concatMap(i -> db.inTransaction(tx -> twoAtOnce(tx, i))
                        .then()
                        .doOnError(OrderOfSendingIT::assertUndone)
                        .onErrorComplete(HeadgateException.class))
                .blockLast(SOON);
        assertThat(stored()).isZero();
    }

    @Test
    void aRollbackToASavepointGoesBehindWhatAnotherThreadHandedOver() {
        Flux.range(0, ROUNDS)
                .concatMap(i -> db.inTransaction(tx -> tx.savepoint(inner -> twoAtOnce(inner, i))
                        .doOnError(OrderOfSendingIT::assertUndone)
                        .onErrorComplete(HeadgateException.class)
                        .then(tx.sql("SELECT 2").result())))
                .blockLast(SOON);
        assertThat(stored()).isZero();
    }

    /** The loop runs somebody's code, which then has the transaction send its first statement there. */
    @Test
    void theFirstStatementGoesBehindTheBegin() {
        Flux.range(0, ROUNDS)
                .concatMap(i -> Mono.defer(() -> {
                    Sinks.One<Integer> news = Sinks.one();
                    Sinks.Empty<Void> answered = Sinks.empty();
                    int taking = random.nextInt(200);
                    db.sql("SELECT 1").result().subscribe(answer -> {
                        answered.tryEmitEmpty();
                        busy(taking);
                        news.tryEmitValue(i);
                    });
                    return answered.asMono()
                            .publishOn(sender)
                            .thenMany(db.inTransaction(tx -> news.asMono()
                                    .flatMap(n -> insert(tx, n))
                                    .then(Mono.<Void>error(new IllegalStateException("the work's own")))))
                            .onErrorComplete(IllegalStateException.class)
                            .then();
                }))
                .blockLast(SOON);
        assertThat(stored()).isZero();
    }

    /** Another thread rolls back while a reader handles a row on the loop. The reader then gets an error on the loop, and writes. */
    @Test
    void whatAReaderWritesWhenItIsToldGoesBehindTheRollback() {
        AtomicInteger told = new AtomicInteger();
        Flux.range(0, ROUNDS / 5)
                .concatMap(i -> db.inTransaction(tx -> tx.createSavepoint("a").then(Mono.defer(() -> {
                    Sinks.Empty<Void> reading = Sinks.empty();
                    Mono<Long> reader = tx.sql("SELECT generate_series(1, 100000) AS n").stream()
                            .doOnNext(row -> {
                                reading.tryEmitEmpty();
                                busy(50);
                            })
                            .then(Mono.<Long>empty())
                            .onErrorResume(ended -> insert(tx, i))
                            .cache();
                    reader.subscribe(count -> {}, error -> {});
                    return reading.asMono()
                            .publishOn(sender)
                            .then(Mono.defer(() -> tx.rollbackToSavepoint("a")))
                            .then(reader)
                            .doOnNext(count -> told.incrementAndGet());
                }))))
                .blockLast(SOON);
        assertThat(told).hasPositiveValue();
        assertThat(stored()).isEqualTo(told.get());
    }

    /** A statement is the transaction's from its subscription on, whenever its answer is asked for. */
    @Test
    void nothingIsSentWhenItIsAskedForAfterTheEnd() {
        for (int i = 0; i < 2; i++) {
            int n = i;
            List<Object> heard = new CopyOnWriteArrayList<>();
            BaseSubscriber<Long> late = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    // asks later
                }

                @Override
                protected void hookOnNext(Long count) {
                    heard.add(count);
                }
            };
            db.inTransaction(tx -> {
                        insert(tx, n).subscribe(late);
                        return tx.sql("SELECT 1").result().then(Mono.<Void>error(new IllegalStateException("failed")));
                    })
                    .onErrorComplete(IllegalStateException.class)
                    .block(SOON);
            db.inTransaction(tx -> tx.sql("SELECT 1")
                            .result()
                            .then(Mono.fromRunnable(() -> late.request(1)))
                            .then(tx.sql("SELECT 2").result()))
                    .block(SOON);
            assertThat(heard).containsExactly(1L);
        }
        assertThat(stored()).isZero();
    }

    /** Its work hid an error, so that its RELEASE is refused, and the caller gives up just then. */
    @Test
    void theUndoingOfASavepointDoesNotGoIntoTheNextTransactionOfASession() {
        Flux.range(0, ROUNDS / 50)
                .concatMap(k ->
                        db.sessionConnection(session -> Flux.range(0, 50).concatMap(i -> {
                            Sinks.Empty<Void> stop = Sinks.empty();
                            int after = random.nextInt(250);
                            Runnable stopping = () -> {
                                busy(after);
                                stop.tryEmitEmpty();
                            };
                            return session.inTransaction(
                                            TransactionOptions.defaults(),
                                            tx -> tx.savepoint(inner -> inner.sql("SELECT 1/0")
                                                    .result()
                                                    .onErrorComplete()
                                                    .doOnTerminate(() -> sender.schedule(stopping))))
                                    .takeUntilOther(stop.asMono())
                                    .onErrorComplete()
                                    .thenMany(
                                            session.inTransaction(TransactionOptions.defaults(), tx -> insert(tx, i)));
                        })))
                .blockLast(SOON);
        assertThat(stored()).isEqualTo(ROUNDS / 50 * 50L);
    }

    /** A session's statements that were handed over before it begins a transaction do not belong to it. */
    @Test
    void aBeginGoesBehindWhatWasHandedOverBefore() {
        for (int i = 0; i < 20; i++) {
            int n = i;
            db.sessionConnection(session -> {
                        Mono<Long> first = session.sql("INSERT INTO order_of_sending SELECT $1 FROM pg_sleep(0.005)")
                                .bind(n)
                                .update();
                        Mono<Long> second = session.sql("INSERT INTO order_of_sending VALUES ($1)")
                                .bind(n)
                                .update();
                        Flux<Long> undone = session.inTransaction(
                                        TransactionOptions.defaults(),
                                        tx -> insert(tx, -1)
                                                .then(Mono.<Long>error(new IllegalStateException("the work's own"))))
                                .onErrorReturn(IllegalStateException.class, 0L);
                        return Mono.when(first, second, undone);
                    })
                    .blockLast(SOON);
        }
        assertThat(stored()).isEqualTo(40);
    }
}
