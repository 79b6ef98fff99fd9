package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.Consistency;
import io.headgate.routing.ConsistencySession;
import io.headgate.routing.Route.Reason;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A cluster that does not tell its positions in the log: its functions answer as those of Amazon Aurora. */
class WithoutPositionsIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final PostgresCluster cluster =
            PostgresCluster.builder().pooled(true).replicas(2).start();
    private final ConsistencySession session = ConsistencySession.create();
    private Headgate db;

    @BeforeEach
    void open() {
        for (String function : new String[] {"pg_current_wal_insert_lsn", "pg_last_wal_replay_lsn"}) {
            cluster.primary()
                    .execute("SET allow_system_table_mods = on; ALTER FUNCTION pg_catalog." + function
                            + "() RENAME TO told_"
                            + function + "; CREATE FUNCTION pg_catalog." + function
                            + "() RETURNS pg_lsn LANGUAGE plpgsql STABLE AS $$ BEGIN RAISE feature_not_supported"
                            + " USING MESSAGE = 'not supported by this database'; END $$");
        }
        Awaitility.await()
                .atMost(SOON)
                .until(() -> cluster.replicas().stream()
                        .allMatch(each -> each.queryValue(
                                        "SELECT count(*) FROM pg_proc WHERE prosrc LIKE '%not supported by this database%'")
                                .equals("2")));
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

    private Mono<Long> write(long id) {
        return db.sql("INSERT INTO written VALUES ($1)").bind(id).update();
    }

    private Mono<Long> count() {
        return db.sql("SELECT count(*) FROM written")
                .map(row -> row.require(0, Long.class))
                .one();
    }

    @Test
    void usersSeeTheirWritesOnThePrimary() {
        for (long i = 1; i <= 50; i++) {
            assertThat(write(i).then(count()).contextWrite(session.inContext()).block(SOON))
                    .isEqualTo(i);
        }
        assertThat(db.routing().statistics().onReplicas()).isZero();
        assertThat(db.routing().statistics().onPrimary().get(Reason.NO_POSITIONS))
                .isGreaterThanOrEqualTo(50);
    }

    @Test
    void readsOfAnyStateGoToReplicas() {
        assertThat(db.sql("SELECT pg_is_in_recovery()")
                        .with(options -> options.consistency(Consistency.eventual()))
                        .map(row -> row.require(0, Boolean.class))
                        .one()
                        .block(SOON))
                .isTrue();
    }

    @Test
    void writesWaitForTheNextPrimary() {
        write(1).block(SOON);
        PostgresNode next = cluster.replicas().get(0);
        Awaitility.await()
                .atMost(SOON)
                .until(() -> next.query("SELECT id FROM written").size() == 1);
        cluster.primary().kill();
        // what was sent to its pooler before that is noticed ends as unknown
        Awaitility.await()
                .atMost(SOON)
                .until(() -> !db.routing().topology().primary().orElseThrow().isReachable());
        Mono<Long> waiting = write(2).cache();
        waiting.subscribe();
        next.promote();
        assertThat(waiting.then(count()).contextWrite(session.inContext()).block(SOON))
                .isEqualTo(2);
        assertThat(next.query("SELECT id FROM written")).hasSize(2);
    }
}
