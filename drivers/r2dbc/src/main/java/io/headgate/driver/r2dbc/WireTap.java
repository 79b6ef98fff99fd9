package io.headgate.driver.r2dbc;

import io.headgate.core.RowMetadata;
import io.headgate.core.ServerNotice;
import io.headgate.core.error.ServerError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Reads the bytes that one connection sends and receives, and reports what R2DBC PostgreSQL hides: the transaction's state, whether all
 * answers have arrived, columns, command tags, all fields of errors, notices, and the socket's end.
 *
 * <p>It sits between TLS and R2DBC's own handlers. It changes the first message, see {@link StartupParameters}, and the SQLSTATEs at which
 * R2DBC would repeat a statement, see {@link WireError#hideFromRepetition}. Runs on the connection's event loop; other threads may read
 * only the volatile fields.
 */
final class WireTap extends ChannelDuplexHandler {

    private final Consumer<WireError> notices;
    private final @Nullable String timeZone;
    private final MessageCounter sent = new MessageCounter();
    private final Queue<Runnable> awaitingAnswers = new ArrayDeque<>();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private volatile @Nullable Channel channel;
    private volatile boolean open = true;
    private volatile char transactionStatus = 'I';
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private volatile int processId;
    private volatile @Nullable WireError lastError;
    private volatile @Nullable WireError fatalError;
    private @Nullable RowMetadata columns;
    private String commandTag = "";
    private final List<ServerNotice> statementNotices = new ArrayList<>();
    private @Nullable Consumer<Boolean> awaitingCopy;
    private boolean started;

    /** @param timeZone the session's time zone; null for the server's default */
    WireTap(Consumer<WireError> notices, @Nullable String timeZone) {
        this.notices = notices;
        this.timeZone = timeZone;
    }

    /** Adds itself to a channel that is not connected yet. */
    void attachTo(Channel target) {
        channel = target;
        target.pipeline().addFirst("headgate", this);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        Object changed = message;
        if (message instanceof ByteBuf buffer) {
            if (started) {
                requests.addAndGet(sent.count(buffer));
            } else {
                started = true;
                changed = StartupParameters.correct(buffer, timeZone);
                context.pipeline()
                        .addAfter(
                                context.pipeline()
                                        .context(LengthFieldBasedFrameDecoder.class)
                                        .name(),
                                "headgate-frames",
                                new Frames());
            }
        }
        var unused = context.write(changed, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        open = false;
        context.fireChannelInactive();
        runAnswered();
        copyReady(false);
        closed.tryEmitEmpty();
    }

    /** Sits behind R2DBC's frame decoder. Each buffer is a whole message that begins with type and length. */
    private final class Frames extends ChannelInboundHandlerAdapter {

        private static final int HEADER = 5;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            char type = 0;
            if (message instanceof ByteBuf frame && frame.readableBytes() >= HEADER) {
                type = (char) frame.getByte(frame.readerIndex());
                try {
                    note(type, frame, frame.readerIndex() + HEADER);
                } catch (RuntimeException malformed) {
                    frame.release();
                    throw new DecoderException("a message of type " + type + " is malformed", malformed);
                }
            }
            Consumer<Boolean> copying = awaitingCopy;
            context.fireChannelRead(message);
            if (type == 'G') {
                copyReady(true);
            } else if (type == 'Z') {
                // not for a COPY that has just begun: this ends the answer before it
                if (copying != null && copying.equals(awaitingCopy)) {
                    copyReady(false);
                }
                runAnswered();
            }
        }
    }

    private void note(char type, ByteBuf frame, int body) {
        switch (type) {
            case 'T' -> columns = columns(frame, body);
            case 'C' -> commandTag = text(frame, body);
            case 'E' -> {
                noteError(WireError.read(frame, body));
                WireError.hideFromRepetition(frame, body);
            }
            case 'N' -> noteNotice(WireError.read(frame, body));
            case 'K' -> processId = frame.getInt(body);
            case 'Z' -> {
                transactionStatus = (char) frame.getByte(body);
                // the login ends with one that has no request
                if (!isAnswered()) {
                    answers.incrementAndGet();
                }
            }
            default -> {}
        }
    }

    private void noteNotice(WireError notice) {
        notices.accept(notice);
        ServerError error = notice.error();
        if (statementNotices.size() < ServerNotice.MAX_PER_STATEMENT) {
            statementNotices.add(new ServerNotice(
                    error.severity(), error.sqlState(), error.message(), error.detail(), error.hint()));
        }
    }

    private void noteError(WireError error) {
        lastError = error;
        if (error.error().isFatal()) {
            fatalError = error;
        }
    }

    private static String text(ByteBuf frame, int index) {
        int length = frame.bytesBefore(index, frame.writerIndex() - index, (byte) 0);
        return frame.toString(index, Math.max(length, 0), StandardCharsets.UTF_8);
    }

    /** Reads columns. After its name each has table (4 bytes), attribute (2), type (4), size (2), modifier (4), format (2). */
    private static RowMetadata columns(ByteBuf frame, int body) {
        int count = frame.getUnsignedShort(body);
        List<String> names = new ArrayList<>(count);
        int[] types = new int[count];
        int[] modifiers = new int[count];
        int at = body + 2;
        for (int i = 0; i < count; i++) {
            int length = frame.bytesBefore(at, frame.writerIndex() - at, (byte) 0);
            names.add(frame.toString(at, length, StandardCharsets.UTF_8));
            at += length + 1;
            types[i] = frame.getInt(at + 6);
            modifiers[i] = frame.getInt(at + 12);
            at += 18;
        }
        return RowMetadata.of(names, types, modifiers);
    }

    /** Clears columns, command tag, notices and error, before the next statement is sent. */
    void expectAnswer() {
        columns = null;
        commandTag = "";
        statementNotices.clear();
        lastError = null;
    }

    /** Runs an action when all requests have been answered, or the connection has ended. Call it on the event loop. */
    void whenAnswered(Runnable action) {
        if (isAnswered() || !open) {
            action.run();
        } else {
            awaitingAnswers.add(action);
        }
    }

    private void runAnswered() {
        while (isAnswered() || !open) {
            Runnable action = awaitingAnswers.poll();
            if (action == null) {
                return;
            }
            action.run();
        }
    }

    /**
     * Calls the action once: with true when the server waits for data to copy, with false when it is ready for another statement or the
     * connection has ended.
     */
    void awaitCopy(Consumer<Boolean> action) {
        if (open) {
            awaitingCopy = action;
        } else {
            action.accept(false);
        }
    }

    private void copyReady(boolean ready) {
        Consumer<Boolean> action = awaitingCopy;
        if (action != null) {
            awaitingCopy = null;
            action.accept(ready);
        }
    }

    /** Runs an action on the event loop; on the calling thread if that is the loop or the loop has ended. */
    void onLoop(Runnable action) {
        Channel used = channel;
        if (used == null || used.eventLoop().inEventLoop()) {
            action.run();
            return;
        }
        try {
            used.eventLoop().execute(action);
        } catch (RejectedExecutionException ended) {
            action.run();
        }
    }

    /** Whether the calling thread is the event loop. */
    boolean isOnLoop() {
        Channel used = channel;
        return used != null && used.eventLoop().inEventLoop();
    }

    /**
     * Closes the socket at once, whatever is in flight. Bypasses TLS, which would send its closing alert first. With SO_LINGER 0 the
     * operating system does not wait for the other side.
     */
    void abort() {
        Channel used = channel;
        if (used != null) {
            try {
                used.config().setOption(ChannelOption.SO_LINGER, 0);
            } catch (ChannelException closedAlready) {
                return;
            }
            ChannelHandlerContext first = used.pipeline().firstContext();
            var unused = first == null ? used.close() : first.close();
        }
    }

    Mono<Void> closed() {
        return closed.asMono();
    }

    boolean isOpen() {
        return open;
    }

    boolean isAnswered() {
        return requests.get() == answers.get();
    }

    /** The number of sent requests. */
    long requests() {
        return requests.get();
    }

    /** The last status from the server: {@code I} idle, {@code T} in a transaction, {@code E} in a failed one. */
    char transactionStatus() {
        return transactionStatus;
    }

    int processId() {
        return processId;
    }

    /** The columns of the current answer, or null. */
    @Nullable
    RowMetadata columns() {
        return columns;
    }

    String commandTag() {
        return commandTag;
    }

    /** The notices since the statement was sent. */
    List<ServerNotice> notices() {
        return List.copyOf(statementNotices);
    }

    @Nullable
    WireError lastError() {
        return lastError;
    }

    /** The error that ends the connection, or null. */
    @Nullable
    WireError fatalError() {
        return fatalError;
    }
}
