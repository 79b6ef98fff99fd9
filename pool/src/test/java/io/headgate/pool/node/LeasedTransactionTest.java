package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.IsolationLevel;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.error.TransactionEndedException;
import io.headgate.core.topology.Node;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.Signals;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class LeasedTransactionTest {

    @SuppressWarnings("StaticAssignmentOfThrowable") // only its identity matters
    private static final IllegalStateException FAILURE = new IllegalStateException("work failed");

    private final PoolFixture one = new PoolFixture(1);

    @Test
    void commitsWhenTheWorkCompletes() {
        transaction(tx -> execute(tx, "a").then(execute(tx, "b")).thenReturn(7))
                .as(StepVerifier::create)
                .expectNext(7)
                .verifyComplete();
        assertThat(sent()).containsExactly("BEGIN", "a", "b", "COMMIT");
    }

    @Test
    void beginsWithItsOptions() {
        TransactionOptions options = TransactionOptions.defaults()
                .isolation(IsolationLevel.SERIALIZABLE)
                .asReadOnly();
        AtomicReference<TransactionOptions> seen = new AtomicReference<>();
        one.pool
                .inTransaction(options, tx -> {
                    seen.set(tx.options());
                    return execute(tx, "a");
                })
                .blockLast();
        assertThat(sent()).containsExactly("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY", "a", "COMMIT");
        assertThat(seen).hasValue(options);
    }

    @Test
    void readsAStreamInAReadOnlyTransaction() {
        one.pool.stream(SqlStatement.of("SELECT")).blockLast();
        assertThat(sent()).containsExactly("BEGIN READ ONLY", "SELECT", "COMMIT");
    }

    @Test
    void rollsBackWhenTheWorkFails() {
        for (Function<SqlTransaction, Publisher<SqlResult>> failing :
                List.<Function<SqlTransaction, Publisher<SqlResult>>>of(
                        tx -> Mono.error(FAILURE),
                        tx -> {
                            throw FAILURE;
                        },
                        tx -> execute(tx, "a").then(Mono.error(FAILURE)),
                        tx -> execute(tx, "b").map(answer -> {
                            throw FAILURE;
                        }))) {
            transaction(failing)
                    .as(StepVerifier::create)
                    .verifyErrorSatisfies(error -> assertThat(error).isSameAs(FAILURE));
        }
        assertThat(sent()).containsExactly("BEGIN", "a", "ROLLBACK", "BEGIN", "b", "ROLLBACK");
        transaction(tx -> (Publisher<Object>) null).as(StepVerifier::create).verifyError(NullPointerException.class);
    }

    @Test
    void sendsBeginWithTheFirstStatementAndNotBefore() {
        one.server.answerOnCommand();
        Sinks.Empty<Void> outside = Sinks.empty();
        Signals<Object> caller = Signals.of(transaction(tx ->
                outside.asMono().then(execute(tx, "a")).then(execute(tx, "b")).then(Mono.empty())));
        assertThat(sent()).isEmpty();
        outside.tryEmitEmpty();
        assertThat(sent()).containsExactly("BEGIN", "a");
        one.server.connection(0).answer();
        assertThat(sent()).containsExactly("BEGIN", "a", "b");
        assertThat(caller.ended()).isFalse();
    }

    @Test
    void beginsNothingWhenTheWorkAsksNothing() {
        transaction(tx -> Mono.just(7)).as(StepVerifier::create).expectNext(7).verifyComplete();
        assertThat(sent()).isEmpty();
        assertThat(one.pool.state().leased()).isZero();
    }

    @Test
    void doesNotRollBackAfterACommitThatFailed() {
        one.server.answerOnCommand();
        Signals<Integer> caller = Signals.of(transaction(tx -> execute(tx, "a").thenReturn(7)));
        FakeConnection connection = one.server.connection(0);
        connection.answer();
        assertThat(caller.values()).isEqualTo(1);
        assertThat(caller.ended()).isFalse();
        connection.fail(FAILURE);
        assertThat(caller.error()).isSameAs(FAILURE);
        assertThat(sent()).containsExactly("BEGIN", "a", "COMMIT", "(reset)");
    }

    @Test
    void keepsTheFirstErrorWhenTheRollbackFailsToo() {
        one.server.answerOnCommand();
        IllegalStateException failure = new IllegalStateException("first");
        Signals<Object> caller = Signals.of(transaction(tx -> execute(tx, "a").then(Mono.error(failure))));
        one.server.connection(0).answer();
        ConnectionLostException lost =
                new ConnectionLostException(Node.of("db", 5432), "gone", Outcome.NOT_EXECUTED, null);
        one.server.connection(0).fail(lost);
        assertThat(caller.error()).isSameAs(failure).hasSuppressedException(lost);
    }

    @Test
    void tellsThatItIsUnknownWhetherTheWorkWasUndone() {
        one.server.answerOnCommand();
        IllegalStateException failure = new IllegalStateException("first");
        Signals<Object> caller = Signals.of(transaction(tx -> execute(tx, "a").then(Mono.error(failure))));
        one.server.connection(0).answer();
        ConnectionLostException lost = new ConnectionLostException(Node.of("db", 5432), "ended", Outcome.UNKNOWN, null);
        one.server.connection(0).fail(lost);
        assertThat(caller.error()).isSameAs(lost).hasSuppressedException(failure);
    }

    @Test
    void passesOnAnErrorThatTheRollbackRepeats() {
        one.server.answerOnCommand();
        IllegalStateException failure = new IllegalStateException("the same twice");
        Signals<Object> caller = Signals.of(transaction(tx -> execute(tx, "a").then(Mono.error(failure))));
        one.server.connection(0).answer();
        one.server.connection(0).fail(failure);
        assertThat(caller.error()).isSameAs(failure).hasNoSuppressedExceptions();
    }

    @Test
    void refusesWhatTheWorkSendsAfterItsEnd() {
        for (boolean failing : new boolean[] {false, true}) {
            AtomicReference<SqlTransaction> kept = new AtomicReference<>();
            Signals.of(transaction(tx -> {
                kept.set(tx);
                return execute(tx, "a").then(failing ? Mono.error(FAILURE) : Mono.empty());
            }));
            SqlTransaction ended = kept.get();
            for (Publisher<?> late : List.of(
                    execute(ended, "late"),
                    ended.stream(SqlStatement.of("late")),
                    ended.sql("late").one(),
                    ended.savepoint(inner -> execute(inner, "late")))) {
                assertThat(Signals.of(late).error()).isInstanceOf(TransactionEndedException.class);
            }
        }
        assertThat(sent()).containsExactly("BEGIN", "a", "COMMIT", "BEGIN", "a", "ROLLBACK");
    }

    @Test
    void refusesWhatIsSentWhileItCommits() {
        one.server.answerOnCommand();
        AtomicReference<SqlTransaction> kept = new AtomicReference<>();
        Signals.of(transaction(tx -> {
            kept.set(tx);
            return execute(tx, "a").then();
        }));
        one.server.connection(0).answer();
        assertThat(sent()).containsExactly("BEGIN", "a", "COMMIT");
        assertThat(Signals.of(execute(kept.get(), "late")).error()).isInstanceOf(TransactionEndedException.class);
        assertThat(sent()).containsExactly("BEGIN", "a", "COMMIT");
    }

    @Test
    void commitsThePartOfItsWorkThatACallerTookEnoughOf() {
        List<Integer> seen = new ArrayList<>();
        transaction(tx -> execute(tx, "a").thenMany(Flux.just(1, 2, 3)).take(2))
                .doOnNext(seen::add)
                .blockLast();
        assertThat(seen).containsExactly(1, 2);
        assertThat(sent()).containsExactly("BEGIN", "a", "COMMIT");
    }

    @Test
    void releasesASavepointWhoseWorkCompletes() {
        transaction(tx -> tx.savepoint(inner -> execute(inner, "a")).then(execute(tx, "b")))
                .blockLast();
        assertThat(sent())
                .containsExactly("BEGIN", "SAVEPOINT headgate_1", "a", "RELEASE SAVEPOINT headgate_1", "b", "COMMIT");
    }

    @Test
    void rollsBackToASavepointWhoseWorkFails() {
        transaction(tx -> tx.savepoint(inner -> execute(inner, "a").then(Mono.error(FAILURE)))
                        .onErrorResume(error -> execute(tx, "b").then(Mono.empty())))
                .blockLast();
        assertThat(sent())
                .containsExactly(
                        "BEGIN",
                        "SAVEPOINT headgate_1",
                        "a",
                        "ROLLBACK TO SAVEPOINT headgate_1",
                        "RELEASE SAVEPOINT headgate_1",
                        "b",
                        "COMMIT");
    }

    @Test
    void rollsAllBackWhenTheErrorOfASavepointIsNotHandled() {
        transaction(tx -> tx.savepoint(inner -> Mono.error(FAILURE)))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error).isSameAs(FAILURE));
        assertThat(sent()).endsWith("RELEASE SAVEPOINT headgate_1", "ROLLBACK");
    }

    @Test
    void nestsSavepointsUnderNamesOfTheirOwn() {
        transaction(tx -> tx.savepoint(
                        outer -> outer.savepoint(inner -> execute(inner, "a")).then(execute(outer, "b"))))
                .blockLast();
        assertThat(sent())
                .containsExactly(
                        "BEGIN",
                        "SAVEPOINT headgate_1",
                        "SAVEPOINT headgate_2",
                        "a",
                        "RELEASE SAVEPOINT headgate_2",
                        "b",
                        "RELEASE SAVEPOINT headgate_1",
                        "COMMIT");
    }

    @Test
    void refusesASavepointsWorkAfterItsEnd() {
        AtomicReference<SqlTransaction> kept = new AtomicReference<>();
        List<Throwable> errors = new ArrayList<>();
        transaction(tx -> tx.savepoint(inner -> {
                            kept.set(inner);
                            return Mono.empty();
                        })
                        .then(Mono.defer(() -> execute(kept.get(), "late")))
                        .doOnError(errors::add)
                        .onErrorComplete())
                .blockLast();
        assertThat(errors).singleElement().isInstanceOf(TransactionEndedException.class);
        assertThat(sent()).doesNotContain("late").endsWith("COMMIT");
    }

    @Test
    void endsWithTheCallersContext() {
        List<Function<SqlTransaction, Publisher<?>>> works = List.of(
                tx -> execute(tx, "a"),
                tx -> execute(tx, "a").then(Mono.error(FAILURE)),
                tx -> tx.savepoint(inner -> execute(inner, "a")),
                tx -> tx.savepoint(inner -> execute(inner, "a").then(Mono.error(FAILURE))),
                tx -> tx.savepoint(inner -> execute(inner, "a").thenMany(Flux.just(1, 2, 3)))
                        .take(1));
        for (Function<SqlTransaction, Publisher<?>> work : works) {
            PoolFixture pool = new PoolFixture(1);
            pool.pool
                    .inTransaction(TransactionOptions.defaults(), tx -> Flux.from(work.apply(tx)))
                    .onErrorComplete()
                    .contextWrite(context -> context.put("caller", "c1"))
                    .blockLast();
            assertThat(pool.server.connection(0).callers())
                    .hasSizeGreaterThan(1)
                    .containsOnly("c1");
        }
    }

    @Test
    void resetsWithTheCallersContext() {
        one.server.answerOnCommand();
        Disposable caller = transaction(tx -> execute(tx, "a"))
                .contextWrite(context -> context.put("caller", "c1"))
                .subscribe();
        caller.dispose();
        assertThat(sent()).containsExactly("BEGIN", "a", "(reset)");
        assertThat(one.server.connection(0).callers()).containsExactly("c1", "c1");
    }

    @Test
    void refusesSavepointNamesThatPostgresCannotTellApart() {
        String longest = "x".repeat(61) + "ü";
        transaction(tx -> tx.createSavepoint(longest)).blockLast();
        assertThat(sent()).containsExactly("BEGIN", "SAVEPOINT \"" + longest + "\"", "COMMIT");
        for (String name : List.of(longest + "1", "x".repeat(62) + "ü", "a\0b", "")) {
            for (Function<SqlTransaction, Mono<Void>> use : List.<Function<SqlTransaction, Mono<Void>>>of(
                    tx -> tx.createSavepoint(name),
                    tx -> tx.releaseSavepoint(name),
                    tx -> tx.rollbackToSavepoint(name))) {
                assertThat(Signals.of(transaction(use)).error())
                        .isInstanceOf(ParameterException.class)
                        .hasMessageContaining("savepoint name");
            }
        }
        assertThat(sent()).hasSize(3);
    }

    private <T> Flux<T> transaction(Function<SqlTransaction, ? extends Publisher<T>> work) {
        return one.pool.inTransaction(TransactionOptions.defaults(), work);
    }

    private static Mono<SqlResult> execute(SqlTransaction transaction, String sql) {
        return transaction.execute(SqlStatement.of(sql));
    }

    private List<String> sent() {
        return one.server.connection(0).log();
    }
}
