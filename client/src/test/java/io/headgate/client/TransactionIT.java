package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.IsolationLevel;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ConstraintViolationException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.TransactionAbortedException;
import io.headgate.core.error.TransactionEndedException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@EveryRoute
class TransactionIT {

    private final Route route;
    private Headgate db;

    TransactionIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS account");
        route.node().execute("CREATE TABLE account (id int PRIMARY KEY, balance int CHECK (balance >= 0))");
        route.node().execute("INSERT INTO account VALUES (1, 100), (2, 100)");
        route.node().execute("GRANT ALL ON account TO app");
        db = DriverUnderTest.client().node(route.url()).maxConnections(2).build();
    }

    @AfterEach
    void close() {
        assertThat(db.poolState().leased()).isZero();
        db.close().block();
    }

    private static Mono<Long> add(SqlTransaction tx, int id, int amount) {
        return tx.sql("UPDATE account SET balance = balance + $2 WHERE id = $1")
                .bind(id)
                .bind(amount)
                .update();
    }

    private String balances() {
        return route.node().queryValue("SELECT string_agg(balance::text, ',' ORDER BY id) FROM account");
    }

    @Test
    void commitsWhenTheWorkCompletes() {
        assertThat(db.inTransaction(tx -> add(tx, 1, -30).then(add(tx, 2, 30))).block())
                .isEqualTo(1);
        assertThat(balances()).isEqualTo("70,130");
    }

    @Test
    void rollsBackWhenTheWorkFails() {
        db.inTransaction(tx -> add(tx, 1, 30).then(add(tx, 2, -300)))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ConstraintViolationException.class,
                                e -> assertThat(e.error().constraint()).isEqualTo("account_balance_check")));
        db.inTransaction(tx -> add(tx, 1, 30).then(Mono.error(new IllegalStateException("the caller's own"))))
                .as(StepVerifier::create)
                .verifyErrorMessage("the caller's own");
        db.inTransaction(tx -> {
                    throw new IllegalStateException("thrown");
                })
                .as(StepVerifier::create)
                .verifyErrorMessage("thrown");
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void anErrorAtCommitIsNotLoggedForACallerWhoHasGone() {
        route.node()
                .execute("CREATE OR REPLACE FUNCTION refuse_late() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN PERFORM pg_sleep(0.3); RAISE EXCEPTION 'refused'; END $$");
        route.node()
                .execute("CREATE CONSTRAINT TRIGGER refuse_late AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION refuse_late()");
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        try {
            Disposable committing = db.inTransaction(tx -> add(tx, 1, 30)).subscribe(count -> {}, error -> {});
            Awaitility.await()
                    .until(() -> route.node()
                            .queryValue("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                            .equals("1"));
            committing.dispose();
            Awaitility.await().until(() -> db.poolState().leased() == 0);
            assertThat(balances()).isEqualTo("100,100");
            assertThat(dropped).isEmpty();
        } finally {
            Hooks.resetOnErrorDropped();
        }
    }

    @Test
    void reportsAnErrorThatWasSwallowedInsteadOfCommittingNothing() {
        db.inTransaction(tx ->
                        add(tx, 1, 30).then(add(tx, 2, -300).onErrorComplete()).thenReturn("done"))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TransactionAbortedException.class)
                        .hasCauseInstanceOf(ConstraintViolationException.class));
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void savepointsRollBackAlone() {
        db.inTransaction(tx -> add(tx, 1, 1)
                        .then(tx.savepoint(inner -> add(inner, 1, 10).then(add(inner, 2, -300)))
                                .then()
                                .onErrorResume(DatabaseException.class, e -> Mono.empty()))
                        .then(tx.savepoint(inner -> add(inner, 2, 5)
                                        .then(inner.savepoint(innermost -> add(innermost, 2, 50)
                                                        .then(Mono.error(new IllegalStateException())))
                                                .then()
                                                .onErrorComplete()))
                                .then()))
                .block();
        assertThat(balances()).isEqualTo("101,105");
    }

    @Test
    void aCancelledSavepointIsRolledBackAndTheTransactionGoesOn() {
        db.inTransaction(tx -> tx.savepoint(inner -> add(inner, 1, 10).concatWith(Mono.never()))
                        .take(1)
                        .then(add(tx, 2, 1)))
                .block();
        assertThat(balances()).isEqualTo("100,101");
    }

    @Test
    void cancellingRollsBack() {
        db.inTransaction(TransactionOptions.defaults(), tx -> Flux.concat(add(tx, 1, 10), Mono.never()))
                .next()
                .block();
        Awaitility.await().until(() -> db.poolState().leased() == 0);
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void passesIsolationAndReadOnlyOn() {
        TransactionOptions options = TransactionOptions.defaults()
                .isolation(IsolationLevel.SERIALIZABLE)
                .asReadOnly();
        assertThat(db.inTransaction(
                                options,
                                tx -> tx.sql(
                                                "SELECT current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only')")
                                        .map(row -> row.require(0, String.class))
                                        .one())
                        .blockLast())
                .isEqualTo("serializable on");
        db.inTransaction(options, tx -> add(tx, 1, 1))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error ->
                        assertThat(((DatabaseException) error).sqlState()).isEqualTo("25006"));
        assertThat(db.inTransaction(
                                TransactionOptions.serializableReport(),
                                tx -> tx.sql("SELECT current_setting('transaction_deferrable')")
                                        .map(row -> row.require(0, String.class))
                                        .one())
                        .blockLast())
                .isEqualTo("on");
    }

    @Test
    void aSerializationFailureIsSafeToRetry() {
        TransactionOptions repeatable = TransactionOptions.defaults().isolation(IsolationLevel.REPEATABLE_READ);
        AtomicInteger attempts = new AtomicInteger();
        db.inTransaction(
                        repeatable,
                        tx -> tx.sql("SELECT balance FROM account WHERE id = 1")
                                .one()
                                .then(Mono.defer(() -> attempts.incrementAndGet() == 1
                                        ? db.sql("UPDATE account SET balance = 50 WHERE id = 1")
                                                .update()
                                                .then()
                                        : Mono.empty()))
                                .then(add(tx, 1, 1)))
                .retryWhen(reactor.util.retry.Retry.max(1).filter(e -> ((DatabaseException) e).isSafeToRetry()))
                .blockLast();
        assertThat(attempts).hasValue(2);
        assertThat(balances()).isEqualTo("51,100");
    }

    @Test
    void refusesUseAfterItsEnd() {
        AtomicReference<SqlTransaction> kept = new AtomicReference<>();
        db.inTransaction(tx -> {
                    kept.set(tx);
                    return add(tx, 1, 1);
                })
                .block();
        add(kept.get(), 1, 1000).as(StepVerifier::create).verifyError(TransactionEndedException.class);
        assertThat(balances()).isEqualTo("101,100");
    }

    @Test
    void statementsOfATransactionRunInOrderOfSubscription() {
        db.inTransaction(tx -> Flux.range(1, 200)
                        .flatMap(
                                i -> tx.sql("UPDATE account SET balance = $1 WHERE id = 1")
                                        .bind(i)
                                        .update(),
                                64)
                        .then())
                .block();
        assertThat(balances()).isEqualTo("200,100");
    }
}
