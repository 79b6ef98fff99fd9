package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ClosedException;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Transactions of the R2DBC interface: when they take a lease, where they go, and how they end. */
@EveryRoute
class R2dbcTransactionIT extends R2dbcTransactionFixture {

    R2dbcTransactionIT(Route route) {
        super(route);
    }

    @Test
    void takesALeaseAtTheFirstStatementAndGivesItBackAtTheEnd() {
        run(connection.beginTransaction());
        assertThat(connection.isAutoCommit()).isFalse();
        assertThat(db.poolState().leased()).isZero();
        insert(1).block();
        assertThat(db.poolState().leased()).isEqualTo(1);
        run(connection.commitTransaction());
        assertThat(connection.isAutoCommit()).isTrue();
        awaitRest();
        assertThat(entries()).isEqualTo("1");
    }

    @Test
    void anEmptyTransactionAsksNothingOfTheServer() {
        long leasesBefore = db.poolStatistics().waits().count();
        run(connection.beginTransaction());
        run(connection.commitTransaction());
        run(connection.beginTransaction());
        run(connection.rollbackTransaction());
        assertThat(db.poolStatistics().waits().count()).isEqualTo(leasesBefore);
    }

    @Test
    void rollsBack() {
        run(connection.beginTransaction());
        insert(1).block();
        run(connection.rollbackTransaction());
        insert(2).block();
        assertThat(entries()).isEqualTo("2");
    }

    @Test
    void closingRollsBackAndLetsGoOfTheLease() {
        run(connection.beginTransaction());
        insert(1).block();
        run(connection.close());
        assertThat(db.poolState().leased()).isZero();
        assertThat(entries()).isEmpty();
    }

    @Test
    void anErrorAbortsItAndCommitSaysSo() {
        run(connection.beginTransaction());
        insert(1).block();
        StepVerifier.create(connection.createStatement("SELECT 1/0").execute()).verifyError(R2dbcException.class);
        StepVerifier.create(connection.commitTransaction()).verifyError(R2dbcRollbackException.class);
        assertThat(connection.isAutoCommit()).isTrue();
        assertThat(entries()).isEmpty();
    }

