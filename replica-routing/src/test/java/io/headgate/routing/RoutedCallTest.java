package io.headgate.routing;

import static io.headgate.routing.FakeCluster.A;
import static io.headgate.routing.FakeCluster.B;
import static io.headgate.routing.FakeCluster.C;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.Access;
import io.headgate.core.Consistency;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ServerError;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.observe.Receipt;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import io.headgate.routing.topology.Position;
import io.headgate.testing.ScriptedExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

class RoutedCallTest {

    private static final SqlStatement READ = SqlStatement.of("SELECT 1");
    private static final SqlStatement WRITE = SqlStatement.of("INSERT INTO t VALUES (1)");

    private final FakeCluster cluster = new FakeCluster();
    private final ReplicaRouter db = cluster.router(RoutingOptions.defaults());
    private final ConsistencySession session = ConsistencySession.create();

    @AfterEach
    void nothingIsLeft() {
        db.close();
        cluster.close();
    }

    private CompletableFuture<SqlResult> send(SqlStatement statement) {
        return db.execute(statement).contextWrite(session.inContext()).toFuture();
    }

    private static Throwable refused(Node node) {
        return new ConnectFailedException(node, "refused", null);
    }

    static Throwable serverError(Node node, String state) {
        return ErrorTable.toException(
                new ServerError("ERROR", state, "no", null, null, 0, null, null, null, null, "routine"),
                node,
                "sql",
                Effect.ATOMIC,
                null);
    }

    private static Throwable failure(CompletableFuture<?> call) {
        assertThat(call).isCompletedExceptionally();
        try {
            call.join();
        } catch (CompletionException e) {
            return e.getCause();
        }
        throw new AssertionError("it has not failed");
    }

    private void passes(Duration duration) {
        cluster.time.advanceTimeBy(duration);
    }

    private void sessionIsAt(long position) {
        session.advance(new Position(FakeCluster.ID, 1, new Lsn(position)));
    }

    @Test
    void readsGoToReplicasAndWritesToThePrimary() {
        assertThat(send(READ)).isCompleted();
        assertThat(send(WRITE)).isCompleted();
        assertThat(cluster.ran).hasSize(2).last().isEqualTo(A);
        assertThat(cluster.ran.get(0)).isIn(B, C);
    }

    private List<Receipt.Route> routes(Mono<?> call) {
        AtomicReference<Receipt> receipt = new AtomicReference<>();
        CompletableFuture<?> done = Receipt.collect(call.contextWrite(session.inContext()), receipt::set)
                .toFuture();
        passes(Duration.ofMillis(200));
        assertThat(done).isDone();
        return receipt.get().routes();
    }

    @Test
    void aReceiptSaysWhereAndWhy() {
        Receipt.Route write = routes(db.execute(WRITE)).get(0);
        assertThat(write.node()).isEqualTo(A);
        assertThat(write.role()).isEqualTo(Role.PRIMARY);
        assertThat(write.reason()).isEqualTo("write");
        assertThat(write.staleness()).isZero();
        passes(Duration.ofSeconds(3));
        assertThat(routes(db.execute(READ))).singleElement().satisfies(read -> {
            assertThat(read.node()).isIn(B, C);
            assertThat(read.role()).isEqualTo(Role.REPLICA);
            assertThat(read.reason()).isEqualTo("replayed");
            assertThat(read.position()).isEqualTo(new Lsn(100));
            assertThat(read.staleness()).isNotNull().isLessThan(Duration.ofSeconds(3));
        });
    }

    @Test
    void aReceiptSaysOfEachAttempt() {
        cluster.does(B, statement -> Mono.error(refused(B)));
        cluster.does(C, statement -> Mono.error(refused(C)));
        assertThat(routes(db.execute(READ)))
                .extracting(Receipt.Route::reason)
                .containsExactly("replayed", "replayed", "no_replica");
    }

