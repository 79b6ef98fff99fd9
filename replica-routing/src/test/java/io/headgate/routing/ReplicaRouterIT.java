package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.Access;
import io.headgate.core.Consistency;
import io.headgate.core.IsolationLevel;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.DatabaseException;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Routing over a primary and two replicas, each behind its PgBouncer. */
class ReplicaRouterIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String WHERE = "SELECT pg_is_in_recovery()";

    private static PostgresCluster cluster;

    private RealNodes nodes;
    private ReplicaRouter db;

    @BeforeAll
    static void startCluster() {
        cluster = PostgresCluster.builder().pooled(true).replicas(2).start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void start() {
        cluster.reset();
        nodes = new RealNodes(cluster);
        db = router(RoutingOptions.defaults());
        nodes.await(2);
        run("CREATE TABLE IF NOT EXISTS routed (id bigint)");
        run("TRUNCATE routed");
    }

    private ReplicaRouter router(RoutingOptions options) {
        return nodes.router(options);
    }

    @AfterEach
    void stop() {
        db.close();
        nodes.close();
    }

    private void run(String sql) {
        db.sql(sql).update().block(SOON);
    }

    private static Mono<Boolean> where(SqlExecutor on) {
        return on.sql(WHERE).map(row -> row.require(0, Boolean.class)).one();
    }

    private Mono<Long> count() {
        return db.sql("SELECT count(*) FROM routed")
                .map(row -> row.require(0, Long.class))
                .one();
    }

    private long onReplicas() {
        return db.statistics().onReplicas();
    }

    private static ConsistencySession session() {
        return ConsistencySession.create();
    }

    @Test
    void aSessionSeesItsOwnWritesAndReadsThemOnReplicas() {
        long before = onReplicas();
        ConsistencySession session = session();
        for (int i = 1; i <= 300; i++) {
            Mono<Long> writeAndRead =
                    db.sql("INSERT INTO routed VALUES (1)").update().then(count());
            assertThat(writeAndRead.contextWrite(session.inContext()).block(SOON))
                    .isEqualTo(i);
        }
        assertThat(onReplicas() - before).as("of 300: " + db.statistics()).isGreaterThan(180);
    }

    @Test
    void callsWithoutASessionSeeTheWritesOfTheClient() {
        long before = onReplicas();
        for (int i = 1; i <= 300; i++) {
            run("INSERT INTO routed VALUES (1)");
            assertThat(count().block(SOON)).isEqualTo(i);
        }
        assertThat(onReplicas() - before).as("of 300: " + db.statistics()).isGreaterThan(180);
    }

    /** Two statements of such a transaction have one snapshot, which is older than the position that the first one reads. */
    @Test
    void ofADatabaseThatRepeatsReadsThePositionIsAskedForBefore() {
        SqlStatement asked = Target.REPLAYED_BEFORE;
        TransactionOptions reading = TransactionOptions.defaults().asReadOnly();
        assertThat(position(reading, asked)).isNotEmpty();
        assertThat(position(reading.isolation(IsolationLevel.READ_COMMITTED), asked))
                .isNotEmpty();
        assertThat(position(reading.isolation(IsolationLevel.REPEATABLE_READ), asked))
                .isEmpty();
    }

    private String position(TransactionOptions transaction, SqlStatement asked) {
        return db.inTransaction(transaction, tx -> tx.execute(asked))
                .map(result -> Objects.requireNonNullElse(result.rows().get(0).get(0, String.class), ""))
                .blockLast(SOON);
    }

    @Test
    void whatATransactionWroteIsSeen() {
        ConsistencySession session = session();
        for (int i = 1; i <= 100; i++) {
            Mono<Long> write = db.<Long>inTransaction(
                            TransactionOptions.defaults(),
                            tx -> tx.sql("INSERT INTO routed VALUES (1)").update())
                    .singleOrEmpty();
            assertThat(write.then(count()).contextWrite(session.inContext()).block(SOON))
                    .isEqualTo(i);
        }
    }

    @Test
    void aReadGoesToThePrimaryWhileNoReplicaHasTheWrite() {
        cluster.replicas().forEach(PostgresNode::pauseReplay);
        ConsistencySession session = session();
        Mono<Long> writeAndRead =
                db.sql("INSERT INTO routed VALUES (1)").update().then(count());
        assertThat(writeAndRead.contextWrite(session.inContext()).block(SOON)).isOne();
        assertThat(db.statistics().onPrimary()).containsKey(Route.Reason.NOT_REPLAYED);
        assertThat(count().contextWrite(session().inContext()).block(SOON))
                .as("another session need not see it")
                .isZero();
        assertThat(where(db).contextWrite(session().inContext()).block(SOON)).isTrue();
        assertThat(db.sql(WHERE)
                        .with(options -> options.consistency(Consistency.strong()))
                        .map(row -> row.require(0, Boolean.class))
                        .one()
                        .block(SOON))
                .isFalse();
    }

    @Test
    void intentDecidesForTransactions() {
        ReplicaRouter patient =
                router(RoutingOptions.builder().replicaWait(SOON).build());
        assertThat(patient.inTransaction(TransactionOptions.defaults().asReadOnly(), ReplicaRouterIT::whereIn)
                        .blockLast(SOON))
                .isTrue();
        assertThat(patient.inTransaction(TransactionOptions.defaults(), ReplicaRouterIT::whereIn)
                        .blockLast(SOON))
                .isFalse();
        assertThat(patient.inTransaction(
                                TransactionOptions.defaults().with(options -> options.access(Access.READ)),
                                ReplicaRouterIT::whereIn)
                        .blockLast(SOON))
                .isTrue();
        assertThat(patient.inTransaction(TransactionOptions.serializableReport(), ReplicaRouterIT::whereIn)
                        .blockLast(SOON))
                .isFalse();
    }

    private static Mono<Boolean> whereIn(io.headgate.core.SqlTransaction transaction) {
        return transaction.sql(WHERE).map(row -> row.require(0, Boolean.class)).one();
    }

    /** A declared read that writes through a function. */
    @Test
    void whatAReplicaRefusesRunsOnThePrimary() {
        run(
                "CREATE OR REPLACE FUNCTION write_routed() RETURNS int LANGUAGE sql AS 'INSERT INTO routed VALUES (9) RETURNING 1'");
        Mono<Long> call = db.sql("SELECT write_routed()")
                .with(options -> options.access(Access.READ))
                .update();
        for (int i = 0; i < 3; i++) {
            call.block(SOON);
        }
        assertThat(db.statistics().refusedByReplicas()).isOne();
        assertThat(count().block(SOON)).isEqualTo(3);
    }

    /** Not the node is at fault. */
    @Test
    void aWriteInAReadOnlyTransactionFailsAtOnce() {
        assertThatThrownBy(() -> db.inTransaction(
                                TransactionOptions.defaults().asReadOnly(),
                                tx -> tx.execute(SqlStatement.of("INSERT INTO routed VALUES (1)")))
                        .blockLast(Duration.ofSeconds(2)))
                .isInstanceOfSatisfying(
                        DatabaseException.class,
                        error -> assertThat(error.sqlState()).isEqualTo("25006"));
    }

    @Test
    void readsGoOnAndWritesWaitDuringAFailover() {
        PostgresNode old = cluster.primary();
        PostgresNode next = cluster.replicas().get(0);
        old.kill();
        // what is sent before waits in PgBouncer, and may still be executed
        nodes.monitor()
                .await(topology -> !topology.primary().orElseThrow().isReachable())
                .block(SOON);
        CompletableFuture<Long> write =
                db.sql("INSERT INTO routed VALUES (1)").update().toFuture();
        for (int i = 0; i < 20; i++) {
            assertThat(where(db).contextWrite(session().inContext()).block(SOON))
                    .isTrue();
        }
        next.promote();
        long promoted = System.nanoTime();
        assertThat(Mono.fromFuture(write).block(SOON)).isOne();
        assertThat(Duration.ofNanos(System.nanoTime() - promoted)).isLessThan(Duration.ofSeconds(1));
        assertThat(count().block(SOON)).isOne();
        old.start();
        old.follow(next);
        cluster.nodes().stream()
                .filter(each -> !each.equals(old) && !each.equals(next))
                .forEach(each -> each.follow(next));
    }
}
