package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlStatement;
import io.headgate.core.StatementRunner;
import io.headgate.pool.guard.GuardPolicy;
import io.headgate.pool.guard.TransactionControlException;
import io.headgate.pool.guard.TransactionModeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What would break behind a pooler never gets there, and work around it goes on. */
@EveryRoute
class TransactionModeGuardIT {

    private final Route route;
    private Headgate db;

    TransactionModeGuardIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS guarded");
        route.node().execute("CREATE TABLE guarded (n int)");
        route.node().execute("GRANT ALL ON guarded TO app");
        db = Headgate.builder().node(route.url()).maxConnections(1).build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    private static Mono<Integer> pid(StatementRunner runner) {
        return runner.sql("SELECT pg_backend_pid()")
                .map(row -> row.require(0, Integer.class))
                .one();
    }

    private static Mono<Long> insert(StatementRunner runner, int n) {
        return runner.sql("INSERT INTO guarded VALUES ($1)").bind(n).update();
    }

    private String rows() {
        return route.node().queryValue("SELECT coalesce(string_agg(n::text, ',' ORDER BY n), '') FROM guarded");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET work_mem = '64MB'",
                "SELECT pg_advisory_lock(7)",
                "SELECT lastval()",
                "SELECT setseed(0.5)",
                "SELECT set_config('search_path', 'evil', 'no' = 'yes')",
                "UPDATE pg_settings SET setting = 'evil' WHERE name = 'search_path'",
                "CREATE TEMP TABLE left_behind (n int)",
                "LISTEN changes",
                "PREPARE p AS SELECT 1"
            })
    void sessionStateIsRefusedAndTheConnectionStays(String sql) {
        Integer before = pid(db).block();
        db.sql(sql).result().as(StepVerifier::create).verifyError(TransactionModeException.class);
        db.stream(SqlStatement.of(sql)).as(StepVerifier::create).verifyError(TransactionModeException.class);
        if (route == Route.DIRECT) {
            assertThat(pid(db).block()).isEqualTo(before);
        }
        assertThat(db.poolState().open()).isEqualTo(1);
        assertThat(db.poolState().leased()).isZero();
    }

    @Test
    void aRefusedStatementDoesNotAbortItsTransaction() {
        db.inTransaction(tx -> insert(tx, 1)
                        .then(tx.sql("SET work_mem = '64MB'").update().onErrorComplete(TransactionModeException.class))
                        .then(tx.savepoint(inner -> inner.sql("COMMIT").update())
                                .then()
                                .onErrorComplete(TransactionControlException.class))
                        .then(insert(tx, 2)))
                .block();
        assertThat(rows()).isEqualTo("1,2");
    }

    /** Before, lastval() outside a transaction answered with what another caller had taken from a sequence. */
    @Test
    void theSessionsSequenceIsToldInTheTransactionThatUsedIt() {
        route.node().execute("DROP SEQUENCE IF EXISTS guarded_numbers");
        route.node().execute("CREATE SEQUENCE guarded_numbers START 41");
        route.node().execute("GRANT ALL ON SEQUENCE guarded_numbers TO app");
        Long told = db.inTransaction(tx -> tx.sql("SELECT nextval('guarded_numbers')")
                        .one()
                        .then(tx.sql("SELECT currval('guarded_numbers') + lastval()")
                                .map(row -> row.require(0, Long.class))
                                .one()))
                .block();
        assertThat(told).isEqualTo(82);
        db.sql("SELECT currval('guarded_numbers')")
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TransactionModeException.class)
                        .hasMessageContaining("RETURNING"));
    }

    @Test
    void aBoundScopeOfASettingIsRefused() {
        db.sql("SELECT set_config('search_path', $1, $2)")
                .bind("evil")
                .bind(false)
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TransactionModeException.class)
                        .hasMessageContaining("set_config(..., true)"));
        db.sql("SHOW search_path")
                .map(row -> row.require(0, String.class))
                .one()
                .as(StepVerifier::create)
                .assertNext(path -> assertThat(path).isNotEqualTo("evil"))
                .verifyComplete();
    }

    @Test
    void nobodyCommitsATransactionUnderItsOwner() {
        db.inTransaction(tx -> insert(tx, 1)
                        .then(tx.sql("COMMIT").update())
                        .then(insert(tx, 2))
                        .then(Mono.error(new AssertionError("went on after COMMIT"))))
                .as(StepVerifier::create)
                .verifyError(TransactionControlException.class);
        assertThat(rows()).isEmpty();
    }

    @Test
    void nobodyBeginsATransactionThatEndsWithTheStatement() {
        db.sql("BEGIN")
                .update()
                .then(insert(db, 1))
                .then(db.sql("ROLLBACK").update())
                .as(StepVerifier::create)
                .verifyError(TransactionControlException.class);
        assertThat(rows()).isEmpty();
    }

    @Test
    void warnAndOffSendIt() {
        for (GuardPolicy policy : new GuardPolicy[] {GuardPolicy.WARN, GuardPolicy.OFF}) {
            Headgate lax = Headgate.builder()
                    .node(route.url())
                    .transactionModeGuard(policy)
                    .build();
            lax.sql("SELECT set_config('headgate.guard', 'x', false)")
                    .one()
                    .as(StepVerifier::create)
                    .expectNextCount(1)
                    .verifyComplete();
            lax.sql("BEGIN").result().as(StepVerifier::create).verifyError(TransactionControlException.class);
            lax.close().block();
        }
    }
}