    @Test
    void aReceiptSaysThatAReadHadToGoToThePrimary() {
        sessionIsAt(150);
        assertThat(routes(db.execute(READ))).singleElement().satisfies(read -> {
            assertThat(read.node()).isEqualTo(A);
            assertThat(read.reason()).isEqualTo("not_replayed");
        });
    }

    @Test
    void aReplicaThatFailsIsReplacedByTheOther() {
        cluster.does(B, statement -> Mono.error(refused(B)));
        for (int i = 0; i < 20; i++) {
            assertThat(db.execute(READ).toFuture()).isCompleted();
        }
        assertThat(cluster.ran).contains(C).doesNotContain(A);
    }

    @Test
    void thePrimaryReplacesReplicasThatFail() {
        cluster.does(B, statement -> Mono.error(refused(B)));
        cluster.does(C, statement -> Mono.error(serverError(C, "57P01")));
        assertThat(send(READ)).isCompleted();
        assertThat(cluster.ran).containsExactlyInAnyOrder(B, C, A);
        assertThat(db.statistics().onPrimary()).containsEntry(Route.Reason.NO_REPLICA, 1L);
    }

    @Test
    void aConflictWithRecoveryIsRepeatedElsewhere() {
        cluster.does(B, statement -> Mono.error(serverError(B, "40001")));
        cluster.does(C, statement -> Mono.error(serverError(C, "40001")));
        assertThat(send(READ)).isCompleted();
        assertThat(cluster.ran).last().isEqualTo(A);
    }

    /** Nothing can be written there, so it does not matter what was executed. */
    @Test
    void aReadThatIsLostWithAReplicaIsRepeatedWhateverWasExecuted() {
        cluster.does(B, statement -> Mono.error(new ConnectionLostException(B, "lost", Outcome.UNKNOWN, null)));
        cluster.does(C, statement -> Mono.error(new ConnectionLostException(C, "lost", Outcome.UNKNOWN, null)));
        assertThat(send(READ)).isCompleted();
        assertThat(cluster.ran).last().isEqualTo(A);
    }

    /** Such as an unlogged table, whose rows a replica does not have. */
    @Test
    void whatAReplicaDoesNotSupportGoesToThePrimary() {
        cluster.does(B, statement -> Mono.error(serverError(B, "0A000")));
        cluster.does(C, statement -> Mono.error(serverError(C, "0A000")));
        assertThat(send(READ)).isCompleted();
        assertThat(send(READ)).isCompleted();
        assertThat(cluster.ran).hasSize(3).endsWith(A, A);
    }

    /** What it has shown must not be gone in the next read. */
    @Test
    void aStrongReadIsPartOfTheSession() {
        cluster.position(A, 150);
        assertThat(send(READ.with(options -> options.consistency(Consistency.strong()))))
                .isCompleted();
        CompletableFuture<SqlResult> read = send(READ);
        passes(Duration.ofMillis(60));
        assertThat(read).isCompleted();
        assertThat(cluster.ran).last().isEqualTo(A);
        assertThat(session.position()).isEqualTo(new Position(FakeCluster.ID, 1, new Lsn(150)));
    }

    @Test
    void whatATransactionHasReadBeforeItFailedIsPartOfTheSession() {
        Mono<SqlResult> failing = db.inTransaction(
                        TransactionOptions.defaults(),
                        transaction -> Mono.<SqlResult>error(new IllegalStateException("insufficient funds")))
                .singleOrEmpty();
        assertThat(failing.contextWrite(session.inContext()).toFuture()).isCompletedExceptionally();
        assertThat(session.state().read()).isNotNull();
    }

    /** Others go on writing at unknown positions meanwhile. */
    @Test
    void oneQuestionIsEnoughForARead() {
        AtomicInteger questions = new AtomicInteger();
        session.wroteSomewhere();
        cluster.doesWhenAskedForItsPosition(statement -> {
            assertThat(questions.incrementAndGet()).isLessThan(10);
            session.wroteSomewhere();
            return Mono.just(ScriptedExecutor.row(List.of("lsn"), new Lsn(90).toString()));
        });
        assertThat(send(READ)).isCompleted();
        assertThat(questions).hasValue(1);
    }

