package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Load while processes are killed, and what has to hold then: each caller gets one terminal signal of the right outcome, no
 * write is lost or doubled against what callers were told, and the client works again within a second of the service's
 * return.
 */
abstract class FaultyLoad {

    private static final int CALLERS = 32;

    private final Route route;
    PostgresNode node;
    Headgate db;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicLong succeeded = new AtomicLong();
    private final Map<Long, Outcome> failedWrites = new ConcurrentHashMap<>();
    private final Map<Long, Boolean> doneWrites = new ConcurrentHashMap<>();
    final Map<String, AtomicInteger> errors = new ConcurrentHashMap<>();

    FaultyLoad(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        node = route.node();
        node.execute("DROP TABLE IF EXISTS written");
        node.execute("CREATE TABLE written (n bigint)");
        node.execute("GRANT ALL ON written TO app");
        db = DriverUnderTest.client().node(route.url()).maxConnections(4).build();
    }

    @AfterEach
    void close() {
        db.close().block();
        route.cluster().reset();
    }

    void worksWithinASecond() {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(1))
                .until(() -> db.sql("SELECT 1")
                        .one()
                        .map(row -> true)
                        .onErrorReturn(false)
                        .block());
        awaitMore(500);
    }

    void awaitMore(int more) {
        long from = succeeded.get();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> succeeded.get() >= from + more);
    }

    void underLoad(Runnable fault) {
        var load = Flux.range(0, CALLERS)
                .flatMap(caller -> Mono.defer(() -> once(caller)).repeat(() -> !stop.get()), CALLERS)
                .then()
                .toFuture();
        try {
            fault.run();
        } finally {
            stop.set(true);
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(load::isDone);

        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(ended.get()).as("one end for each caller").isEqualTo(started.get()));
        assertThat(errors).as("the fault was felt").isNotEmpty();
        assertThat(db.poolState().leased()).isZero();
        Map<Long, Long> counts = new ConcurrentHashMap<>();
        node.query("SELECT n, count(*) AS c FROM written GROUP BY n")
                .forEach(row -> counts.put((Long) row.get("n"), (Long) row.get("c")));
        assertThat(counts.values()).as("no write twice").allMatch(count -> count == 1);
        assertThat(doneWrites.keySet().stream()
                        .filter(n -> !counts.containsKey(n))
                        .toList())
                .as("writes that were confirmed and are not there")
                .isEmpty();
        failedWrites.forEach((n, outcome) -> {
            if (outcome == Outcome.NOT_EXECUTED) {
                assertThat(counts)
                        .as("a write reported as not executed: " + errors)
                        .doesNotContainKey(n);
            } else {
                assertThat(outcome).isEqualTo(Outcome.UNKNOWN);
            }
        });
    }

    private Mono<Void> once(int caller) {
        long n = sequence.incrementAndGet();
        started.incrementAndGet();
        AtomicInteger terminals = new AtomicInteger();
        Mono<?> work =
                switch (caller % 3) {
                    case 0 ->
                        db.sql("SELECT $1::bigint")
                                .bind(n)
                                .map(row -> row.require(0, Long.class))
                                .one()
                                .doOnNext(own -> assertThat(own).isEqualTo(n));
                    case 1 ->
                        db.sql("INSERT INTO written VALUES ($1)")
                                .bind(n)
                                .update()
                                .doOnSuccess(count -> doneWrites.put(n, true));
                    default ->
                        db.inTransaction(tx -> tx.sql("INSERT INTO written VALUES ($1)")
                                        .bind(n)
                                        .update())
                                .doOnSuccess(count -> doneWrites.put(n, true));
                };
        Mono<?> counted = work.doOnTerminate(
                        () -> assertThat(terminals.incrementAndGet()).isEqualTo(1))
                .doOnSuccess(done -> succeeded.incrementAndGet())
                .doFinally(end -> ended.incrementAndGet());
        return givenUpNowAndThen(counted).then().onErrorResume(error -> {
            errors.computeIfAbsent(
                            error.getClass().getSimpleName() + " " + error.getMessage(), key -> new AtomicInteger())
                    .incrementAndGet();
            assertThat(error).isInstanceOf(HeadgateException.class);
            if (caller % 3 != 0) {
                failedWrites.put(n, ((HeadgateException) error).outcome());
            }
            return Mono.delay(Duration.ofMillis(5)).then();
        });
    }

    /** What the callers of a test may do beside waiting. */
    <T> Mono<T> givenUpNowAndThen(Mono<T> work) {
        return work;
    }

    /** Lets go of what the test itself keeps. */
    void forgetWrites() {
        doneWrites.clear();
        failedWrites.clear();
    }

    long writes() {
        return doneWrites.size();
    }
}
