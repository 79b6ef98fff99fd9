package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.ConstraintViolationException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.routing.ConsistencySession;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Calls that are under way on the primary when it is replaced. */
class ReplacedPrimaryIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final PostgresCluster cluster =
            PostgresCluster.builder().pooled(true).replicas(2).start();
    private Headgate db;

    @BeforeEach
    void open() {
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

    private Mono<Outcome> outcome(Mono<?> call) {
        return call.thenReturn(Outcome.EXECUTED)
                .onErrorResume(HeadgateException.class, error -> Mono.just(error.outcome()));
    }

    /** Who inserts what is there already reads it next. */
    @Test
    void aRefusedWriteShowsWhatWasInItsWay() {
        db.sql("CREATE TABLE keyed (id bigint PRIMARY KEY)").update().block(SOON);
        db.sql("SELECT count(*) FROM keyed").update().block(SOON);
        cluster.replicas().forEach(PostgresNode::pauseReplay);
        cluster.primary().execute("INSERT INTO keyed VALUES (1)");
        Mono<Long> findOrCreate = db.sql("INSERT INTO keyed VALUES (1)")
                .update()
                .onErrorResume(
                        ConstraintViolationException.class,
                        there -> db.sql("SELECT id FROM keyed WHERE id = 1")
                                .map(row -> row.require(0, Long.class))
                                .one());
        assertThat(findOrCreate
                        .contextWrite(ConsistencySession.create().inContext())
                        .block(SOON))
                .isOne();
        assertThat(findOrCreate.block(SOON)).isOne();
    }

    /** Its pooler answers on, and holds what it was sent. */
    @Test
    void callsOnAFrozenPrimaryEndWhenAnotherReplacesIt() {
        PostgresNode frozen = cluster.primary();
        frozen.freeze();
        List<Mono<Outcome>> writes = IntStream.range(0, 20)
                .mapToObj(i -> outcome(db.sql("INSERT INTO written VALUES ($1)")
                                .bind(i)
                                .update())
                        .cache())
                .toList();
        writes.forEach(Mono::subscribe);
        PostgresNode next = ReplicaFaults.furthestReplica(cluster);
        next.promote();
        long executed = writes.stream()
                .map(each -> each.block(SOON))
                .filter(outcome -> outcome == Outcome.EXECUTED)
                .count();
        frozen.thaw();
        List<Object> there = next.query("SELECT id FROM written").stream()
                .map(row -> row.get("id"))
                .toList();
        assertThat(there).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo((int) executed);
        frozen.kill();
    }

    /** The server cancels it, so it was not executed. */
    @Test
    void aWriteUnderWayOnAFormerPrimaryGoesToTheNext() {
        PostgresNode former = cluster.primary();
        Mono<Outcome> write = outcome(
                        db.sql("INSERT INTO written SELECT 7 FROM pg_sleep(4)").update())
                .cache();
        write.subscribe();
        Awaitility.await()
                .atMost(SOON)
                .until(() -> !former.query(
                                "SELECT pid FROM pg_stat_activity WHERE query LIKE 'INSERT INTO written SELECT 7%'")
                        .isEmpty());
        PostgresNode next = cluster.replicas().get(0);
        next.promote();
        assertThat(write.block(SOON)).isEqualTo(Outcome.EXECUTED);
        assertThat(next.query("SELECT id FROM written")).hasSize(1);
        assertThat(former.query("SELECT id FROM written")).isEmpty();
    }

    /** A view hides that it writes: the statement that was under way may have been executed, so it is not sent to the next primary. */
    @Test
    void aHiddenWriteUnderWayIsNotRepeated() {
        List.of(
                        "CREATE FUNCTION audit() RETURNS int LANGUAGE plpgsql VOLATILE AS"
                                + " $$ BEGIN INSERT INTO written VALUES (1); PERFORM pg_sleep(30); RETURN 1; END $$",
                        "CREATE VIEW audited AS SELECT audit() AS a")
                .forEach(ddl -> db.sql(ddl).update().block(SOON));
        PostgresNode dead = cluster.primary();
        Mono<Outcome> call = outcome(db.sql("SELECT a FROM audited").update()).cache();
        call.subscribe();
        Awaitility.await()
                .atMost(SOON)
                .until(() -> !dead.query(
                                "SELECT pid FROM pg_stat_activity WHERE query LIKE '%FROM audited%' AND state = 'active'"
                                        + " AND pid <> pg_backend_pid()")
                        .isEmpty());
        dead.kill();
        PostgresNode next = ReplicaFaults.furthestReplica(cluster);
        next.promote();
        assertThat(call.block(SOON)).isEqualTo(Outcome.UNKNOWN);
        assertThat(next.query("SELECT id FROM written")).isEmpty();
    }

    /** The former primary lives, and acknowledges writes that the next one never gets. */
    @Test
    void sessionsThatLoseAWriteAreTold() {
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong ids = new AtomicLong();
        List<ConsistencySession> sessions = IntStream.range(0, 40)
                .mapToObj(i -> ConsistencySession.create())
                .toList();
        List<Queue<Long>> acknowledged = IntStream.range(0, 40)
                .<Queue<Long>>mapToObj(i -> new ConcurrentLinkedQueue<>())
                .toList();
        Mono<Void> users = Flux.range(0, 40)
                .flatMap(
                        user -> Mono.defer(() -> writeAndRead(ids.incrementAndGet(), acknowledged.get(user)))
                                .repeat(() -> !over.get())
                                .contextWrite(sessions.get(user).inContext()),
                        40)
                .then()
                .cache();
        users.subscribe();
        Awaitility.await().atMost(SOON).until(() -> ids.get() > 2_000);
        PostgresNode next = cluster.replicas().get(0);
        next.promote();
        long promoted = ids.get();
        Awaitility.await().atMost(SOON).until(() -> ids.get() > promoted + 2_000);
        over.set(true);
        users.block(SOON);
        Set<Object> there = next.query("SELECT id FROM written").stream()
                .map(row -> row.get("id"))
                .collect(Collectors.toSet());
        for (int user = 0; user < 40; user++) {
            ConsistencySession session = sessions.get(user);
            db.sql("SELECT 1").update().contextWrite(session.inContext()).block(SOON);
            if (!there.containsAll(acknowledged.get(user))) {
                assertThat(session.mayHaveLostWrite()).as("user %d", user).isTrue();
            }
        }
    }

    private Mono<Void> writeAndRead(long id, Queue<Long> acknowledged) {
        return db.sql("INSERT INTO written VALUES ($1)")
                .bind(id)
                .update()
                .doOnNext(one -> acknowledged.add(id))
                .then(db.sql("SELECT id FROM written WHERE id = $1").bind(id).update())
                .onErrorComplete()
                .then();
    }
}