    @Test
    void statementsThatAreSentTogetherNeedWhatTheStrictestNeeds() {
        Mono<List<SqlResult>> both = db.atomically(
                List.of(READ, SqlStatement.of("SELECT 2").with(options -> options.consistency(Consistency.strong()))));
        assertThat(routes(both)).extracting(Receipt.Route::reason).containsExactly("strong");
    }

    @Test
    void aLostWriteIsToldThoughTheSessionHasWrittenSince() {
        sessionIsAt(400);
        cluster.promote(B);
        passes(Duration.ofSeconds(3));
        assertThat(send(WRITE)).isCompleted();
        assertThat(session.mayHaveLostWrite()).isTrue();
    }

    @Test
    void aLostWriteAtAnUnknownPositionIsToldToo() {
        session.wroteAfter(new Position(FakeCluster.ID, 1, new Lsn(100)));
        assertThat(send(READ)).isCompleted();
        assertThat(session.mayHaveLostWrite()).isFalse();
        session.wroteAfter(new Position(FakeCluster.ID, 1, new Lsn(100)));
        cluster.promote(B);
        passes(Duration.ofSeconds(3));
        assertThat(send(READ)).isCompleted();
        assertThat(session.mayHaveLostWrite()).isTrue();
        assertThat(session.state().hasUnknown()).isFalse();
    }

    /** A later position came first, such as that of its last read's node, which is the primary now. */
    @Test
    void aLostWriteIsToldThoughALaterPositionIsKnown() {
        sessionIsAt(400);
        cluster.promote(B);
        passes(Duration.ofSeconds(3));
        session.advance(new Position(FakeCluster.ID, 2, new Lsn(500)));
        assertThat(send(READ)).isCompleted();
        assertThat(session.mayHaveLostWrite()).isTrue();
        assertThat(session.state().replaced()).isNull();
    }

    @Test
    void whatHasSurvivedIsNotLostThoughALaterPositionIsKnown() {
        sessionIsAt(100);
        cluster.promote(B);
        passes(Duration.ofSeconds(3));
        session.advance(new Position(FakeCluster.ID, 2, new Lsn(500)));
        assertThat(send(READ)).isCompleted();
        assertThat(session.mayHaveLostWrite()).isFalse();
        assertThat(session.state().replaced()).isNull();
    }

    @Test
    void workElsewhereIsAWriteOfTheSession() {
        assertThat(db.asWrite(Flux.just(1))
                        .then()
                        .contextWrite(session.inContext())
                        .toFuture())
                .isCompleted();
        assertThat(session.state().hasUnknown()).isTrue();
    }

    /** While that work goes on, a read may follow each of its writes. */
    @Test
    void aWriteElsewhereCountsBeforeTheWorkHasEnded() {
        Observed work = new Observed();
        db.asWrite(Flux.<Integer>never().contextWrite(work::keep))
                .contextWrite(session.inContext())
                .subscribe();
        assertThat(work.statement("SELECT 1").wantsCompletion()).isFalse();
        work.statement("INSERT INTO t VALUES (1)").completed(Completion.of(Role.PRIMARY));
        assertThat(session.state().hasUnknown()).isTrue();
    }

    /** The session may read on while the transaction is open. */
    @Test
    void aReadOfATransactionCountsBeforeItHasEnded() {
        Observed work = new Observed();
        db.inTransaction(
                        TransactionOptions.defaults().asReadOnly(),
                        tx -> Flux.never().contextWrite(work::keep))
                .contextWrite(session.inContext())
                .subscribe();
        assertThat(session.state().read()).isNull();
        work.statement("SELECT 1").completed(Completion.of(Role.REPLICA));
        assertThat(session.state().read()).isNotNull();
    }

