package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.observe.Receipt;
import io.headgate.core.topology.Role;
import io.headgate.routing.ConsistencySession;
import io.headgate.testkit.PostgresCluster;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How many reads go to healthy replicas while others write a hundred times a second. */
class ReadsOnReplicasIT {

    private static final Logger logger = LoggerFactory.getLogger(ReadsOnReplicasIT.class);
    private static final Duration SOON = Duration.ofSeconds(30);

    private final PostgresCluster cluster =
            PostgresCluster.builder().pooled(true).replicas(2).start();
    private final Map<String, Integer> reasons = new TreeMap<>();
    private Headgate db;
    private Disposable otherUsers;

    @BeforeEach
    void open() {
        HeadgateBuilder builder = DriverUnderTest.client();
        cluster.nodes().forEach(each -> builder.node(each.pooledUrl()));
        db = builder.build();
        db.sql("CREATE TABLE note (id bigint)").update().block(SOON);
        otherUsers = Flux.interval(Duration.ofMillis(10))
                .onBackpressureDrop()
                .flatMap(tick -> db.sql("INSERT INTO note VALUES ($1)")
                        .bind(tick)
                        .update()
                        .contextWrite(ConsistencySession.create().inContext()))
                .subscribe();
    }

    @AfterEach
    void close() {
        otherUsers.dispose();
        db.close().block(SOON);
        cluster.close();
    }

    private Mono<Long> read() {
        return Receipt.collect(
                db.sql("SELECT count(*) FROM note WHERE id = -1")
                        .map(row -> row.require(0, Long.class))
                        .one(),
                this::count);
    }

    private synchronized void count(Receipt receipt) {
        receipt.routes().forEach(each -> reasons.merge(each.role() + " " + each.reason(), 1, Integer::sum));
    }

    private synchronized double shareOnReplicas() {
        logger.info("{}", reasons);
        double all = reasons.values().stream().mapToInt(count -> count).sum();
        return reasons.entrySet().stream()
                        .filter(each -> each.getKey().startsWith(Role.REPLICA.name()))
                        .mapToInt(Map.Entry::getValue)
                        .sum()
                / all;
    }

    @Test
    void readsOfUsersThatReadOnly() {
        Flux.range(0, 20)
                .flatMap(user -> read().delaySubscription(Duration.ofMillis(5))
                        .repeat(200)
                        .contextWrite(ConsistencySession.create().inContext()))
                .blockLast(SOON);
        assertThat(shareOnReplicas()).isGreaterThan(0.85);
    }

    /** Without a session of its own, a read has to see all that the client has written. */
    @Test
    void readsWithoutASession() {
        Flux.range(0, 20)
                .flatMap(user -> read().delaySubscription(Duration.ofMillis(5)).repeat(200))
                .blockLast(SOON);
        assertThat(shareOnReplicas()).isGreaterThan(0.85);
    }

    @Test
    void readsThatFollowTheUsersOwnWrite() {
        Flux.range(0, 20)
                .flatMap(user -> db.sql("INSERT INTO note VALUES (-2)")
                        .update()
                        .then(read())
                        .repeat(50)
                        .delaySubscription(Duration.ofMillis(user))
                        .contextWrite(ConsistencySession.create().inContext()))
                .blockLast(SOON);
        assertThat(shareOnReplicas()).isGreaterThan(0.6);
    }
}
