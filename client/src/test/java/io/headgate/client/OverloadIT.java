package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.HeadgateException;
import io.headgate.pool.PoolRejectedException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ten times more callers than a small pool and its queue can take, who come again at once when they are refused. */
@EveryRoute
class OverloadIT {

    private static final int CALLERS = 2_000;
    private static final Duration LENGTH = Duration.ofSeconds(3);

    private final Route route;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final LongAdder done = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Map<String, AtomicInteger> unexpected = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Long> refusalNanos = new ConcurrentLinkedQueue<>();

    OverloadIT(Route route) {
        this.route = route;
    }

    @Test
    void refusesAtOnceWhatItCannotTakeAndServesTheRest() {
        Headgate db = DriverUnderTest.client()
                .node(route.url())
                .maxConnections(8)
                .maxWaiting(200)
                .build();
        db.warmUp().block();
        var load = Flux.range(0, CALLERS)
                .flatMap(caller -> once(db).repeat(() -> !stop.get()), CALLERS)
                .then()
                .toFuture();
        Mono.delay(LENGTH).block();
        stop.set(true);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(load::isDone);

        assertThat(unexpected).isEmpty();
        assertThat(done.sum()).isGreaterThan(1_000);
        assertThat(refused.sum()).isGreaterThan(1_000);
        long[] sorted =
                refusalNanos.stream().mapToLong(Long::longValue).sorted().toArray();
        // microseconds of work, but the load has every core, and a thread may lose its own in the middle
        assertThat(Duration.ofNanos(sorted[sorted.length / 2])).isLessThan(Duration.ofMillis(20));
        Awaitility.await()
                .until(() -> db.poolState().waiting() == 0
                        && db.poolState().leased() == 0
                        && db.poolState().inFlight() == 0);
        assertThat(db.poolStatistics().rejections()).isEqualTo(refused.sum());
        assertThat(Duration.ofNanos(db.poolStatistics().waits().maxNanos())).isLessThan(Duration.ofSeconds(5));
        db.close().block();
    }

    private Mono<Void> once(Headgate db) {
        return Mono.defer(() -> {
            long since = System.nanoTime();
            return db.sql("SELECT $1::int")
                    .bind(7)
                    .one()
                    .doOnNext(row -> done.increment())
                    .then()
                    .onErrorResume(error -> {
                        long took = System.nanoTime() - since;
                        if (error instanceof PoolRejectedException rejected && rejected.isSafeToRetry()) {
                            refused.increment();
                            if (refused.sum() % 16 == 0) {
                                refusalNanos.add(took);
                            }
                            // a frontend that retries in loops, but not a spinning one
                            return Mono.delay(Duration.ofMillis(
                                            ThreadLocalRandom.current().nextInt(1, 20)))
                                    .then();
                        }
                        String what =
                                error instanceof HeadgateException ? error.toString() : "no error of ours: " + error;
                        unexpected
                                .computeIfAbsent(what, key -> new AtomicInteger())
                                .incrementAndGet();
                        return Mono.empty();
                    });
        });
    }
}