    /** What a driver tells the listeners of a Context. */
    private static final class Observed {
        private Context context = Context.empty();

        Context keep(Context ofWork) {
            context = ofWork;
            return ofWork;
        }

        Observation statement(String sql) {
            Operation operation = Operation.of(Operation.Kind.STATEMENT, A, SqlStatement.of(sql));
            return Listeners.of(DataAccessListener.NONE, context).started(operation, context);
        }
    }

    @Test
    void anErrorOfTheStatementIsNot() {
        cluster.does(B, statement -> Mono.error(serverError(B, "22012")));
        cluster.does(C, statement -> Mono.error(serverError(C, "22012")));
        assertThat(failure(send(READ))).hasMessageContaining("22012");
        assertThat(cluster.ran).hasSize(1);
    }

    @Test
    void whatAReplicaRefusesAsAWriteGoesToThePrimaryFromThenOn() {
        cluster.does(B, statement -> Mono.error(serverError(B, "25006")));
        cluster.does(C, statement -> Mono.error(serverError(C, "25006")));
        SqlStatement declared = SqlStatement.of("SELECT f()").with(options -> options.access(Access.READ));
        assertThat(send(declared)).isCompleted();
        assertThat(send(declared)).isCompleted();
        assertThat(cluster.ran).hasSize(3).endsWith(A, A);
        assertThat(db.statistics().refusedByReplicas()).isOne();
    }

    @Test
    void aWriteThatWasNotExecutedWaitsForTheNextPrimary() {
        cluster.does(A, statement -> Mono.error(refused(A)));
        cluster.silent(A);
        CompletableFuture<SqlResult> write = send(WRITE);
        passes(Duration.ofSeconds(3));
        assertThat(write).isNotDone();
        cluster.promote(B);
        passes(Duration.ofMillis(500));
        assertThat(write).isCompleted();
        assertThat(cluster.ran).containsExactly(A, B);
    }

    /** Its connection was closed because another node has replaced the one it ran on. */
    @Test
    void aWriteThatWasCancelledByThatGoesToTheNextPrimary() {
        cluster.does(A, statement -> {
            cluster.promote(B);
            passes(Duration.ofSeconds(2));
            return Mono.error(serverError(A, "57014"));
        });
        assertThat(send(WRITE)).isCompleted();
        assertThat(cluster.ran).containsExactly(A, B);
    }

    @Test
    void aWriteThatItsCallerOrTheServerCancelsFails() {
        cluster.does(A, statement -> Mono.error(serverError(A, "57014")));
        assertThat(failure(send(WRITE))).hasMessageContaining("57014");
        assertThat(cluster.ran).containsExactly(A);
    }

    /** An instance that has not noticed the failover yet must not take the former primary's word. */
    @Test
    void aSessionThatHasSeenALaterTimelineWaitsForIt() {
        cluster.promote(B);
        session.advance(new Position(FakeCluster.ID, 2, new Lsn(400)));
        session.wroteSomewhere();
        assertThat(send(READ)).isCompleted();
        assertThat(session.mayHaveLostWrite()).isFalse();
        assertThat(session.position()).as("the new primary's").isEqualTo(new Position(FakeCluster.ID, 2, new Lsn(500)));
    }

    @Test
    void aReplicaThatIsStuckDoesNotKeepItsReads() {
        Throwable stuck = new ConnectionLostException(B, "stuck", Outcome.UNKNOWN, null);
        cluster.does(B, statement -> Mono.error(stuck));
        cluster.does(C, statement -> Mono.error(stuck));
        assertThat(send(READ)).isCompleted();
        assertThat(cluster.ran).last().isEqualTo(A);
    }

    @Test
    void aWriteOfUnknownOutcomeIsNotRepeated() {
        cluster.does(A, statement -> Mono.error(new ConnectionLostException(A, "lost", Outcome.UNKNOWN, null)));
        assertThat(failure(send(WRITE))).isInstanceOf(ConnectionLostException.class);
        assertThat(cluster.ran).containsExactly(A);
    }

