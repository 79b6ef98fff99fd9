package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The primary is killed while many callers write, and a replica is promoted. */
class FailoverIT {

    private static final Logger logger = LoggerFactory.getLogger(FailoverIT.class);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int WRITERS = 50;

    private final PostgresCluster cluster =
            PostgresCluster.builder().pooled(true).replicas(2).start();
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, Long> acknowledged = new ConcurrentHashMap<>();
    private final Set<Long> notExecuted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicInteger subscribed = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private Headgate db;

    @BeforeEach
    void open() {
        ReplicaFaults.replicatesSynchronously(cluster);
        HeadgateBuilder builder = DriverUnderTest.client();
        cluster.nodes().forEach(each -> builder.node(each.pooledUrl()));
        db = builder.build();
        db.sql("CREATE TABLE written (id bigint)").update().block(SOON);
    }

    @AfterEach
    void close() {
        db.close().block(SOON);
        cluster.close();
    }

    /** Each writes again and again; no error ends it. */
    private Disposable writers() {
        return Flux.range(0, WRITERS)
                .flatMap(i -> Mono.defer(this::write).repeat(), WRITERS)
                .subscribe();
    }

    private Mono<Void> write() {
        long id = ids.incrementAndGet();
        return db.sql("INSERT INTO written VALUES ($1)")
                .bind(id)
                .update()
                .doOnSubscribe(begun -> subscribed.incrementAndGet())
                .doOnTerminate(ended::incrementAndGet)
                .doOnNext(count -> acknowledged.put(id, System.nanoTime()))
                .doOnError(error -> failed(id, error))
                .onErrorResume(error -> Mono.delay(Duration.ofMillis(5)).then(Mono.empty()))
                .then();
    }

    private void failed(long id, Throwable error) {
        if (error instanceof HeadgateException known && known.outcome() == Outcome.NOT_EXECUTED) {
            notExecuted.add(id);
        } else {
            unknown.incrementAndGet();
        }
    }

    /** Waits for more acknowledged writes. */
    private void awaitWrites(int more) {
        int before = acknowledged.size();
        Awaitility.await().atMost(SOON).until(() -> acknowledged.size() >= before + more);
    }

    private static List<Long> written(PostgresNode node) {
        List<Long> ids = new ArrayList<>();
        node.query("SELECT id FROM written").forEach(row -> ids.add((Long) row.get("id")));
        return ids;
    }

    @Test
    void writesGoOnWithinASecondOfThePromotion() {
        Disposable writers = writers();
        awaitWrites(1_000);
        PostgresNode dead = cluster.primary();
        dead.kill();
        PostgresNode next = ReplicaFaults.furthestReplica(cluster);
        PostgresNode other = cluster.replicas().stream()
                .filter(each -> each != next)
                .findFirst()
                .orElseThrow();
        next.promote();
        long promoted = System.nanoTime();
        // until then no write is acknowledged: it needs a replica
        other.follow(next);
        long followed = System.nanoTime();
        awaitWrites(1_000);
        // it is a primary still, on the former timeline, and waits for no replica
        dead.start();
        dead.execute("ALTER SYSTEM SET synchronous_standby_names = ''");
        dead.execute("SELECT pg_reload_conf()");
        long before = dead.query("SELECT id FROM written").size();
        awaitWrites(5_000);
        long first = acknowledged.values().stream()
                .filter(at -> at > promoted)
                .mapToLong(at -> at)
                .min()
                .orElseThrow();
        writers.dispose();
        Awaitility.await().atMost(SOON).until(() -> db.poolState().leased() == 0);
        logger.info(
                "first write {} ms after the promotion, {} ms after a replica followed; acknowledged {}, not executed {}, unknown {}",
                (first - promoted) / 1_000_000,
                (first - followed) / 1_000_000,
                acknowledged.size(),
                notExecuted.size(),
                unknown);
        assertThat(first - followed).isLessThan(Duration.ofSeconds(1).toNanos());
        List<Long> there = written(next);
        assertThat(there).doesNotHaveDuplicates().containsAll(acknowledged.keySet());
        assertThat(notExecuted)
                .as("writes that were not executed and did not wait")
                .isEmpty();
        assertThat(dead.query("SELECT id FROM written")).hasSize((int) before);
        assertThat(ended.get()).as("ended once each").isBetween(subscribed.get() - WRITERS, subscribed.get());
    }
}
