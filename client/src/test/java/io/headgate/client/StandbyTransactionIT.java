package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.IsolationLevel;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.error.DatabaseException;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.util.function.Consumer;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A BEGIN that the server refuses: a standby knows no serializable transactions. */
class StandbyTransactionIT {

    private static final TransactionOptions SERIALIZABLE =
            TransactionOptions.defaults().isolation(IsolationLevel.SERIALIZABLE);

    private static PostgresCluster cluster;

    @BeforeAll
    static void start() {
        cluster = PostgresCluster.builder().replicas(1).pooled(true).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void runsNothingOutsideTheTransactionThatWasRefused(boolean pooled) {
        PostgresNode standby = cluster.replicas().get(0);
        Headgate db = DriverUnderTest.client()
                .node(pooled ? standby.pooledUrl() : standby.url())
                .maxConnections(1)
                .build();
        try {
            assertRefused(db, StandbyTransactionIT::inTransaction);
            assertRefused(db, tx -> inTransaction(tx).onErrorResume(error -> inTransaction(tx)));
            assertThat(db.inTransaction(SERIALIZABLE, tx -> inTransaction(tx).onErrorComplete())
                            .collectList()
                            .block())
                    .isEmpty();
            assertThat(db.inTransaction(TransactionOptions.defaults(), StandbyTransactionIT::inTransaction)
                            .blockLast())
                    .isTrue();
            // prepared now, so the second is sent before the first is answered
            assertRefused(
                    db,
                    tx -> Flux.mergeDelayError(2, inTransaction(tx).onErrorComplete(), inTransaction(tx))
                            .next());
            // what was sent beside the one that failed may still be answered
            Awaitility.await().until(() -> db.poolState().leased() == 0);
            assertThat(db.poolState().open()).isEqualTo(1);
        } finally {
            db.close().block();
        }
    }

    /** The second waits in the driver until the first is prepared, which fails with BEGIN; the work then gives up. */
    @Test
    void runsNothingThatWaitedWhenItRollsBack() {
        withConnection(connection -> {
            connection.begin(SERIALIZABLE);
            Mono<Void> first = execute(connection, "SELECT 1").onErrorResume(refused -> connection.rollback());
            Mono<Void> second = execute(connection, "SELECT set_config('headgate.second', 'ran', false)");
            // on its loop, so that the refusal does not come before the second is asked for
            Mono.when(first, second.onErrorComplete())
                    .subscribeOn(Schedulers.fromExecutor(connection.loop()))
                    .block();
            SqlResult seen = connection
                    .execute(SqlStatement.of("SELECT current_setting('headgate.second', true)"))
                    .block();
            assertThat(seen.rows().get(0).get(0, String.class)).isNull();
        });
    }

    @Test
    void leavesNoBeginBehindWhenItIsRefusedWhileTheRollbackIsUnderWay() {
        withConnection(connection -> {
            execute(connection, "SELECT 1").block();
            connection.begin(SERIALIZABLE);
            Mono.when(execute(connection, "SELECT 1").onErrorComplete(), connection.rollback())
                    .block();
            execute(connection, "SELECT 1").block();
        });
    }

    private static void withConnection(Consumer<DriverConnection> test) {
        SqlDriver driver = DriverUnderTest.create();
        DriverConnection connection = driver.connect(
                        ConnectionSettings.parse(cluster.replicas().get(0).url()))
                .block();
        test.accept(connection);
        assertThat(connection.isReady()).isTrue();
        connection.close().block();
        driver.close().block();
    }

    private static Mono<Void> execute(DriverConnection connection, String sql) {
        return connection.execute(SqlStatement.of(sql)).then();
    }

    private static void assertRefused(Headgate db, Function<SqlTransaction, Mono<Boolean>> work) {
        Flux<Boolean> refused = db.inTransaction(SERIALIZABLE, work);
        refused.as(StepVerifier::create)
                .verifyErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(DatabaseException.class).hasMessageContaining("hot standby"));
    }

    private static Mono<Boolean> inTransaction(SqlTransaction tx) {
        return tx.sql("SELECT now() < clock_timestamp()")
                .map(row -> row.require(0, Boolean.class))
                .one();
    }
}
