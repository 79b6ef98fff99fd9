package io.headgate.driver.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.driver.support.NoticeLog;
import io.headgate.core.driver.support.StatementRevisions;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A connection without a socket. The test sends the server's messages, and decides what the allocator does. */
final class EmbeddedConnection {

    /** What the allocator does. */
    enum Memory {
        ENOUGH,
        NONE,
        /** A message does not fit the buffer. */
        TOO_SMALL
    }

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final NettyConnection connection;
    private Memory memory = Memory.ENOUGH;

    EmbeddedConnection(boolean pooled, DataAccessListener listener) {
        channel.config().setAllocator(new TestAllocator());
        Sinks.Empty<Void> closed = Sinks.empty();
        Wire wire = new Wire(channel, new NoticeLog(Node.of("model", 1)), closed::tryEmitEmpty);
        channel.pipeline().addLast(wire);
        connection = over(wire, ServerInfo.of(180_000).pooled(pooled), listener, closed);
    }

    /** A connection over a wire, with nothing known of its server's statements. */
    static NettyConnection over(Wire wire, ServerInfo info, DataAccessListener listener, Sinks.Empty<Void> closed) {
        return new NettyConnection(
                wire,
                info,
                false,
                ConnectionSettings.parse("postgresql://u@localhost/d"),
                new NettyConnection.Shared(
                        new StatementRevisions(InstantSource.system()), new KnownStatements(), listener),
                Mono.never(),
                closed.asMono());
    }

    private final class TestAllocator extends AbstractByteBufAllocator {

        TestAllocator() {
            super(true);
        }

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
    }

    NettyConnection connection() {
        return connection;
    }

    void memory(Memory now) {
        memory = now;
    }

    static ByteBuf message(char type, byte... body) {
        return Unpooled.buffer().writeByte(type).writeInt(4 + body.length).writeBytes(body);
    }

    static ByteBuf complete(String tag) {
        return message('C', (tag + "\0").getBytes(UTF_8));
    }

    static ByteBuf error(String state) {
        return message('E', ("SERROR\0VERROR\0C" + state + "\0Mbad\0\0").getBytes(UTF_8));
    }

    static ByteBuf ready(char status) {
        return message('Z', (byte) status);
    }

    void receive(ByteBuf... messages) {
        channel.writeInbound(Unpooled.wrappedBuffer(messages));
        run();
    }

    /** Runs what was requested so far. */
    void run() {
        channel.runPendingTasks();
    }

    <T> CompletableFuture<T> send(Mono<T> work) {
        CompletableFuture<T> result = work.toFuture();
        run();
        return result;
    }

    /** Begins a transaction, with a first statement. */
    void begin() {
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

    /** Begins a COPY, and answers that the server takes its data. */
    CompletableFuture<Long> copyIn(Flux<ByteBuffer> data) {
        CompletableFuture<Long> copied = send(connection.copyIn("COPY t FROM STDIN", data));
        receive(message('G', (byte) 0, (byte) 0, (byte) 0));
        return copied;
    }

    /** Closes the connection, as the server does. */
    void close() {
        channel.close();
        run();
    }

    void finish() {
        assertThat(connection.isOpen()).isFalse();
        assertThat(channel.isOpen()).isFalse();
        assertThat(connection.toString()).as("what is left in flight").endsWith("closed, in flight 0]");
        channel.finishAndReleaseAll();
    }
}
