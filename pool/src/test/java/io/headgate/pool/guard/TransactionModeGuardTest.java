package io.headgate.pool.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.StatementRunner;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.sql.TransactionModeViolation.Kind;
import io.headgate.testing.ScriptedExecutor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class TransactionModeGuardTest {

    private final ScriptedExecutor next = new ScriptedExecutor();
    private final TransactionModeGuard guard = new TransactionModeGuard(next, GuardPolicy.REFUSE);

    private static HeadgateException refusal(Publisher<?> publisher) {
        HeadgateException[] caught = new HeadgateException[1];
        StepVerifier.create(publisher)
                .verifyErrorSatisfies(
                        error -> assertThat(error).isInstanceOfSatisfying(HeadgateException.class, e -> caught[0] = e));
        assertThat(caught[0].outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(caught[0].isTransient()).isFalse();
        return caught[0];
    }

    private static Mono<?> execute(StatementRunner runner, String sql) {
        return runner.execute(SqlStatement.of(sql));
    }

    private static <T> Flux<T> transaction(
            TransactionModeGuard guard, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return guard.inTransaction(TransactionOptions.defaults(), work);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET work_mem = '1GB' | SESSION_SETTING | SET LOCAL",
                "SELECT set_config('work_mem', '1GB', false) | SESSION_SETTING | set_config(..., true)",
                "SET ROLE auditor | SESSION_ROLE | SET LOCAL ROLE",
                "LISTEN changes | LISTEN | use session.listen in sessionConnection",
                "DECLARE c CURSOR WITH HOLD FOR SELECT 1 | CURSOR_WITH_HOLD | without hold",
                "PREPARE p AS SELECT 1 | PREPARED_STATEMENT | the driver's protocol",
                "CREATE TEMP TABLE t (a int) | TEMPORARY_OBJECT | ON COMMIT DROP",
                "LOAD 'auto_explain' | LOAD | session_preload_libraries",
                "SELECT pg_advisory_lock(1) | SESSION_ADVISORY_LOCK | pg_advisory_xact_lock",
                "DISCARD ALL | DISCARD | leave it out",
                "SELECT set_config('search_path', $1, $2) | SESSION_SETTING | the true in the text rather than bound",
                "UPDATE pg_settings SET setting = $1 WHERE name = 'search_path' | SESSION_SETTING | SET LOCAL",
                "SELECT setseed(0.5) | SESSION_SETTING | leave the seed out",
                "SELECT public.dblink_connect('a', 'b') | REMOTE_CONNECTION | the connection string itself",
                "SELECT pg_backup_start('x') | SESSION_REPLICATION | use sessionConnection",
            })
    void refusesWhatStaysInTheSessionEverywhere(String sql, Kind kind, String alternative) {
        List<Publisher<?>> ways = List.of(
                guard.execute(SqlStatement.of(sql)),
                guard.stream(SqlStatement.of(sql)),
                guard.sql(sql).one(),
                transaction(guard, tx -> tx.execute(SqlStatement.of(sql))),
                transaction(guard, tx -> tx.stream(SqlStatement.of(sql))),
                transaction(guard, tx -> tx.savepoint(inner -> inner.execute(SqlStatement.of(sql)))),
                transaction(
                        guard,
                        tx -> tx.savepoint(
                                inner -> inner.savepoint(deep -> deep.sql(sql).all()))));
        for (Publisher<?> way : ways) {
            assertThat(refusal(way))
                    .isInstanceOfSatisfying(TransactionModeException.class, e -> {
                        assertThat(e.violation().kind()).isEqualTo(kind);
                        assertThat(e.sql()).isEqualTo(sql);
                    })
                    .hasMessageStartingWith("not sent: ")
                    .hasMessageContaining("a pooler in transaction mode")
                    .hasMessageContaining(alternative)
                    .hasMessageContaining("sessionConnection")
                    .hasMessageEndingWith(sql);
        }
        assertThat(next.texts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT lastval()",
                "SELECT pg_catalog.currval($1)",
                "INSERT INTO child (parent) VALUES (currval('parent_id_seq'))",
                "SELECT \"lastval\"() FROM t"
            })
    void refusesTheSessionsSequenceOutsideATransactionOnly(String sql) {
        for (Publisher<?> way : List.of(
                guard.execute(SqlStatement.of(sql)),
                guard.stream(SqlStatement.of(sql)),
                guard.sql(sql).one())) {
            assertThat(refusal(way))
                    .isInstanceOfSatisfying(
                            TransactionModeException.class,
                            e -> assertThat(e.violation().kind()).isEqualTo(Kind.SESSION_SEQUENCE))
                    .hasMessageContaining("RETURNING")
                    .hasMessageContaining("call it in the transaction that took the value");
        }
        assertThat(next.texts()).isEmpty();
        transaction(guard, tx -> tx.execute(SqlStatement.of(sql)).then(Mono.<Object>empty()))
                .as(StepVerifier::create)
                .verifyComplete();
        assertThat(next.texts()).containsExactly(sql);
    }

    @Test
    void aLaterViolationHoldsInATransactionWhereTheFirstDoesNot() {
        String sql = "SELECT lastval(), pg_advisory_lock(1)";
        assertThat(refusal(execute(guard, sql)))
                .isInstanceOfSatisfying(
                        TransactionModeException.class,
                        e -> assertThat(e.violation().kind()).isEqualTo(Kind.SESSION_SEQUENCE));
        assertThat(refusal(transaction(guard, tx -> tx.execute(SqlStatement.of(sql)))))
                .isInstanceOfSatisfying(
                        TransactionModeException.class,
                        e -> assertThat(e.violation().kind()).isEqualTo(Kind.SESSION_ADVISORY_LOCK));
    }

    @ParameterizedTest
    @CsvSource({
        "BEGIN, BEGIN",
        "start transaction read only, START",
        "/* end it */ COMMIT, COMMIT",
        "END, END",
        "ROLLBACK, ROLLBACK",
        "ABORT, ABORT",
        "SAVEPOINT s, SAVEPOINT",
        "ROLLBACK TO SAVEPOINT s, ROLLBACK",
        "RELEASE s, RELEASE",
        "PREPARE TRANSACTION 'x', PREPARE",
        "SELECT 1; COMMIT, COMMIT",
    })
    void refusesTransactionControlUnderEveryPolicy(String sql, String command) {
        for (GuardPolicy policy : GuardPolicy.values()) {
            TransactionModeGuard any = new TransactionModeGuard(next, policy);
            for (Publisher<?> way : List.<Publisher<?>>of(
                    execute(any, sql),
                    any.stream(SqlStatement.of(sql)),
                    transaction(any, tx -> tx.execute(SqlStatement.of(sql))),
                    transaction(any, tx -> tx.savepoint(inner -> inner.stream(SqlStatement.of(sql)))))) {
                assertThat(refusal(way))
                        .isInstanceOfSatisfying(
                                TransactionControlException.class,
                                e -> assertThat(e.sql()).isEqualTo(sql))
                        .hasMessageStartingWith("not sent: " + command + " as a statement")
                        .hasMessageContaining("use inTransaction")
                        .hasMessageContaining("savepoint");
            }
        }
        assertThat(next.texts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'BEGIN; SET x = 1'",
                "SET LOCAL work_mem = '1GB'",
                "SELECT pg_advisory_xact_lock(1)",
                "CREATE TEMP TABLE t (a int) ON COMMIT DROP",
                "NOTIFY changes",
                "COMMIT PREPARED 'x'",
                "rollback\n  prepared 'x'",
                "DO $$ BEGIN PERFORM 1; END $$",
                "SELEKT",
                ";",
                "SELECT 'no end",
            })
    void sendsTheRest(String sql) {
        execute(guard, sql).block();
        guard.stream(SqlStatement.of(sql)).blockLast();
        transaction(
                        guard,
                        tx -> tx.execute(SqlStatement.of(sql))
                                .then(tx.savepoint(inner -> inner.execute(SqlStatement.of(sql)))
                                        .then()))
                .blockLast();
        assertThat(next.texts()).containsExactly(sql, sql, sql, sql);
    }

    @Test
    void putsNothingAroundAStatementThatPasses() {
        SqlStatement statement = SqlStatement.of("SELECT 1");
        Mono<SqlResult> below = next.execute(statement);
        SqlExecutor layer = new SqlExecutor() {
            @Override
            public Mono<SqlResult> execute(SqlStatement passed) {
                assertThat(passed).isSameAs(statement);
                return below;
            }

            @Override
            public Flux<SqlRow> stream(SqlStatement query) {
                return next.stream(query);
            }

            @Override
            public <T> Flux<T> inTransaction(
                    TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
                return next.inTransaction(options, work);
            }
        };
        assertThat(new TransactionModeGuard(layer, GuardPolicy.REFUSE).execute(statement))
                .isSameAs(below);
    }

    @Test
    void aTransactionGoesOnAfterARefusalAndKeepsItsOptions() {
        transaction(
                        guard,
                        tx -> execute(tx, "LISTEN c")
                                .onErrorComplete(TransactionModeException.class)
                                .then(tx.execute(SqlStatement.of("SELECT 1")))
                                .doOnNext(result ->
                                        assertThat(tx.options()).isEqualTo(TransactionOptions.serializableReport())))
                .blockLast();
        assertThat(next.texts()).containsExactly("SELECT 1");
    }

    @Test
    void nothingIsLoggedBeforeASubscription() {
        SqlStatement listen = SqlStatement.of("LISTEN c");
        assertThat(logged(() -> {
                    guard.execute(listen);
                    guard.stream(listen);
                    guard.atomically(List.of(listen));
                }))
                .isEmpty();
    }

    @Test
    void theAlternativeIsNamedOnce() {
        assertThat(refusal(execute(guard, "LISTEN c")).getMessage().split("sessionConnection", -1))
                .hasSize(2);
    }

    @Test
    void eachCallerGetsAnErrorOfItsOwn() {
        Mono<?> refused = execute(guard, "LISTEN c");
        assertThat(refusal(refused)).isNotSameAs(refusal(refused));
    }

    @Test
    void warnsOnceATextAndSendsIt() {
        List<String> lines = logged(() -> {
            TransactionModeGuard warning = new TransactionModeGuard(next, GuardPolicy.WARN);
            for (int i = 0; i < 3; i++) {
                execute(warning, "SET x.y = 1").block();
                transaction(warning, tx -> tx.stream(SqlStatement.of("LISTEN c")))
                        .blockLast();
            }
        });
        assertThat(lines)
                .hasSize(2)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("WARN SET x.y (at position 1)")
                        .contains("use SET LOCAL")
                        .endsWith("SET x.y = 1"))
                .anySatisfy(line -> assertThat(line).contains("LISTEN"));
        assertThat(next.texts()).hasSize(6);
    }

    @Test
    void warnsOnceATextOfWhatItRefuses() {
        List<String> lines = logged(() -> {
            for (int i = 0; i < 3; i++) {
                execute(guard, "SELECT pg_try_advisory_lock($1, $2)")
                        .onErrorComplete()
                        .block();
            }
        });
        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("WARN refused: pg_try_advisory_lock")
                        .contains("use pg_advisory_xact_lock")
                        .endsWith("SELECT pg_try_advisory_lock($1, $2)"));
        assertThat(next.texts()).isEmpty();
    }

    @Test
    void offSendsItAndSaysNothing() {
        List<String> lines = logged(() -> execute(new TransactionModeGuard(next, GuardPolicy.OFF), "SET x.y = 1")
                .block());
        assertThat(lines).isEmpty();
        assertThat(next.texts()).containsExactly("SET x.y = 1");
    }

    @Test
    void wantsALayerAndAPolicy() {
        assertThatThrownBy(() -> new TransactionModeGuard(next, null)).hasMessage("policy");
        assertThatThrownBy(() -> new TransactionModeGuard(null, GuardPolicy.OFF))
                .hasMessage("next");
    }

    private static List<String> logged(Runnable work) {
        Logger logger = (Logger) LoggerFactory.getLogger(StatementCheck.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        try {
            work.run();
        } finally {
            logger.detachAppender(lines);
            logger.setAdditive(true);
        }
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }
}
