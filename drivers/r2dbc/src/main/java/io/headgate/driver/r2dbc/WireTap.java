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
 * Sees what one connection sends and receives, and tells what R2DBC PostgreSQL keeps to itself: the state of the
 * transaction, whether every answer has arrived, columns, command tags, all fields of errors, notices, and the socket's end.
 *
 * <p>It sits between TLS and R2DBC's own handlers. It changes the first message, see {@link StartupParameters}, and the SQLSTATEs
 * at which R2DBC would repeat a statement by itself, see {@link WireError#hideFromRepetition}. All of it happens on the connection's event loop; only the volatile fields may be read elsewhere.
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
    private final List<ServerNotice> beside = new ArrayList<>();
    private @Nullable Consumer<Boolean> awaitingCopy;
    private boolean started;

    /** @param timeZone the session's, or null for the server's */
    WireTap(Consumer<WireError> notices, @Nullable String timeZone) {
        this.notices = notices;
        this.timeZone = timeZone;
    }

    /** Takes its place in a channel that is not connected yet. */
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
        tellAnswered();
        copyReady(false);
        closed.tryEmitEmpty();
    }

    /** Behind R2DBC's frame decoder: each buffer is a whole message, type and length first. */
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
                // not for a copy that begins just now, because this was the answer before it
                if (copying != null && copying.equals(awaitingCopy)) {
                    copyReady(false);
                }
                tellAnswered();
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
                // the login ends with one that nobody asked for
                if (!isAnswered()) {
                    answers.incrementAndGet();
                }
            }
            default -> {}
        }
    }

    private void noteNotice(WireError notice) {
        notices.accept(notice);
        ServerError said = notice.error();
        if (beside.size() < ServerNotice.MAX_PER_STATEMENT) {
            beside.add(new ServerNotice(said.severity(), said.sqlState(), said.message(), said.detail(), said.hint()));
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

    /** After its name each column has its table (4 bytes), attribute (2), type (4), size (2), modifier (4), format (2). */
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

    /** Forgets columns, command tag, notices and errors, before the next statement is sent. */
    void expectAnswer() {
        columns = null;
        commandTag = "";
        beside.clear();
        lastError = null;
    }

    /** Runs an action once everything sent has been answered, or nothing more can be. On the event loop. */
    void whenAnswered(Runnable action) {
        if (isAnswered() || !open) {
            action.run();
        } else {
            awaitingAnswers.add(action);
        }
    }

    private void tellAnswered() {
        while (isAnswered() || !open) {
            Runnable action = awaitingAnswers.poll();
            if (action == null) {
                return;
            }
            action.run();
        }
    }

    /** Tells once whether the server waits for data to copy: yes when it says so, no when it is ready for something else. */
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

    /** Runs an action on the event loop, at once when already there. On a loop that has ended there is none to wait for. */
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
     * Closes the socket under whatever is in flight: at once, past TLS, which would have its goodbye sent first, and with nothing
     * left of it in the operating system, which would wait for the other side's.
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

    /** How many requests have been sent. */
    long requests() {
        return requests.get();
    }

    /** As the server last said: {@code I} idle, {@code T} in a transaction, {@code E} in a failed one. */
    char transactionStatus() {
        return transactionStatus;
    }

    int processId() {
        return processId;
    }

    /** The columns of the answer under way, or null if it has none. */
    @Nullable
    RowMetadata columns() {
        return columns;
    }

    String commandTag() {
        return commandTag;
    }

    /** What was said since the statement was sent. */
    List<ServerNotice> notices() {
        return List.copyOf(beside);
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
