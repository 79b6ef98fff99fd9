package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Mixed load with cancellation while PgBouncer is restarted again and again, connections are replaced as they come of age, and other
 * clients come and go: nothing may be left behind. Ten minutes with {@code -Dheadgate.test.long=true}, else as long as two restarts
 * take.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.headgate.client.Route#selectedPooled")
@ExtendWith(RouteReport.class)
class SoakIT {

    private static final boolean LONG = Boolean.getBoolean("headgate.test.long");
    private static final Duration LENGTH = LONG ? Duration.ofMinutes(10) : Duration.ofSeconds(8);
    private static final Duration BETWEEN_RESTARTS = LONG ? Duration.ofSeconds(20) : Duration.ofSeconds(3);
    private static final int CALLERS = 64;

    /** So that each of eight connections is replaced once a second. */
    private static final Duration LIFETIME = Duration.ofSeconds(1);

    private static final Duration BETWEEN_CLIENTS = Duration.ofMillis(200);

    /** Reactor's schedulers and the JVM's own come as they are needed, and stay. */
    private static final int THREADS_OF_THE_PROCESS = 16;

    private final Route route;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong subscribed = new AtomicLong();
    private final AtomicLong terminals = new AtomicLong();
    private final AtomicLong succeeded = new AtomicLong();
    private final AtomicLong crossed = new AtomicLong();
    private final AtomicLong clients = new AtomicLong();

    SoakIT(Route route) {
        this.route = route;
    }

    @Test
    void restartsOfThePoolerLeaveNothingBehind() {
        long sockets = OpenSockets.count();
        int threads = Thread.activeCount();
        Headgate db = DriverUnderTest.client()
                .node(route.url())
                .maxConnections(8)
                .acquireTimeout(Duration.ofSeconds(2))
                .pool(options -> options.maxLifetime(LIFETIME))
                .build();
        long heapBefore = heapAfterCollection();
        var load = Flux.range(0, CALLERS)
                .flatMap(caller -> once(db).repeat(() -> !stop.get()), CALLERS)
                .then()
                .toFuture();
        var others = comesAndGoes()
                .then(Mono.delay(BETWEEN_CLIENTS))
                .repeat(() -> !stop.get())
                .then()
                .toFuture();
        long end = System.nanoTime() + LENGTH.toNanos();
        long restarts = 0;
        while (System.nanoTime() - end < 0) {
            Mono.delay(BETWEEN_RESTARTS).block();
            route.node().bouncer().restart();
            restarts++;
            long before = succeeded.get();
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> succeeded.get() > before + CALLERS);
        }
        stop.set(true);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> load.isDone() && others.isDone());

        assertThat(crossed).as("results of somebody else's").hasValue(0);
        assertThat(restarts).isGreaterThan(1);
        assertThat(clients).hasValueGreaterThan(5);
        assertThat(db.poolStatistics().opened()).as("connections opened").isGreaterThan(LENGTH.toSeconds());
        assertThat(terminals).as("a terminal signal for every caller").hasValue(subscribed.get());
        Awaitility.await()
                .until(() -> db.poolState().leased() == 0
                        && db.poolState().waiting() == 0
                        && db.poolState().inFlight() == 0
                        && db.poolState().connecting() == 0);
        assertThat(db.poolState().open()).isLessThanOrEqualTo(8);
        assertThat(db.sql("SELECT 7")
                        .map(row -> row.require(0, Integer.class))
                        .one()
                        .block())
                .isEqualTo(7);
        assertThat(heapAfterCollection() - heapBefore).as("bytes of heap kept").isLessThan(64 << 20);
        db.close().block();
        Awaitility.await()
                .until(() -> route.node().bouncer().show("CLIENTS").stream()
                        .noneMatch(client -> "app".equals(client.get("database"))));
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + THREADS_OF_THE_PROCESS);
        Awaitility.await().untilAsserted(() -> assertThat(OpenSockets.count()).isLessThanOrEqualTo(sockets));
        route.cluster().reset();
    }

    /** A client for one query, which fails while the pooler is away. */
    private Mono<Void> comesAndGoes() {
        return Mono.usingWhen(
                        Mono.fromSupplier(() -> DriverUnderTest.client()
                                .node(route.url())
                                .maxConnections(2)
                                .acquireTimeout(Duration.ofSeconds(1))
                                .build()),
                        client -> client.sql("SELECT 1").one(),
                        Headgate::close)
                .doOnTerminate(clients::incrementAndGet)
                .onErrorComplete()
                .then();
    }

    /** One piece of work, cancelled now and then; it always ends, one way or another. */
    private Mono<Void> once(Headgate db) {
        return Mono.defer(() -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            subscribed.incrementAndGet();
            int value = random.nextInt();
            Mono<Integer> work =
                    switch (random.nextInt(4)) {
                        case 0 ->
                            db.inTransaction(tx -> tx.sql("SELECT 1")
                                    .one()
                                    .then(tx.sql("SELECT $1::int")
                                            .bind(value)
                                            .map(row -> row.require(0, Integer.class))
                                            .one()));
                        default ->
                            db.sql("SELECT $1::int")
                                    .bind(value)
                                    .map(row -> row.require(0, Integer.class))
                                    .one();
                    };
            return ended(
                    work.doOnNext(read -> {
                        (read == value ? succeeded : crossed).incrementAndGet();
                    }),
                    random.nextInt(10) == 0 ? random.nextInt(5_000) : -1);
        });
    }

    private Mono<Void> ended(Mono<Integer> work, int cancelAfterMicros) {
        return Mono.create(sink -> {
            AtomicBoolean ended = new AtomicBoolean();
            Runnable end = () -> {
                if (ended.compareAndSet(false, true)) {
                    terminals.incrementAndGet();
                    sink.success();
                }
            };
            Disposable running = work.subscribe(value -> {}, error -> end.run(), end);
            if (cancelAfterMicros >= 0) {
                Mono.delay(Duration.ofNanos(cancelAfterMicros * 1_000L)).subscribe(tick -> {
                    running.dispose();
                    end.run();
                });
            }
        });
    }

    private static long heapAfterCollection() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