    @Test
    void aPrimaryThatRefusesForAMomentIsTriedAgain() {
        AtomicInteger calls = new AtomicInteger();
        cluster.does(
                A,
                statement -> calls.incrementAndGet() < 4
                        ? Mono.error(refused(A))
                        : Mono.just(ScriptedExecutor.row(List.of("n"), 1)));
        CompletableFuture<SqlResult> write = send(WRITE);
        passes(Duration.ofSeconds(1));
        assertThat(write).isCompleted();
    }

    @Test
    void noCallWaitsForEver() {
        cluster.does(A, statement -> Mono.error(refused(A)));
        CompletableFuture<SqlResult> refusedAlways = send(WRITE);
        passes(Duration.ofSeconds(12));
        assertThat(failure(refusedAlways))
                .isInstanceOfAny(ConnectFailedException.class, NodeUnavailableException.class)
                .hasStackTraceContaining("cannot connect to a:1");
        assertThat(cluster.ran.size()).as("attempts").isBetween(5, 60);
        cluster.silent(A);
        passes(Duration.ofSeconds(2));
        CompletableFuture<SqlResult> withoutPrimary = send(WRITE);
        passes(Duration.ofSeconds(9));
        assertThat(withoutPrimary).isNotDone();
        passes(Duration.ofSeconds(2));
        assertThat(failure(withoutPrimary))
                .isInstanceOf(NodeUnavailableException.class)
                .hasMessageContaining("no primary can be reached");
    }

    /** The database is set to read only, or the transaction is. */
    @Test
    void aPrimaryThatRefusesWritesIsNotWaitedFor() {
        cluster.does(A, statement -> Mono.error(serverError(A, "25006")));
        CompletableFuture<SqlResult> write = send(WRITE);
        passes(Duration.ofSeconds(1));
        assertThat(failure(write)).hasMessageContaining("25006");
        assertThat(cluster.ran).containsExactly(A, A);
    }

    @Test
    void aDemotedPrimaryThatRefusesAWriteIsReplaced() {
        cluster.does(A, statement -> Mono.error(serverError(A, "25006")));
        cluster.promote(C);
        CompletableFuture<SqlResult> write = send(WRITE);
        passes(Duration.ofSeconds(1));
        assertThat(write).isCompleted();
        assertThat(cluster.ran).containsExactly(A, C);
    }

