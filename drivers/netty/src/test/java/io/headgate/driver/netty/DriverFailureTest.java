package io.headgate.driver.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.driver.support.NoticeLog;
import io.headgate.core.driver.support.StatementRevisions;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * An exception of the driver itself, mostly no memory for a buffer, at every place where it once left a caller without an end. The
 * connection is closed, and each caller has its error.
 */
class DriverFailureTest {

    /** What the allocator does. */
    private enum Memory {
        ENOUGH,
        NONE,
        /** A message does not fit the buffer. */
        TOO_SMALL
    }

    private Memory memory = Memory.ENOUGH;
    private boolean completionThrows;
    private EmbeddedChannel channel = new EmbeddedChannel();
    private NettyConnection connection = open(false);

    private NettyConnection open(boolean pooled) {
        channel = new EmbeddedChannel();
        channel.config().setAllocator(new AbstractByteBufAllocator(true) {
            @Override
            public boolean isDirectBufferPooled() {
                return false;
            }

            @Override
            protected ByteBuf newHeapBuffer(int initial, int max) {
                return Unpooled.buffer(initial, max);
            }

            @Override
            protected ByteBuf newDirectBuffer(int initial, int max) {
                return Unpooled.directBuffer(initial, max);
            }

            @Override
            public ByteBuf directBuffer(int initial) {
                return switch (memory) {
                    case ENOUGH -> Unpooled.directBuffer(initial);
                    case NONE -> throw new OutOfMemoryError("direct");
                    case TOO_SMALL -> Unpooled.directBuffer(20, 20);
                };
            }
        });
        DataAccessListener listener = new CompletionListener(completion -> {
            if (completionThrows) {
                throw new OutOfMemoryError("completion");
            }
        });
        Sinks.Empty<Void> closed = Sinks.empty();
        Wire wire = new Wire(channel, new NoticeLog(Node.of("model", 1)), closed::tryEmitEmpty);
        channel.pipeline().addLast(wire);
        return new NettyConnection(
                wire,
                ServerInfo.of(180_000).pooled(pooled),
                false,
                ConnectionSettings.parse("postgresql://u@localhost/d"),
                new NettyConnection.Shared(
                        new StatementRevisions(InstantSource.system()), new KnownStatements(), listener),
                Mono.never(),
                closed.asMono());
    }

    @AfterEach
    void nothingIsLeftInFlight() {
        memory = Memory.ENOUGH;
        assertThat(connection.isOpen()).isFalse();
        assertThat(channel.isOpen()).isFalse();
        assertThat(connection.toString()).endsWith("closed, in flight 0]");
        channel.finishAndReleaseAll();
    }

    private static ByteBuf message(char type, byte... body) {
        return Unpooled.buffer().writeByte(type).writeInt(4 + body.length).writeBytes(body);
    }

    private static ByteBuf complete(String tag) {
        return message('C', (tag + "\0").getBytes(UTF_8));
    }

    private static ByteBuf ready(char status) {
        return message('Z', (byte) status);
    }

    private void receive(ByteBuf... messages) {
        channel.writeInbound(Unpooled.wrappedBuffer(messages));
        channel.runPendingTasks();
    }

