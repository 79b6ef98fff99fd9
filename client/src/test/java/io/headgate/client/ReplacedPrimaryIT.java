package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
}