    /** The caller's code has run: it may have done something else besides. */
    @Test
    void theWorkOfATransactionIsCalledOnce() {
        AtomicInteger calls = new AtomicInteger();
        Flux<SqlResult> work = db.inTransaction(TransactionOptions.defaults(), transaction -> {
            calls.incrementAndGet();
            return Mono.<SqlResult>error(refused(A));
        });
        CompletableFuture<SqlResult> call = work.singleOrEmpty().toFuture();
        passes(Duration.ofSeconds(1));
        assertThat(failure(call)).isInstanceOf(ConnectFailedException.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void aReadWaitsForAReplicaToReplayWhatTheSessionWrote() {
        sessionIsAt(200);
        CompletableFuture<SqlResult> read = send(READ);
        passes(Duration.ofMillis(20));
        assertThat(read).isNotDone();
        cluster.position(B, 200);
        cluster.position(C, 200);
        passes(Duration.ofMillis(10));
        assertThat(read).isCompleted();
        assertThat(cluster.ran).last().isIn(B, C);
        assertThat(cluster.ran).doesNotContain(A);
    }

    /** A table that the session has just created. */
    @Test
    void anErrorOfAReplicaThatIsBehindIsNotTheReads() {
        sessionIsAt(200);
        cluster.does(B, statement -> Mono.error(serverError(B, "42P01")));
        cluster.does(C, statement -> Mono.error(serverError(C, "42P01")));
        CompletableFuture<SqlResult> read = send(READ);
        passes(Duration.ofMillis(60));
        assertThat(read).isCompleted();
        assertThat(cluster.ran).last().isEqualTo(A);
    }

    @Test
    void itDoesNotWaitLongerThanTheLimit() {
        sessionIsAt(200);
        CompletableFuture<SqlResult> read = send(READ);
        passes(Duration.ofMillis(49));
        assertThat(read).isNotDone();
        passes(Duration.ofMillis(2));
        assertThat(read).isCompleted();
        assertThat(cluster.ran).last().isEqualTo(A);
        assertThat(db.statistics().onPrimary()).containsEntry(Route.Reason.NOT_REPLAYED, 1L);
    }

    /** That has not been seen to follow the primary's timeline. */
    @Test
    void aReplicaOfAnUnknownTimelineDoesNotKeepReadsFromTheOthers() {
        ReplicaRouter unlimited =
                cluster.router(RoutingOptions.builder().maxLag(null).build());
        cluster.replaysOnTimeline(B, 0);
        passes(Duration.ofSeconds(2));
        for (int i = 0; i < 100; i++) {
            assertThat(unlimited
                            .execute(READ)
                            .contextWrite(ConsistencySession.create().inContext())
                            .toFuture())
                    .isCompleted();
        }
        assertThat(cluster.ran).hasSize(100).isSubsetOf(B, C);
    }

    /** A replica that has replayed less must not show an earlier state than the one before. */
    @Test
    void aSessionStaysOnTheReplicaThatItHasReadOn() {
        assertThat(send(READ)).isCompleted();
        Node first = cluster.ran.get(0);
        for (int i = 0; i < 20; i++) {
            assertThat(send(READ)).isCompleted();
        }
        assertThat(cluster.ran).containsOnly(first);
    }

    @Test
    void whenThatReplicaFailsThePrimarysPositionIsNeeded() {
        assertThat(send(READ)).isCompleted();
        Node first = cluster.ran.get(0);
        Node other = first.equals(B) ? C : B;
        cluster.does(first, statement -> Mono.error(refused(first)));
        cluster.position(A, 150);
        cluster.position(other, 150);
        assertThat(send(READ)).isCompleted();
        assertThat(cluster.ran).containsExactly(first, first, other);
        assertThat(session.position()).isEqualTo(new Position(FakeCluster.ID, 1, new Lsn(150)));
    }

    /** After a failover, all callers come at once. */
    @Test
    void aCallThatWaitedForAPrimaryComesAgainWhenItsPoolIsFull() {
        cluster.silent(A);
        passes(Duration.ofSeconds(2));
        CompletableFuture<SqlResult> write = send(WRITE);
        AtomicInteger calls = new AtomicInteger();
        cluster.does(
                B,
                statement -> calls.incrementAndGet() < 3
                        ? Mono.error(new NodeUnavailableException(
                                Route.Reason.PRIMARY_FULL, Duration.ZERO, cluster.monitor.current(), null))
                        : Mono.just(ScriptedExecutor.row(List.of("n"), 1)));
        cluster.promote(B);
        passes(Duration.ofSeconds(2));
        assertThat(write).isCompleted();
        assertThat(calls).hasValue(3);
    }

    @Test
    void theLimitOfLagCanBeChanged() {
        ReplicaRouter strict = cluster.router(
                RoutingOptions.builder().maxLag(Duration.ofSeconds(1)).build());
        cluster.position(B, 50);
        cluster.position(C, 50);
        passes(Duration.ofSeconds(5));
        cluster.position(A, 200);
        passes(Duration.ofSeconds(5));
        assertThat(strict.execute(READ).toFuture()).isCompleted();
        assertThat(cluster.ran).last().isEqualTo(A);
        strict.maxLag(null);
        assertThat(strict.execute(READ).toFuture()).isCompleted();
        assertThat(cluster.ran).last().isNotEqualTo(A);
        strict.close();
    }

    @Test
    void closingEndsTheWait() {
        cluster.silent(A);
        passes(Duration.ofSeconds(2));
        CompletableFuture<SqlResult> waiting = send(WRITE);
        cluster.monitor.close();
        passes(Duration.ZERO);
        assertThat(failure(waiting)).isInstanceOf(ClosedException.class);
    }

    @Test
    void cancellingEndsTheWait() {
        cluster.silent(A);
        passes(Duration.ofSeconds(2));
        Disposable waiting = db.execute(WRITE).subscribe();
        waiting.dispose();
        cluster.promote(B);
        passes(Duration.ofSeconds(20));
        assertThat(cluster.ran).isEmpty();
    }

    @Test
    void aReadWithoutReplicasAndWithReplicaOnlyFails() {
        ReplicaRouter only = cluster.router(
                RoutingOptions.builder().preference(ReadPreference.REPLICA_ONLY).build());
        cluster.silent(B);
        cluster.silent(C);
        passes(Duration.ofSeconds(2));
        CompletableFuture<SqlResult> read = only.execute(READ).toFuture();
        passes(Duration.ofSeconds(11));
        assertThat(failure(read)).isInstanceOf(NodeUnavailableException.class).hasMessageContaining("REPLICA_ONLY");
    }

    /** The load of all replicas must not fall on the primary. */
    @Test
    void thePrimaryTakesOnlySoManyReadsInPlaceOfReplicas() {
        ReplicaRouter limited =
                cluster.router(RoutingOptions.builder().maxReadsOnPrimary(2).build());
        cluster.silent(B);
        cluster.silent(C);
        passes(Duration.ofSeconds(2));
        cluster.does(A, statement -> Mono.never());
        Disposable first = limited.execute(READ).subscribe();
        limited.execute(READ).subscribe();
        CompletableFuture<SqlResult> third = limited.execute(READ).toFuture();
        assertThat(failure(third))
                .isInstanceOf(NodeUnavailableException.class)
                .hasMessageContaining("maxReadsOnPrimary");
        first.dispose();
        assertThat(limited.execute(READ).toFuture()).isNotDone();
        assertThat(limited.execute(WRITE).toFuture())
                .as("a write is not counted")
                .isNotDone();
        limited.close();
    }

    /** Its probes are answered, but its calls fail. */
    @Test
    void aReplicaThatKeepsFailingGetsNoReadsForAWhile() {
        cluster.does(B, statement -> Mono.error(refused(B)));
        cluster.does(
                C,
                statement -> Mono.just(ScriptedExecutor.row(List.of("n"), 1))
                        .delayElement(Duration.ofMillis(5), cluster.time));
        for (int i = 0; i < 200; i++) {
            db.execute(READ).toFuture();
            passes(Duration.ofMillis(1));
        }
        assertThat(cluster.ran.stream().filter(B::equals)).hasSize(Ejection.FAILURES);
        passes(Duration.ofSeconds(1));
        cluster.does(B, statement -> Mono.just(ScriptedExecutor.row(List.of("n"), 1)));
        cluster.ran.clear();
        for (int i = 0; i < 100; i++) {
            db.execute(READ).toFuture();
        }
        assertThat(cluster.ran).as("it works again").contains(B);
    }

    @Test
    void ifAllReplicasFailNoneIsEjected() {
        cluster.does(B, statement -> Mono.error(serverError(B, "40001")));
        cluster.does(C, statement -> Mono.error(refused(C)));
        for (int i = 0; i < 50; i++) {
            assertThat(db.execute(READ).toFuture()).as("the primary serves it").isCompleted();
        }
        assertThat(cluster.ran).contains(B, C, A);
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> RoutingOptions.builder().maxLag(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxLag is PT0S");
        assertThatThrownBy(() -> RoutingOptions.builder().replicaWait(Duration.ofMillis(-1)))
                .hasMessageContaining("replicaWait is PT-0.001S");
    }
}