    @Test
    void aCommitThatFailsSaysSo() {
        insert(1).block();
        run(connection.beginTransaction());
        insert(1).block();
        StepVerifier.create(connection.commitTransaction())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcException.class,
                                e -> assertThat(e.getSqlState()).isEqualTo("23505")));
        assertThat(entries()).isEqualTo("1");
    }

    @Test
    void aConnectionThatIsLostFailsTheCommitAndLeavesNothing() {
        run(connection.beginTransaction());
        insert(1).block();
        terminateSessions();
        StepVerifier.create(connection.commitTransaction()).verifyError(R2dbcException.class);
        run(connection.rollbackTransaction());
        assertThat(connection.isAutoCommit()).isTrue();
        awaitWorkAgain();
        assertThat(entries()).isEqualTo("9");
    }

    @Test
    void aConnectionThatIsLostCanBeRolledBackOrSaysWhyNot() {
        run(connection.beginTransaction());
        insert(1).block();
        terminateSessions();
        Mono.from(connection.rollbackTransaction())
                .onErrorResume(R2dbcException.class, lost -> Mono.empty())
                .block(Duration.ofSeconds(5));
        awaitWorkAgain();
        assertThat(entries()).isEqualTo("9");
    }

    private void terminateSessions() {
        route.node().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
    }

    private void awaitWorkAgain() {
        Awaitility.await()
                .ignoreExceptionsInstanceOf(R2dbcException.class)
                .untilAsserted(() -> assertThat(insert(9).block()).isEqualTo(1L));
    }

    @Test
    void savepointNamesThatPostgresqlWouldCutOrNotTakeAreRefused() {
        run(connection.beginTransaction());
        String longest = "ä".repeat(31) + "x";
        run(connection.createSavepoint(longest));
        insert(1).block();
        for (String name : List.of(longest + "y", "ä".repeat(32), "", "a\0b")) {
            assertThatThrownBy(() -> connection.createSavepoint(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("savepoint");
            assertThatThrownBy(() -> connection.rollbackTransactionToSavepoint(name))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> connection.releaseSavepoint(name)).isInstanceOf(IllegalArgumentException.class);
        }
        run(connection.rollbackTransactionToSavepoint(longest));
        insert(2).block();
        run(connection.commitTransaction());
        assertThat(entries()).as("the transaction goes on").isEqualTo("2");
    }

    @Test
    void savepointsNest() {
        run(connection.beginTransaction());
        insert(1).block();
        run(connection.createSavepoint("First \"one\""));
        insert(2).block();
        run(connection.createSavepoint("second"));
        insert(3).block();
        run(connection.rollbackTransactionToSavepoint("second"));
        insert(4).block();
        run(connection.releaseSavepoint("second"));
        StepVerifier.create(connection.createStatement("SELECT 1/0").execute()).verifyError();
        run(connection.rollbackTransactionToSavepoint("First \"one\""));
        insert(5).block();
        run(connection.commitTransaction());
        assertThat(entries()).isEqualTo("1,5");
        StepVerifier.create(connection.releaseSavepoint("gone"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("releaseSavepoint needs a transaction"));
    }

    @Test
    void aLockThatIsNotGotInTimeIsATimeOut() {
        run(connection.beginTransaction());
        insert(1).block();
        Connection other = db.connectionFactory().create().block();
        run(other.setLockWaitTimeout(Duration.ofMillis(50)));
        StepVerifier.create(other.createStatement("LOCK TABLE entry").execute())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcTimeoutException.class,
                                e -> assertThat(e.getSqlState()).isEqualTo("55P03")));
        run(connection.rollbackTransaction());
    }

    @Test
    void cancellingAStatementAndRollingBackDoesNotWaitForIt() {
        run(connection.beginTransaction());
        insert(1).block();
        Disposable sleeping = Flux.from(
                        connection.createStatement("SELECT pg_sleep(60)").execute())
                .subscribe();
        Awaitility.await()
                .until(() -> route.node()
                        .queryValue("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%'"
                                + " AND state = 'active'")
                        .equals("1"));
        sleeping.dispose();
        Mono.from(connection.rollbackTransaction()).block(Duration.ofSeconds(2));
        awaitRest();
        assertThat(entries()).isEmpty();
    }

    private List<Connection> holdEveryLease() {
        List<Connection> holders = Flux.range(0, db.poolState().maxConnections())
                .concatMap(i -> db.connectionFactory().create())
                .collectList()
                .block();
        Flux.fromIterable(holders)
                .flatMap(holder -> Mono.from(holder.beginTransaction())
                        .then(Mono.from(holder.createStatement("SELECT 1").execute()))
                        .onErrorComplete())
                .blockLast();
        return holders;
    }

    @Test
    void closingEndsAStatementThatWaitsForALease() {
        List<Connection> holders = holdEveryLease();
        run(connection.beginTransaction());
        StepVerifier.create(insert(1))
                .then(() -> run(connection.close()))
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(R2dbcException.class).hasCauseInstanceOf(ClosedException.class))
                .verify(Duration.ofSeconds(1));
        Flux.fromIterable(holders).concatMap(Connection::close).blockLast();
        assertThat(entries()).isEmpty();
    }

    @Test
    void whoGetsNoLeaseInTimeIsToldSo() {
        List<Connection> holders = holdEveryLease();
        run(connection.beginTransaction());
        StepVerifier.create(insert(1))
                .verifyErrorSatisfies(error -> assertThat(error).isInstanceOf(R2dbcTimeoutException.class));
        StepVerifier.create(insert(2)).verifyError(R2dbcTimeoutException.class);
        StepVerifier.create(connection.commitTransaction()).verifyError(R2dbcTimeoutException.class);
        run(connection.rollbackTransaction());
        Flux.fromIterable(holders).concatMap(Connection::close).blockLast();
        insert(3).block();
        assertThat(entries()).isEqualTo("3");
    }

    @Test
    void validatesLocallyAndRemotely() {
        run(connection.beginTransaction());
        insert(1).block();
        assertThat(Mono.from(connection.validate(ValidationDepth.REMOTE)).block())
                .isTrue();
        StepVerifier.create(connection.createStatement("SELECT 1/0").execute()).verifyError();
        assertThat(Mono.from(connection.validate(ValidationDepth.REMOTE)).block())
                .as("an aborted transaction runs nothing")
                .isFalse();
        assertThat(Mono.from(connection.validate(ValidationDepth.LOCAL)).block())
                .isTrue();
        run(connection.rollbackTransaction());
    }
}
