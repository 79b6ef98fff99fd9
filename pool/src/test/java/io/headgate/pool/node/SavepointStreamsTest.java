package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.TransactionEndedException;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.LaneFixture;
import io.headgate.pool.Signals;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Streams that are still being read at the rollback to a savepoint: the server closes those that began after it, and what is asked of
 * those later would abort the transaction.
 */
class SavepointStreamsTest {

    private static final String ROWS = "SELECT v FROM t";
    private static final String ROLLBACK_TO_A = "ROLLBACK TO SAVEPOINT \"a\"";
    private static final String ROLLBACK_TO_FIRST = "ROLLBACK TO SAVEPOINT headgate_1";

    @SuppressWarnings("StaticAssignmentOfThrowable") // only its identity matters
    private static final IllegalStateException FAILURE = new IllegalStateException("work failed");

    /** What the server answers with an error. */
    private Predicate<String> refusing = sql -> false;

    /** Answers at once, but its streams have no end. */
    private final FakeConnection connection = new FakeConnection(true, false) {
        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            return super.execute(statement)
                    .flatMap(answer -> refusing.test(statement.text())
                            ? Mono.error(LaneFixture.serverError("ERROR", "25P02", "current transaction is aborted"))
                            : Mono.just(answer));
        }

        @Override
        public Flux<SqlRow> stream(SqlStatement query) {
            return super.stream(query).concatWith(Flux.never());
        }
    };

    private final LanesAndLeases pool = PoolFixture.over(connection);

    /** Takes down what the server had got when it was told of the end. */
    private final class Reader extends BaseSubscriber<SqlRow> {

        private final List<Throwable> errors = new ArrayList<>();
        private List<String> sentBefore = List.of();

        @Override
        protected void hookOnError(Throwable error) {
            errors.add(error);
            sentBefore = connection.log();
        }

        Mono<Void> reads(SqlTransaction transaction) {
            return Mono.fromRunnable(
                    () -> transaction.stream(SqlStatement.of(ROWS)).subscribe(this));
        }

        void assertGoesOn() {
            assertThat(errors).isEmpty();
            assertThat(isDisposed()).isFalse();
        }

        void assertEndedBefore(String command) {
            assertThat(errors)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            TransactionEndedException.class,
                            error -> assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED));
            assertThat(sentBefore).contains(ROWS).doesNotContain(command);
        }
    }

    private final Reader first = new Reader();
    private final Reader second = new Reader();

    /** Does these one after another in a transaction that goes on. */
    private void inTransaction(Function<SqlTransaction, List<Mono<Void>>> steps) {
        Signals<Object> caller = work(tx -> Flux.concat(steps.apply(tx)).thenMany(Flux.never()));
        assertThat(caller.ended()).isFalse();
    }

    private Signals<Object> work(Function<SqlTransaction, Publisher<Object>> work) {
        return Signals.of(pool.inTransaction(TransactionOptions.defaults(), work));
    }

    @Test
    void aRollbackToANamedSavepointEndsThoseThatBeganAfterIt() {
        inTransaction(
                tx -> List.of(first.reads(tx), tx.createSavepoint("a"), second.reads(tx), tx.rollbackToSavepoint("a")));
        assertThat(connection.log()).endsWith(ROWS, "SAVEPOINT \"a\"", ROWS, ROLLBACK_TO_A);
        second.assertEndedBefore(ROLLBACK_TO_A);
        first.assertGoesOn();
    }

    /** The savepoint is still there. */
    @Test
    void aSecondRollbackToItEndsThoseThatBeganAfterTheFirst() {
        Reader before = new Reader();
        inTransaction(tx -> List.of(
                before.reads(tx),
                tx.createSavepoint("a"),
                first.reads(tx),
                tx.rollbackToSavepoint("a"),
                second.reads(tx),
                command(tx, "work"),
                tx.rollbackToSavepoint("a")));
        first.assertEndedBefore(ROLLBACK_TO_A);
        assertThat(second.sentBefore).endsWith("work");
        assertThat(second.errors).hasOnlyElementsOfType(TransactionEndedException.class);
        before.assertGoesOn();
    }

    /** RELEASE and ROLLBACK TO name the newest of a name. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSavepointThatAReaderBeginsWhenItIsToldIsNotTakenForTheOneThatEnds(boolean fails) {
        work(tx -> tx.savepoint(inner -> {
                    inner.stream(SqlStatement.of(ROWS))
                            .then()
                            .onErrorResume(told -> tx.savepoint(own -> command(own, "the reader's"))
                                    .then())
                            .subscribe();
                    return command(inner, "work").then(fails ? Mono.error(FAILURE) : Mono.empty());
                })
                .onErrorComplete()
                .thenMany(Flux.never()));
        List<String> end = fails
                ? List.of(ROLLBACK_TO_FIRST, "RELEASE SAVEPOINT headgate_1")
                : List.of("RELEASE SAVEPOINT headgate_1");
        List<String> log = connection.log();
        int worked = log.indexOf("work") + 1;
        assertThat(log.subList(worked, worked + end.size())).isEqualTo(end);
        assertThat(log.subList(worked + end.size(), log.size()))
                .containsExactly("SAVEPOINT headgate_1", "the reader's", "RELEASE SAVEPOINT headgate_1");
    }

    private static Mono<Void> command(SqlTransaction transaction, String sql) {
        return transaction.execute(SqlStatement.of(sql)).then();
    }

    @Test
    void theInnerOfTwoSavepointsOfOneNameHidesTheOuter() {
        inTransaction(tx -> List.of(
                tx.createSavepoint("a"),
                first.reads(tx),
                tx.createSavepoint("a"),
                second.reads(tx),
                tx.rollbackToSavepoint("a")));
        second.assertEndedBefore(ROLLBACK_TO_A);
        first.assertGoesOn();
    }

    @Test
    void theOuterOfTwoSavepointsOfOneNameCountsWhenTheInnerIsReleased() {
        inTransaction(tx -> List.of(
                tx.createSavepoint("a"),
                first.reads(tx),
                tx.createSavepoint("a"),
                second.reads(tx),
                tx.releaseSavepoint("a"),
                tx.rollbackToSavepoint("a")));
        first.assertEndedBefore(ROLLBACK_TO_A);
        second.assertEndedBefore(ROLLBACK_TO_A);
    }

    @Test
    void aReleasedSavepointsStreamsGoOnUntilTheRollbackToAnOuterOne() {
        String release = "RELEASE SAVEPOINT \"b\"";
        inTransaction(tx -> List.of(
                first.reads(tx),
                tx.createSavepoint("a"),
                tx.createSavepoint("b"),
                second.reads(tx),
                tx.releaseSavepoint("b"),
                tx.rollbackToSavepoint("a")));
        second.assertEndedBefore(ROLLBACK_TO_A);
        assertThat(second.sentBefore).endsWith(release);
        first.assertGoesOn();
    }

    /** The server has dropped the inner one with the savepoint that it was in. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNamedSavepointInASavepointIsGoneWithThat(boolean fails) {
        inTransaction(tx -> List.of(
                tx.createSavepoint("a"),
                first.reads(tx),
                tx.<Void>savepoint(inner -> inner.createSavepoint("a").then(fails ? Mono.error(FAILURE) : Mono.empty()))
                        .onErrorComplete()
                        .then(),
                tx.rollbackToSavepoint("a")));
        first.assertEndedBefore(ROLLBACK_TO_A);
    }

    /** Before the rollback it would be undone, though it was told as done. */
    @Test
    void whatAReaderAsksForWhenItIsToldGoesBehindTheRollback() {
        inTransaction(tx -> List.of(
                tx.createSavepoint("a"),
                Mono.fromRunnable(() -> tx.stream(SqlStatement.of(ROWS))
                        .onErrorResume(
                                undone -> tx.execute(SqlStatement.of("instead")).thenMany(Flux.never()))
                        .subscribe(first)),
                tx.rollbackToSavepoint("a")));
        assertThat(connection.log()).containsSubsequence(ROWS, ROLLBACK_TO_A, "instead");
        first.assertGoesOn();
    }

    @Test
    void aStreamThatAReaderAsksForWhenItIsToldGoesBehindTheRollback() {
        inTransaction(tx -> List.of(
                tx.createSavepoint("a"),
                Mono.fromRunnable(
                        () -> tx.stream(SqlStatement.of(ROWS)).retry(1).subscribe(first)),
                tx.rollbackToSavepoint("a")));
        assertThat(connection.log()).containsSubsequence(ROWS, ROLLBACK_TO_A, ROWS);
        first.assertGoesOn();
    }

    /** The savepoint is still there: a rollback to it brings back a transaction that an error has aborted. */
    @ParameterizedTest
    @ValueSource(strings = {"RELEASE SAVEPOINT \"a\"", "SAVEPOINT \"a\""})
    void aCommandThatTheServerRefusedWasNot(String command) {
        AtomicInteger sent = new AtomicInteger();
        refusing = sql -> sql.equals(command) && (command.startsWith("RELEASE") || sent.incrementAndGet() == 2);
        inTransaction(tx -> List.of(
                tx.createSavepoint("a"),
                first.reads(tx),
                command.startsWith("RELEASE")
                        ? tx.releaseSavepoint("a").onErrorComplete()
                        : tx.createSavepoint("a").onErrorComplete(),
                tx.rollbackToSavepoint("a")));
        first.assertEndedBefore(ROLLBACK_TO_A);
    }

    /** Its work had a server's error to itself, which has aborted the transaction. */
    @Test
    void aSavepointThatCannotBeReleasedIsUndone() {
        String release = "RELEASE SAVEPOINT headgate_1";
        AtomicInteger sent = new AtomicInteger();
        refusing = sql -> sql.equals(release) && sent.incrementAndGet() == 1;
        AtomicReference<Throwable> told = new AtomicReference<>();
        Signals<Object> caller = work(tx -> tx.savepoint(inner -> command(inner, "work"))
                .onErrorResume(error -> {
                    told.set(error);
                    return command(tx, "next");
                })
                .cast(Object.class));
        assertThat(connection.log()).endsWith(release, ROLLBACK_TO_FIRST, release, "next", "COMMIT");
        assertThat(told.get()).isInstanceOf(DatabaseException.class);
        assertThat(caller.completed()).isTrue();
    }

    /** The transaction goes on: what the reader does with the news is no part of its work. */
    @Test
    void aReaderThatThrowsWhenItIsToldOfTheRollbackEndsNothing() {
        Signals<Object> caller = work(tx -> tx.savepoint(inner -> {
                    inner.stream(SqlStatement.of(ROWS)).subscribe(row -> {}, error -> {
                        throw new NoClassDefFoundError("Missing");
                    });
                    return Mono.error(FAILURE);
                })
                .onErrorResume(undone -> Mono.empty())
                .thenMany(command(tx, "next").cast(Object.class)));
        assertThat(caller.completed()).isTrue();
        assertThat(connection.log()).endsWith("next", "COMMIT");
    }

    /** A stream that began in a savepoint's work, whichever transaction it was asked of. */
    @Test
    void workThatFailsEndsThoseOfTheOuterTransactionThatBeganInIt() {
        Reader before = new Reader();
        Signals<Object> caller = work(tx -> before.reads(tx)
                .thenMany(tx.savepoint(
                        inner -> first.reads(tx).then(second.reads(inner)).then(Mono.error(FAILURE))))
                .onErrorResume(undone -> Mono.never()));
        assertThat(connection.log()).contains(ROLLBACK_TO_FIRST);
        first.assertEndedBefore(ROLLBACK_TO_FIRST);
        second.assertEndedBefore(ROLLBACK_TO_FIRST);
        before.assertGoesOn();
        assertThat(caller.ended()).isFalse();
    }

    /** The work has not failed, so it does not see to a failure. */
    @Test
    void workThatIsGivenUpIsCancelledAndUndoneBeforeWhatComesNext() {
        Sinks.Empty<Void> giveUp = Sinks.empty();
        List<String> heard = new ArrayList<>();
        Signals<Object> caller = work(tx -> tx.savepoint(inner -> inner.stream(SqlStatement.of(ROWS))
                        .doOnError(error -> heard.add("error"))
                        .doOnCancel(() -> heard.add("cancelled behind " + lastSent()))
                        .onErrorResume(error -> {
                            heard.add("fallback");
                            return Mono.empty();
                        })
                        .cast(Object.class))
                .takeUntilOther(giveUp.asMono())
                .thenMany(command(tx, "next").cast(Object.class)));
        giveUp.tryEmitEmpty();
        assertThat(heard).containsExactly("cancelled behind " + ROWS);
        assertThat(connection.log())
                .containsSubsequence(ROWS, ROLLBACK_TO_FIRST, "next", "COMMIT")
                .doesNotHaveDuplicates();
        assertThat(caller.completed()).isTrue();
    }

    private String lastSent() {
        List<String> log = connection.log();
        return log.get(log.size() - 1);
    }
}
