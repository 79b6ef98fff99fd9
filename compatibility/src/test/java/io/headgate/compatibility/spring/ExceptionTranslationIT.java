package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.r2dbc.BadSqlGrammarException;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Errors as Spring's users know them. */
@EveryTarget
class ExceptionTranslationIT {

    private final Target target;
    private final DatabaseClient client;

    ExceptionTranslationIT(Target target) {
        this.target = target;
        this.client = Application.bean(target, DatabaseClient.class);
    }

    @BeforeEach
    void fill() {
        target.empty("person", "account", "author", "book");
        target.node().execute("INSERT INTO person (name, age, email) VALUES ('Ada', 36, 'ada@example.org')");
        target.node().execute("INSERT INTO account VALUES (1, 100), (2, 100)");
    }

    private void fails(String sql, Class<? extends Exception> type, Consumer<R2dbcException> cause) {
        client.sql(sql)
                .fetch()
                .rowsUpdated()
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> {
                    assertThat(error).isExactlyInstanceOf(type);
                    assertThat(error).hasCauseInstanceOf(R2dbcException.class);
                    cause.accept((R2dbcException) error.getCause());
                })
                .verify(Duration.ofSeconds(10));
    }

    private void fails(String sql, Class<? extends Exception> type, String state) {
        fails(sql, type, cause -> assertThat(cause.getSqlState()).isEqualTo(state));
    }

    @Test
    void aKeyThatIsThereAlready() {
        fails(
                "INSERT INTO person (name, age, email) VALUES ('x', 1, 'ada@example.org')",
                DuplicateKeyException.class,
                cause -> {
                    assertThat(cause.getSqlState()).isEqualTo("23505");
                    assertThat(cause).hasMessageContaining("person_email_key");
                });
    }

    @Test
    void aNullWhereNoneMayBe() {
        fails("INSERT INTO person (age) VALUES (1)", DataIntegrityViolationException.class, "23502");
    }

    @Test
    void aForeignKeyToNothing() {
        fails(
                "INSERT INTO book (author_id, title, pages) VALUES (1, 'x', 1)",
                DataIntegrityViolationException.class,
                "23503");
    }

    @Test
    void aCheckThatDoesNotHold() {
        fails("UPDATE account SET balance = -1", DataIntegrityViolationException.class, "23514");
    }

    @Test
    void wrongSql() {
        fails("SELEC 1", BadSqlGrammarException.class, "42601");
        fails("SELECT * FROM missing", BadSqlGrammarException.class, "42P01");
        fails("SELECT missing FROM person", BadSqlGrammarException.class, "42703");
        fails("SELECT missing(1)", BadSqlGrammarException.class, "42883");
    }

    @Test
    void wrongSqlIsShown() {
        client.sql("SELECT missing FROM person")
                .fetch()
                .all()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                BadSqlGrammarException.class,
                                e -> assertThat(e.getSql()).isEqualTo("SELECT missing FROM person")));
    }

    @Test
    void valuesThatDoNotFit() {
        fails("SELECT 1 / 0", BadSqlGrammarException.class, "22012");
        fails("SELECT 'x'::int", BadSqlGrammarException.class, "22P02");
        fails("SELECT 99999999999::int", BadSqlGrammarException.class, "22003");
    }

    @Test
    void noPermission() {
        fails("SELECT * FROM secret", PermissionDeniedDataAccessException.class, "42501");
    }

    @Test
    void whatAFunctionRaises() {
        client.sql("DO $$ BEGIN RAISE EXCEPTION 'not today' USING ERRCODE = 'P0001'; END $$")
                .fetch()
                .rowsUpdated()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(NestedExceptionUtils.getMostSpecificCause(error))
                        .hasMessageContaining("not today"));
    }

    /** What Headgate refuses before it is sent; the other driver has its own way with it. */
    private void isRefused(DatabaseClient.GenericExecuteSpec statement, Class<? extends Exception> type, String text) {
        if (!target.isHeadgate()) {
            return;
        }
        statement
                .fetch()
                .rowsUpdated()
                .as(StepVerifier::create)
                .expectErrorSatisfies(
                        error -> assertThat(error).isExactlyInstanceOf(type).hasMessageContaining(text))
                .verify(Duration.ofSeconds(10));
    }

    @Test
    void whatTheGuardRefusesSaysWhy() {
        isRefused(client.sql("SET search_path = x"), PermissionDeniedDataAccessException.class, "transaction");
        isRefused(client.sql("LISTEN channel"), PermissionDeniedDataAccessException.class, "not sent");
        isRefused(client.sql("BEGIN"), PermissionDeniedDataAccessException.class, "beginTransaction");
    }

    @Test
    void aParameterThatCannotBeSentSaysWhy() {
        isRefused(client.sql("SELECT $1::text").bind(0, "a\0b"), DataIntegrityViolationException.class, "NUL");
    }

    private String kindOf(Mono<?> failing) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        failing.doOnError(failure::set).onErrorComplete().block(Duration.ofSeconds(15));
        return failure.get() == null ? "none" : failure.get().getClass().getSimpleName();
    }

    /** R2DBC PostgreSQL does not tell time-outs from lost connections, nor deadlocks from what it does not know. */
    private String headgateHas(String kind, String other) {
        return target.isHeadgate() ? kind : other;
    }

    private Mono<Long> update(int id) {
        return client.sql("UPDATE account SET balance = balance + 1 WHERE id = :id")
                .bind("id", id)
                .fetch()
                .rowsUpdated();
    }

    @Test
    void aDeadlockGoesToOneOfTwo() {
        Transactions transactions = Application.bean(target, Transactions.class);
        Sinks.One<Long> first = Sinks.one();
        Sinks.One<Long> second = Sinks.one();
        assertThat(Flux.mergeDelayError(
                                2,
                                transactions.one(() -> update(1)
                                        .doOnNext(first::tryEmitValue)
                                        .then(second.asMono())
                                        .then(update(2))
                                        .thenReturn("committed")),
                                transactions.one(() -> update(2)
                                        .doOnNext(second::tryEmitValue)
                                        .then(first.asMono())
                                        .then(update(1))
                                        .thenReturn("committed")))
                        .onErrorResume(error -> Mono.just(error.getClass().getSimpleName()))
                        .collectList()
                        .block(Duration.ofSeconds(15)))
                .containsExactlyInAnyOrder(
                        "committed", headgateHas("PessimisticLockingFailureException", "UncategorizedR2dbcException"));
    }

    @Test
    void aSerializationFailureIsOneThatMayBeTriedAgain() {
        Transactions transactions = Application.bean(target, Transactions.class);
        assertThat(kindOf(transactions
                        .serializable(() -> client.sql("SELECT balance FROM account WHERE id = 1")
                                .fetch()
                                .one()
                                .doOnNext(row -> target.node().execute("UPDATE account SET balance = 7 WHERE id = 1"))
                                .then(update(1))
                                .flux())
                        .then()))
                .isEqualTo("CannotAcquireLockException");
    }

    @Test
    void aStatementThatTheServerEndsForTakingTooLong() {
        Transactions transactions = Application.bean(target, Transactions.class);
        assertThat(kindOf(transactions.one(() -> client.sql("SET LOCAL statement_timeout = 50")
                        .then()
                        .then(client.sql("SELECT pg_sleep(5)").then()))))
                .isEqualTo(headgateHas("QueryTimeoutException", "DataAccessResourceFailureException"));
    }

    @Test
    void aLockThatIsNotToBeHad() {
        Transactions transactions = Application.bean(target, Transactions.class);
        assertThat(kindOf(transactions
                        .required(() -> update(1)
                                .thenMany(transactions.requiresNew(
                                        () -> client.sql("SELECT * FROM account WHERE id = 1 FOR UPDATE NOWAIT")
                                                .fetch()
                                                .all())))
                        .then()))
                .isEqualTo(headgateHas("QueryTimeoutException", "DataAccessResourceFailureException"));
    }
}
