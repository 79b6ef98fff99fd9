package io.headgate.driver.netty;

import static io.headgate.driver.netty.EmbeddedConnection.complete;
import static io.headgate.driver.netty.EmbeddedConnection.error;
import static io.headgate.driver.netty.EmbeddedConnection.message;
import static io.headgate.driver.netty.EmbeddedConnection.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.driver.netty.EmbeddedConnection.Memory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * An exception of the driver itself, mostly no memory for a buffer, at every place where it once left a caller without an end. The
 * connection is closed, and each caller has its error.
 */
class DriverFailureTest {

    private boolean completionThrows;
    private boolean endThrows;
    private EmbeddedConnection embedded = open(false);
    private NettyConnection connection = embedded.connection();

    private EmbeddedConnection open(boolean pooled) {
        return new EmbeddedConnection(
                pooled,
                new CompletionListener(
                        completion -> throwIf(completionThrows, "completion"), () -> throwIf(endThrows, "end")));
    }

    private static void throwIf(boolean fails, String what) {
        if (fails) {
            throw new OutOfMemoryError(what);
        }
    }

    @AfterEach
    void nothingIsLeftInFlight() {
        embedded.memory(Memory.ENOUGH);
        embedded.finish();
    }

    private static void hasOutcome(CompletableFuture<?> work, Outcome outcome) {
        assertThat(work).isDone();
        assertThatThrownBy(work::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ConnectionLostException.class,
                        error -> assertThat(error.outcome()).isEqualTo(outcome));
    }

    /** The server waits for data, and the caller for the server. */
    @Test
    void noBufferForTheFailureOfACopy() {
        Sinks.Many<ByteBuffer> data = Sinks.many().unicast().onBackpressureBuffer();
        CompletableFuture<Long> copied = embedded.copyIn(data.asFlux());
        embedded.memory(Memory.NONE);
        data.tryEmitError(new IllegalStateException("bad data"));
        embedded.run();
        assertThat(copied).isCompletedExceptionally();
        assertThatThrownBy(copied::join).hasMessageContaining("bad data");
    }

    @Test
    void noBufferForTheEndOfACopy() {
        Sinks.Many<ByteBuffer> data = Sinks.many().unicast().onBackpressureBuffer();
        CompletableFuture<Long> copied = embedded.copyIn(data.asFlux());
        embedded.memory(Memory.NONE);
        data.tryEmitComplete();
        embedded.run();
        hasOutcome(copied, Outcome.UNKNOWN);
    }

    /** Reactor throws such an error to the source, instead of ending the work. */
    @Test
    void noBufferForThePieceOfACopy() {
        Sinks.Many<ByteBuffer> data = Sinks.many().unicast().onBackpressureBuffer();
        CompletableFuture<Long> copied = embedded.copyIn(data.asFlux());
        embedded.memory(Memory.NONE);
        data.tryEmitNext(ByteBuffer.wrap(new byte[] {'1', '\n'}));
        embedded.run();
        assertThat(copied).isCompletedExceptionally();
        assertThatThrownBy(copied::join).hasRootCauseInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void noBufferBehindADescriptionInATransaction() {
        embedded.begin();
        CompletableFuture<?> update = embedded.send(
                connection.execute(SqlStatement.of("UPDATE t SET a = $1").bind(5)));
        embedded.memory(Memory.NONE);
        embedded.receive(
                complete("SAVEPOINT"),
                ready('T'),
                message('1'),
                message('t', (byte) 0, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 23),
                message('n'),
                ready('T'));
        CompletableFuture<?> next = embedded.send(connection.execute(SqlStatement.of("SELECT 1")));
        hasOutcome(update, Outcome.NOT_EXECUTED);
        hasOutcome(next, Outcome.NOT_EXECUTED);
    }

    /** "Not executed" must be true: the transaction must not be committed afterwards. */
    @Test
    void theCompletionOfAStatementInATransaction() {
        embedded.begin();
        CompletableFuture<?> insert = embedded.send(connection.execute(SqlStatement.of("INSERT INTO t VALUES (1)")));
        completionThrows = true;
        embedded.receive(message('1'), message('2'), message('n'), complete("INSERT 0 1"), ready('T'));
        completionThrows = false;
        hasOutcome(insert, Outcome.NOT_EXECUTED);
        CompletableFuture<?> commit = embedded.send(connection.commit(() -> {}));
        assertThat(commit).isCompletedExceptionally();
    }

    @Test
    void theCompletionOfAStatementOutsideATransaction() {
        CompletableFuture<?> insert = embedded.send(connection.execute(SqlStatement.of("INSERT INTO t VALUES (1)")));
        completionThrows = true;
        embedded.receive(message('1'), message('2'), message('n'), complete("INSERT 0 1"), ready('I'));
        hasOutcome(insert, Outcome.UNKNOWN);
    }

    @Test
    void theCompletionOfAScript() {
        CompletableFuture<?> script =
                embedded.send(connection.atomically(List.of(SqlStatement.of("INSERT INTO t VALUES (1)"))));
        completionThrows = true;
        embedded.receive(message('1'), message('2'), message('n'), complete("INSERT 0 1"), ready('I'));
        hasOutcome(script, Outcome.UNKNOWN);
    }

    @Test
    void theCompletionOfACopy() {
        CompletableFuture<Long> copied = embedded.copyIn(Flux.empty());
        completionThrows = true;
        embedded.receive(complete("COPY 0"), ready('I'));
        hasOutcome(copied, Outcome.UNKNOWN);
    }

    @Test
    void theCompletionOfAStream() {
        CompletableFuture<?> rows =
                embedded.send(connection.stream(SqlStatement.of("SELECT 1")).collectList());
        completionThrows = true;
        embedded.receive(message('1'), message('2'), message('n'), complete("SELECT 0"), ready('I'));
        assertThatThrownBy(rows::join).hasCauseInstanceOf(HeadgateException.class);
    }

    @Test
    void aMessageOfARollbackDoesNotFit() {
        embedded = open(true);
        connection = embedded.connection();
        embedded.begin();
        CompletableFuture<Long> copied = embedded.copyIn(Flux.never());
        embedded.receive(error("22P02"), ready('E'));
        assertThat(copied).isCompletedExceptionally();
        embedded.memory(Memory.TOO_SMALL);
        hasOutcome(embedded.send(connection.rollback()), Outcome.NOT_EXECUTED);
    }

    @Test
    void aMessageOfACommitDoesNotFit() {
        embedded.begin();
        embedded.memory(Memory.TOO_SMALL);
        CompletableFuture<?> commit = embedded.send(connection.commit(() -> {
            throw new IllegalStateException("behind the COMMIT");
        }));
        hasOutcome(commit, Outcome.NOT_EXECUTED);
    }

    /** Reads of one text share a Sync. */
    @Test
    void theEndsOfAGroupWhoseConnectionIsLost() {
        SqlStatement read = SqlStatement.of("SELECT 1");
        CompletableFuture<?> first = embedded.send(connection.execute(read));
        embedded.receive(message('1'), message('2'), message('n'), complete("SELECT 0"), ready('I'));
        assertThat(first).isCompleted();
        List<CompletableFuture<?>> group = List.of(
                connection.execute(read).toFuture(),
                connection.execute(read).toFuture(),
                connection.execute(read).toFuture());
        embedded.run();
        endThrows = true;
        embedded.close();
        group.forEach(each -> hasOutcome(each, Outcome.NOT_EXECUTED));
    }
}
