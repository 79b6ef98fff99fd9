package io.headgate.routing;

import static io.headgate.routing.FakeCluster.A;
import static io.headgate.routing.FakeCluster.B;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Outcome;
import io.headgate.core.topology.Lsn;
import io.headgate.routing.topology.Position;
import io.headgate.testing.ScriptedExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Writes on a primary that has many under way: one question gives the positions of all that were answered before it. */
class QuickWriteTest {

    private static final SqlStatement WRITE = SqlStatement.of("INSERT INTO t VALUES (1)");
    private static final SqlResult DONE = ScriptedExecutor.row(List.of("n"), 1);

    private final FakeCluster cluster = new FakeCluster();
    private final ReplicaRouter db = cluster.router(RoutingOptions.defaults());
    private final ConsistencySession session = ConsistencySession.create();

    /** The answers to the writes, in the order in which they were sent. */
    private final List<Sinks.One<SqlResult>> answers = new ArrayList<>();

    private final List<Sinks.One<SqlResult>> positions = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        db.close();
        cluster.close();
    }

    private Mono<SqlResult> write(ConsistencySession own) {
        return db.execute(WRITE).contextWrite(own.inContext());
    }

    /** Sends writes that are not answered. */
    private void underWay(int number) {
        cluster.does(A, statement -> {
            Sinks.One<SqlResult> answer = Sinks.one();
            answers.add(answer);
            return answer.asMono();
        });
        for (int i = 0; i < number; i++) {
            db.execute(WRITE).subscribe();
        }
    }

    private void holdQuestions() {
        cluster.doesWhenAskedForItsPosition(statement -> {
            Sinks.One<SqlResult> answer = Sinks.one();
            positions.add(answer);
            return answer.asMono();
        });
    }

    private static SqlResult at(long position) {
        return ScriptedExecutor.row(List.of("lsn"), new Lsn(position).toString());
    }

    private static Position position(long lsn) {
        return new Position(FakeCluster.ID, 1, new Lsn(lsn));
    }

    @Test
    void fewWritesAskByThemselves() {
        underWay(14);
        CompletableFuture<SqlResult> write = write(session).toFuture();
        answers.get(14).tryEmitValue(DONE);
        assertThat(write).isCompletedWithValue(DONE);
        assertThat(cluster.questions).isZero();
    }

    private void untilTheQuestion() {
        cluster.time.advanceTimeBy(LatePositions.DELAY);
    }

    @Test
    void thePositionIsAskedForAfterTheAnswer() {
        underWay(16);
        CompletableFuture<SqlResult> write = write(session).toFuture();
        assertThat(cluster.questions).isZero();
        cluster.position(A, 300);
        answers.get(16).tryEmitValue(DONE);
        assertThat(write).isCompletedWithValue(DONE);
        assertThat(session.state().hasUnknown()).isTrue();
        untilTheQuestion();
        assertThat(cluster.questions).isOne();
        assertThat(session.state().floor()).isEqualTo(position(300));
        assertThat(session.state().hasUnknown()).isFalse();
        assertThat(db.statistics().onPrimary()).containsEntry(Route.Reason.WRITE, 17L);
    }

    @Test
    void writesThatAreAnsweredMeanwhileShareTheQuestion() {
        underWay(16);
        holdQuestions();
        List<ConsistencySession> sessions = IntStream.range(0, 20)
                .mapToObj(i -> ConsistencySession.create())
                .toList();
        List<CompletableFuture<SqlResult>> writes =
                sessions.stream().map(each -> write(each).toFuture()).toList();
        answers.subList(16, 26).forEach(each -> each.tryEmitValue(DONE));
        untilTheQuestion();
        assertThat(positions).hasSize(1);
        answers.subList(26, 36).forEach(each -> each.tryEmitValue(DONE));
        assertThat(writes).as("nobody waits for a position").allMatch(CompletableFuture::isDone);
        positions.get(0).tryEmitValue(at(300));
        assertThat(sessions.subList(0, 10))
                .allMatch(each -> position(300).equals(each.position()))
                .noneMatch(each -> each.state().hasUnknown());
        assertThat(sessions.subList(10, 20))
                .as("answered after the question was sent")
                .allMatch(each -> each.state().hasUnknown());
        untilTheQuestion();
        positions.get(1).tryEmitValue(at(400));
        assertThat(sessions.subList(10, 20))
                .allMatch(each -> position(400).equals(each.position()))
                .noneMatch(each -> each.state().hasUnknown());
    }

    @Test
    void manyWritesOfASessionAskOnce() {
        underWay(36);
        holdQuestions();
        List<CompletableFuture<SqlResult>> writes =
                IntStream.range(0, 20).mapToObj(i -> write(session).toFuture()).toList();
        answers.subList(36, 56).forEach(each -> each.tryEmitValue(DONE));
        untilTheQuestion();
        positions.get(0).tryEmitValue(at(300));
        assertThat(writes).allMatch(CompletableFuture::isDone);
        assertThat(positions).hasSize(1);
        assertThat(session.state().hasUnknown()).isFalse();
    }

    @Test
    void aQuestionThatFailsDoesNotFailTheWrite() {
        underWay(16);
        cluster.doesWhenAskedForItsPosition(statement -> Mono.error(new ConnectFailedException(A, "refused", null)));
        CompletableFuture<SqlResult> write = write(session).toFuture();
        answers.get(16).tryEmitValue(DONE);
        assertThat(write).isCompletedWithValue(DONE);
        untilTheQuestion();
        assertThat(session.state().hasUnknown()).isTrue();
    }

    @Test
    void aQuestionWithoutAnswerLeavesThePositionUnknown() {
        underWay(16);
        holdQuestions();
        CompletableFuture<SqlResult> write = write(session).toFuture();
        answers.get(16).tryEmitValue(DONE);
        assertThat(write).isCompletedWithValue(DONE);
        cluster.time.advanceTimeBy(Duration.ofSeconds(3));
        assertThat(session.state().hasUnknown()).isTrue();
    }

    @Test
    void aReadMeanwhileWaitsForThePosition() {
        underWay(16);
        holdQuestions();
        write(session).subscribe();
        answers.get(16).tryEmitValue(DONE);
        untilTheQuestion();
        CompletableFuture<SqlResult> read = db.execute(SqlStatement.of("SELECT 1"))
                .contextWrite(session.inContext())
                .toFuture();
        positions.get(0).tryEmitValue(at(90));
        assertThat(read).as("that question was sent before the read").isNotDone();
        positions.get(1).tryEmitValue(at(90));
        assertThat(read).isCompleted();
        assertThat(cluster.ran).last().isNotEqualTo(A);
    }

    /** The next primary may not have the write, so its position says nothing of it. */
    @Test
    void thePositionOfTheNextPrimaryIsNotTheWrites() {
        underWay(16);
        CompletableFuture<SqlResult> write = write(session).toFuture();
        cluster.promote(B);
        cluster.time.advanceTimeBy(Duration.ofSeconds(2));
        answers.get(16).tryEmitValue(DONE);
        assertThat(write).isCompletedWithValue(DONE);
        untilTheQuestion();
        assertThat(session.state().floor()).isEqualTo(position(100));
        assertThat(session.state().hasUnknown()).isTrue();
        assertThat(session.mayHaveLostWrite()).isFalse();
        db.execute(SqlStatement.of("SELECT 1"))
                .contextWrite(session.inContext())
                .block();
        assertThat(session.mayHaveLostWrite()).isTrue();
    }

    @Test
    void aWriteThatWasNotExecutedIsSentAgain() {
        underWay(16);
        AtomicBoolean refused = new AtomicBoolean();
        cluster.does(
                A,
                statement -> refused.getAndSet(true)
                        ? Mono.just(DONE)
                        : Mono.error(new ConnectFailedException(A, "refused", null)));
        CompletableFuture<SqlResult> write = write(session).toFuture();
        cluster.time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(write).isCompletedWithValue(DONE);
    }

    @Test
    void aWriteOfUnknownOutcomeIsNotSentAgain() {
        underWay(16);
        CompletableFuture<SqlResult> write = write(session).toFuture();
        answers.get(16).tryEmitError(new ConnectionLostException(A, "lost", Outcome.UNKNOWN, null));
        assertThat(write).isCompletedExceptionally();
        assertThat(answers).hasSize(17);
        assertThat(session.state().hasUnknown()).isTrue();
    }

    @Test
    void aCallerThatLeavesDuringTheWriteHasWrittenSomewhere() {
        underWay(16);
        Disposable call = write(session).subscribe();
        call.dispose();
        assertThat(session.state().hasUnknown()).isTrue();
        assertThat(cluster.questions).isZero();
    }
}