    private <T> CompletableFuture<T> send(Mono<T> work) {
        CompletableFuture<T> result = work.toFuture();
        channel.runPendingTasks();
        return result;
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

    private void begin() {
        connection.begin(TransactionOptions.defaults());
        CompletableFuture<?> first = send(connection.execute(SqlStatement.of("SELECT 1")));
        receive(
                message('1'),
                message('2'),
                complete("BEGIN"),
                message('1'),
                message('2'),
                message('n'),
                complete("SELECT 0"),
                ready('T'));
        assertThat(first).isCompleted();
    }

    private CompletableFuture<Long> copyIn(Flux<ByteBuffer> data) {
        CompletableFuture<Long> copied = send(connection.copyIn("COPY t FROM STDIN", data));
        receive(message('G', (byte) 0, (byte) 0, (byte) 0));
        return copied;
    }

    /** The server waits for data, and the caller for the server. */
    @Test
    void noBufferForTheFailureOfACopy() {
        Sinks.Many<ByteBuffer> data = Sinks.many().unicast().onBackpressureBuffer();
        CompletableFuture<Long> copied = copyIn(data.asFlux());
        memory = Memory.NONE;
        data.tryEmitError(new IllegalStateException("bad data"));
        channel.runPendingTasks();
        assertThat(copied).isCompletedExceptionally();
        assertThatThrownBy(copied::join).hasMessageContaining("bad data");
    }

    @Test
    void noBufferForTheEndOfACopy() {
        Sinks.Many<ByteBuffer> data = Sinks.many().unicast().onBackpressureBuffer();
        CompletableFuture<Long> copied = copyIn(data.asFlux());
        memory = Memory.NONE;
        data.tryEmitComplete();
        channel.runPendingTasks();
        hasOutcome(copied, Outcome.UNKNOWN);
    }

    /** What the caller's source throws is not the driver's: the COPY has its own end. */
    @Test
    void theSourceOfACopyThrowsWhenItIsCancelled() {
        CompletableFuture<Long> copied = copyIn(Flux.from(source -> source.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                throw new IllegalStateException("on cancel");
            }
        })));
        receive(message('E', "SERROR\0VERROR\0C22P02\0Mbad\0\0".getBytes(UTF_8)), ready('I'));
        assertThatThrownBy(copied::join).hasMessageContaining("22P02");
        assertThat(connection.isReady()).isTrue();
        channel.close();
        channel.runPendingTasks();
    }

    /** Reactor throws such an error to the source, instead of ending the work. */
    @Test
    void noBufferForThePieceOfACopy() {
        Sinks.Many<ByteBuffer> data = Sinks.many().unicast().onBackpressureBuffer();
        CompletableFuture<Long> copied = copyIn(data.asFlux());
        memory = Memory.NONE;
        data.tryEmitNext(ByteBuffer.wrap(new byte[] {'1', '\n'}));
        channel.runPendingTasks();
        assertThat(copied).isCompletedExceptionally();
        assertThatThrownBy(copied::join).hasRootCauseInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void noBufferBehindADescriptionInATransaction() {
        begin();
        CompletableFuture<?> update =
                send(connection.execute(SqlStatement.of("UPDATE t SET a = $1").bind(5)));
        memory = Memory.NONE;
        receive(
                complete("SAVEPOINT"),
                ready('T'),
                message('1'),
                message('t', (byte) 0, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 23),
                message('n'),
                ready('T'));
        CompletableFuture<?> next = send(connection.execute(SqlStatement.of("SELECT 1")));
        hasOutcome(update, Outcome.NOT_EXECUTED);
        hasOutcome(next, Outcome.NOT_EXECUTED);
    }

    /** "Not executed" must be true: the transaction must not be committed afterwards. */
    @Test
    void theCompletionOfAStatementInATransaction() {
        begin();
        CompletableFuture<?> insert = send(connection.execute(SqlStatement.of("INSERT INTO t VALUES (1)")));
        completionThrows = true;
        receive(message('1'), message('2'), message('n'), complete("INSERT 0 1"), ready('T'));
        completionThrows = false;
        hasOutcome(insert, Outcome.NOT_EXECUTED);
        CompletableFuture<?> commit = send(connection.commit(() -> {}));
        assertThat(commit).isCompletedExceptionally();
    }

    @Test
    void theCompletionOfAStatementOutsideATransaction() {
        CompletableFuture<?> insert = send(connection.execute(SqlStatement.of("INSERT INTO t VALUES (1)")));
        completionThrows = true;
        receive(message('1'), message('2'), message('n'), complete("INSERT 0 1"), ready('I'));
        hasOutcome(insert, Outcome.UNKNOWN);
    }

    @Test
    void theCompletionOfAScript() {
        CompletableFuture<?> script = send(connection.atomically(List.of(SqlStatement.of("INSERT INTO t VALUES (1)"))));
        completionThrows = true;
        receive(message('1'), message('2'), message('n'), complete("INSERT 0 1"), ready('I'));
        hasOutcome(script, Outcome.UNKNOWN);
    }

    @Test
    void theCompletionOfACopy() {
        CompletableFuture<Long> copied = copyIn(Flux.empty());
        completionThrows = true;
        receive(complete("COPY 0"), ready('I'));
        hasOutcome(copied, Outcome.UNKNOWN);
    }

    @Test
    void theCompletionOfAStream() {
        CompletableFuture<?> rows =
                send(connection.stream(SqlStatement.of("SELECT 1")).collectList());
        completionThrows = true;
        receive(message('1'), message('2'), message('n'), complete("SELECT 0"), ready('I'));
        assertThatThrownBy(rows::join).hasCauseInstanceOf(HeadgateException.class);
    }

    @Test
    void aMessageOfARollbackDoesNotFit() {
        connection = open(true);
        begin();
        CompletableFuture<Long> copied = copyIn(Flux.never());
        receive(message('E', "SERROR\0VERROR\0C22P02\0Mbad\0\0".getBytes(UTF_8)), ready('E'));
        assertThat(copied).isCompletedExceptionally();
        memory = Memory.TOO_SMALL;
        hasOutcome(send(connection.rollback()), Outcome.NOT_EXECUTED);
    }

    @Test
    void aMessageOfACommitDoesNotFit() {
        begin();
        memory = Memory.TOO_SMALL;
        CompletableFuture<?> commit = send(connection.commit(() -> {
            throw new IllegalStateException("behind the COMMIT");
        }));
        hasOutcome(commit, Outcome.NOT_EXECUTED);
    }
}
