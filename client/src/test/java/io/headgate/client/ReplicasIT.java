package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ConfigurationException;
import io.headgate.routing.ConsistencySession;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A client of several nodes. */
class ReplicasIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static PostgresCluster cluster;

    private Headgate db;

    @BeforeAll
    static void startCluster() {
        cluster = PostgresCluster.builder().pooled(true).replicas(2).start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void open() {
        cluster.reset();
        HeadgateBuilder builder = DriverUnderTest.client();
        cluster.nodes().forEach(each -> builder.node(each.pooledUrl()));
        db = builder.build();
    }

    @AfterEach
    void close() {
        db.close().block(SOON);
    }

    /** Nothing is known of the nodes before the first call, so it waits for that. */
    @Test
    void theFirstCallFindsThePrimary() {
        assertThat(db.sql("CREATE TABLE IF NOT EXISTS replicated (id bigint)")
                        .update()
                        .block(SOON))
                .isZero();
        assertThat(db.sql("TRUNCATE replicated").update().block(SOON)).isZero();
    }

    @Test
    void usersSeeTheirWrites() {
        db.sql("CREATE TABLE IF NOT EXISTS replicated (id bigint)").update().block(SOON);
        db.sql("TRUNCATE replicated").update().block(SOON);
        Flux<Long> users = Flux.range(0, 20).flatMap(user -> {
            ConsistencySession session = ConsistencySession.create();
            return Flux.range(1, 50)
                    .concatMap(i -> db.sql("INSERT INTO replicated VALUES ($1)")
                            .bind(user)
                            .update()
                            .then(db.sql("SELECT count(*) FROM replicated WHERE id = $1")
                                    .bind(user)
                                    .map(row -> row.require(0, Long.class))
                                    .one())
                            .doOnNext(count -> assertThat(count).isEqualTo((long) i)))
                    .contextWrite(session.inContext());
        });
        assertThat(users.count().block(SOON)).isEqualTo(1_000);
    }

    @Test
    void theClientTellsWhereCallsWentAndTheRolesOfNodes() {
        db.sql("CREATE TABLE IF NOT EXISTS replicated (id bigint)").update().block(SOON);
        db.sql("SELECT count(*) FROM replicated").update().block(SOON);
        assertThat(db.routing().statistics().onPrimary().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isPositive();
        assertThat(db.routing().topology().primary().orElseThrow().node().port())
                .isEqualTo(cluster.primary().bouncer().port());
        assertThat(db.routing().topology().nodes()).hasSize(3);
    }

    @Test
    void ofASingleNodeNothingIsChosen() {
        Headgate single = Headgate.builder().node(cluster.primary().pooledUrl()).build();
        single.sql("SELECT 1").update().block(SOON);
        assertThat(single.routing().statistics().onReplicas()).isZero();
        assertThat(single.routing().topology().nodes()).hasSize(1);
        assertThat(single.routing().topology().primary()).isEmpty();
        single.close().block(SOON);
    }

    @Test
    void readOnlyTransactionsRunOnReplicas() {
        Mono<Boolean> onReplica = db.<Boolean>inTransaction(
                        io.headgate.core.TransactionOptions.defaults().asReadOnly(),
                        tx -> tx.sql("SELECT pg_is_in_recovery()")
                                .map(row -> row.require(0, Boolean.class))
                                .one())
                .singleOrEmpty();
        db.sql("SELECT 1").update().block(SOON);
        assertThat(onReplica.block(SOON)).isTrue();
    }

    @Test
    void itClosesWhileACallWaitsForAPrimary() {
        db.sql("SELECT 1").update().block(SOON);
        PostgresNode primary = cluster.primary();
        primary.kill();
        Mono<Long> write = db.sql("CREATE TABLE IF NOT EXISTS never (id int)").update();
        var call = write.toFuture();
        db.close().block(SOON);
        assertThatThrownBy(() -> Mono.fromFuture(call).block(Duration.ofSeconds(12)))
                .isNotInstanceOf(IllegalStateException.class);
    }

    @Test
    void aNodeIsNamedOnce() {
        String url = cluster.primary().pooledUrl();
        assertThatThrownBy(() -> Headgate.builder().node(url).node(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is set already");
    }
}
