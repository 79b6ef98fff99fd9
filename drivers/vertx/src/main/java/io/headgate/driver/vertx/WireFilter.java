package io.headgate.driver.vertx;

import io.headgate.core.driver.ResultLimit;
import io.headgate.core.driver.support.ResultSize;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.ServerError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the socket and Vert.x's codec and mends what Vert.x cannot know of.
 *
 * <p>Behind a transaction pooler the server connection that runs a statement is not the one that described it. After
 * {@code ALTER TABLE} a server connection that had not prepared the statement yet answers in the new shape, without an
 * error, and Vert.x would decode it by the old one: a bigint 7 read as an int4 is 0. So the filter has the
 * portal described with each execution (a Describe behind its Bind, in the same packet), compares the answer with what was
 * prepared, and takes it out of the stream. When the columns differ it has Vert.x read the rows by the new description
 * ({@link AnswerDecoder}); where it cannot, it replaces the rows by an error of SQLSTATE
 * {@link ErrorTable#RESULT_SHAPE_CHANGED}. Straight to PostgreSQL none of this is needed, nor done.
 *
 * <p>For the same reason every statement is prepared with the types of its parameters said, and an unnamed one travels in
 * the packet of its Bind. The filter also has types that Vert.x does not decode sent as text
 * ({@link TypeSubstitution}), and notes the state of the transaction and the error that ends the connection.
 *
 * <p>Runs on the connection's event loop; the two noted values may be read by any thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL, Message Formats</a>
 */
final class WireFilter extends ChannelDuplexHandler {

    private static final int HEADER = WireMessages.HEADER;
    private static final Object OTHER = new Object();

    private boolean counting;
    private boolean verify;
    private Consumer<String> onColumnsChanged = sent -> {};
    private final StatementShapes shapes = new StatementShapes();

    /**
     * What answers are due: a shape for an execution to verify, a {@link Preparation}, a {@link Fetch}, or OTHER; one for each
     * Sync. Before the first one of a transaction there is an {@link Opening}.
     */
    private final ArrayDeque<Object> due = new ArrayDeque<>();

    private @Nullable ByteBuf carried;
    private int forwarding;
    private int dropping;
    private boolean shapeChanged;
    private boolean answeredByError;
    private @Nullable ByteBuf unnamedParse;
    private final ResultSize size;

    private volatile byte transactionStatus = 'I';
    private volatile @Nullable ServerError fatalError;

    /** The answer to messages of the filter's own, of which Vert.x hears nothing. */
    private static final Object OWN = new Object();

    /** Some rows of a cursor, of which the reader asks for no more than it can take. */
    private record Fetch(Object unit) {}

    private record Preparation(StatementShape shape, ByteBuf parse) {}

    /** A BEGIN that shares the Sync of the statement behind it. */
    private record Opening(String sql) {}

    private @Nullable Opening opening;

    /** Whether a BEGIN has been sent that is not answered. */
    private boolean beginning;

    /** What was written while {@link #beginning}, in order. */
    private final ArrayDeque<HeldWrite> held = new ArrayDeque<>();

    private record HeldWrite(ByteBuf messages, ChannelPromise promise) {}

    /** @param limit of an answer: what comes beyond it goes no further than this, and an error takes its place */
    WireFilter(ResultLimit limit) {
        this.size = new ResultSize(limit);
    }

    /** Begins to count what is due, so that transactions can be opened. On the event loop, with nothing in flight. */
    void start() {
        counting = true;
    }

    /**
     * As {@link #start}, and begins to verify executions: the connection leads to a pooler.
     *
     * @param columnsChanged told the text, as it was sent, of a statement whose answer came in another shape and was read by
     *     it
     */
    void startVerifying(Consumer<String> columnsChanged) {
        onColumnsChanged = columnsChanged;
        verify = true;
        start();
    }

    /**
     * Sends BEGIN before the next statement, in its packet and with its Sync: should it fail, PostgreSQL skips the statement.
     * What is behind that Sync would be executed outside a transaction, so it waits for the answer to BEGIN, and when that
     * is an error takes the BEGIN along. Vert.x hears nothing of it. On the event loop.
     */
    void open(String beginSql) {
        opening = new Opening(beginSql);
    }

    /** Takes back a BEGIN that has not been sent; false if there is none. On the event loop. */
    boolean forgetOpening() {
        boolean held = opening != null;
        opening = null;
        return held;
    }

    /** {@code I} outside a transaction, {@code T} in one, {@code E} in a failed one; as the server said last. */
    byte transactionStatus() {
        return transactionStatus;
    }

    /** The error that ended the connection, if the server or the pooler gave one. */
    @Nullable
    ServerError fatalError() {
        return fatalError;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise is what it returns
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (!counting || !(msg instanceof ByteBuf out) || !out.isReadable()) {
            ctx.write(msg, promise);
        } else if (beginning) {
            held.add(new HeldWrite(out, promise));
        } else if (verify || opening != null) {
            ctx.write(rewrite(ctx, out), promise);
        } else {
            count(out);
            ctx.write(out, promise);
        }
    }

    private void count(ByteBuf out) {
        Object unit = OTHER;
        for (int at = out.readerIndex(); out.writerIndex() - at >= HEADER; at += 1 + out.getInt(at + 1)) {
            byte type = out.getByte(at);
            if (type == 'E' && isFetch(out, at)) {
                unit = new Fetch(OTHER);
            } else if (type == 'S' || type == 'Q') {
                due.add(unit);
                unit = OTHER;
            }
        }
    }

    /** Whether an Execute is for a number of rows; that stands at its end. */
    private static boolean isFetch(ByteBuf out, int at) {
        return out.getInt(at + 1 + out.getInt(at + 1) - Integer.BYTES) > 0;
    }

    /** Vert.x writes whole messages, so a buffer begins and ends at the border of one. */
    private ByteBuf rewrite(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf out = ctx.alloc().ioBuffer(in.readableBytes() + in.readableBytes() / 4 + 64);
        Object unit = OTHER;
        ByteBuf parse = Unpooled.EMPTY_BUFFER;
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (end - at >= HEADER) {
            int length = 1 + in.getInt(at + 1);
            byte type = in.getByte(at);
            if (opening != null && (type == 'P' || type == 'B')) {
                WireMessages.writeBegin(out, opening.sql);
                due.add(opening);
                opening = null;
                beginning = true;
            }
            switch (type) {
                case 'P' -> {
                    parse = verify ? Unpooled.copiedBuffer(in.slice(at, length)) : parse;
                    if (verify && in.getByte(at + HEADER) == 0) {
                        unnamedParse = parse;
                        boolean bound = at + length < end && in.getByte(at + length) == 'B';
                        if (bound && unit == OTHER && shapes.find(in, at + HEADER) != null) {
                            // sent once more before the Bind below, with its types
                            at += length;
                            continue;
                        }
                    }
                }
                case 'D' -> {
                    if (verify && in.getByte(at + HEADER) == 'S') {
                        unit = new Preparation(shapes.create(in, at + HEADER + 1), parse);
                    }
                }
                case 'B' -> {
                    int name = at + HEADER + in.bytesBefore(at + HEADER, length, (byte) 0) + 1;
                    StatementShape shape = verify && unit == OTHER ? shapes.find(in, name) : null;
                    if (shape != null) {
                        unit = shape;
                        int nameLength = in.bytesBefore(name, at + length - name, (byte) 0);
                        if (nameLength == 0 && unnamedParse != null) {
                            WireMessages.writeTyped(out, unnamedParse, shape);
                        }
                        out.writeBytes(in, at, length);
                        int portalLength = name - (at + HEADER);
                        out.writeByte('D').writeInt(4 + 1 + portalLength).writeByte('P');
                        out.writeBytes(in, at + HEADER, portalLength);
                        at += length;
                        continue;
                    }
                }
                case 'C' -> {
                    if (in.getByte(at + HEADER) == 'S') {
                        shapes.remove(in, at + HEADER + 1);
                    }
                }
                case 'E' -> unit = isFetch(in, at) ? new Fetch(unit) : unit;
                case 'S', 'Q' -> {
                    due.add(unit);
                    unit = OTHER;
                }
                default -> {}
            }
            out.writeBytes(in, at, length);
            at += length;
            if (beginning && type == 'S' && at < end) {
                held.addFirst(new HeldWrite(in.retainedSlice(at, end - at), ctx.newPromise()));
                break;
            }
        }
        in.release();
        return out;
    }

    /** Now that BEGIN is answered. Before Vert.x hears of it: what waited was sent before what Vert.x will send then. */
    private void writeHeld(ChannelHandlerContext ctx) {
        beginning = false;
        if (held.isEmpty()) {
            return;
        }
        while (!beginning && !held.isEmpty()) {
            HeldWrite next = held.remove();
            write(ctx, next.messages, next.promise);
        }
        ctx.flush();
    }

    /**
     * Prepares a statement once more under its name, now with the types its parameters were found to have. Else a server
     * connection that prepares it after a schema change would find others, and read the parameters by them: a bigint sent
     * for a column that has become numeric arrives as zero.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection
    private void retype(ChannelHandlerContext ctx, Preparation preparation) {
        ByteBuf parse = preparation.parse;
        int nameLength = parse.isReadable() ? parse.bytesBefore(HEADER, parse.writerIndex() - HEADER, (byte) 0) : 0;
        if (nameLength == 0 || !preparation.shape.hasParameterTypes()) {
            return;
        }
        ByteBuf out = ctx.alloc().ioBuffer(parse.writerIndex() + 64);
        out.writeByte('C').writeInt(4 + 1 + nameLength + 1).writeByte('S');
        out.writeBytes(parse, HEADER, nameLength + 1);
        WireMessages.writeTyped(out, parse, preparation.shape);
        out.writeByte('S').writeInt(4);
        due.add(OWN);
        ctx.writeAndFlush(out);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof ByteBuf in) {
            ByteBuf filtered = filter(ctx, joinCarried(ctx, in));
            if (filtered.isReadable()) {
                ctx.fireChannelRead(filtered);
            } else {
                filtered.release();
            }
        } else {
            ctx.fireChannelRead(msg);
        }
    }

    /** Goes through the messages and closes the gaps of those it takes out by moving the others to the front. */
    private ByteBuf filter(ChannelHandlerContext ctx, ByteBuf in) {
        int at = in.readerIndex();
        int kept = at;
        int end = in.writerIndex();
        while (at < end) {
            if (forwarding > 0) {
                int part = Math.min(forwarding, end - at);
                kept = keep(in, at, kept, part);
                at += part;
                forwarding -= part;
                continue;
            }
            if (dropping > 0) {
                int part = Math.min(dropping, end - at);
                at += part;
                dropping -= part;
                continue;
            }
            if (end - at < HEADER) {
                break;
            }
            byte type = in.getByte(at);
            int length = 1 + in.getInt(at + 1);
            if (due.peek() instanceof Opening begin && isAnswer(type)) {
                if (end - at < length) {
                    break;
                }
                if (type == 'E') {
                    // the statement's answer now, and the next statement may try again
                    due.poll();
                    opening = opening == null ? begin : opening;
                    writeHeld(ctx);
                    continue;
                }
                if (type == 'C') {
                    due.poll();
                    writeHeld(ctx);
                }
                at += length;
            } else if (due.peek() == OWN && isAnswer(type)) {
                if (end - at < length) {
                    break;
                }
                if (type == 'Z') {
                    transactionStatus = in.getByte(at + HEADER);
                    due.poll();
                } else if (type == 'E') {
                    noteIfFatal(in, at + HEADER, at + length);
                }
                at += length;
            } else if (isInspected(type)) {
                if (end - at < length) {
                    break;
                }
                if (type == 'Z' && (shapeChanged || size.isExceeded()) && !answeredByError) {
                    emit(ctx, in, kept);
                    ctx.fireChannelRead(
                            shapeChanged
                                    ? WireMessages.shapeChangedError(ctx.alloc())
                                    : WireMessages.tooLargeError(ctx.alloc()));
                    kept = at;
                    in.readerIndex(at);
                }
                if (type == 'T' && unitDue() instanceof StatementShape shape) {
                    if (!shape.hasColumns(in, at + HEADER, length - HEADER)) {
                        // Vert.x has to be at this command before its decoder can be replaced
                        emit(ctx, in, kept);
                        kept = at;
                        in.readerIndex(at);
                        columnsChanged(ctx, in, at + HEADER);
                    }
                } else if (inspect(ctx, type, in, at + HEADER, length - HEADER)) {
                    kept = keep(in, at, kept, length);
                }
                at += length;
            } else if (isAnswer(type) && (shapeChanged || isTooLarge(type, length))) {
                // rows of an answer that cannot be read, or are too many; they may be larger than what has arrived
                dropping = length;
            } else {
                forwarding = length;
            }
        }
        if (at < end) {
            carried = in.copy(at, end - at);
        }
        return in.writerIndex(kept);
    }

    private @Nullable Object unitDue() {
        Object next = due.peek();
        return next instanceof Fetch fetch ? fetch.unit : next;
    }

    /** Counts a row; whether the answer has become too large, so that nothing of it goes on. */
    private boolean isTooLarge(byte type, int length) {
        if (type == 'D' && counting && !(due.peek() instanceof Fetch)) {
            size.add(length);
        }
        return size.isExceeded();
    }

    /** Whether a message belongs to the answer that is due; notices, parameters and notifications come at any time. */
    private static boolean isAnswer(byte type) {
        return type != 'N' && type != 'S' && type != 'A';
    }

    private static boolean isInspected(byte type) {
        return type == 'Z' || type == 'T' || type == 't' || type == 'E' || type == 'n';
    }

    /** Looks at a message that is there as a whole; whether it goes on to Vert.x. */
    private boolean inspect(ChannelHandlerContext ctx, byte type, ByteBuf in, int body, int length) {
        Object unit = unitDue();
        switch (type) {
            case 'Z' -> {
                transactionStatus = in.getByte(body);
                if (counting) {
                    due.poll();
                    if (unit instanceof Preparation preparation && !answeredByError) {
                        retype(ctx, preparation);
                    }
                }
                shapeChanged = false;
                size.reset();
                answeredByError = false;
                return true;
            }
            case 'E' -> {
                answeredByError = true;
                noteIfFatal(in, body, body + length);
                return true;
            }
            case 't' -> {
                if (unit instanceof Preparation preparation) {
                    preparation.shape.learnParameters(in, body, length);
                }
                TypeSubstitution.inParameters(in, body);
                return true;
            }
            case 'T' -> {
                if (unit instanceof Preparation preparation) {
                    preparation.shape.learnColumns(in, body, length);
                }
                TypeSubstitution.inColumns(in, body);
                return true;
            }
            default -> {
                if (unit instanceof StatementShape shape) {
                    shapeChanged |= !shape.hasNoColumns();
                    return false;
                }
                return true;
            }
        }
    }

    private void noteIfFatal(ByteBuf in, int body, int end) {
        ServerError fatal = FatalErrors.read(in, body, end);
        if (fatal != null) {
            fatalError = fatal;
        } else {
            FatalErrors.hideFromClosing(in, body, end);
        }
    }

    private void columnsChanged(ChannelHandlerContext ctx, ByteBuf in, int body) {
        String sent = AnswerDecoder.replace(ctx, in, body);
        if (sent == null) {
            shapeChanged = true;
        } else {
            onColumnsChanged.accept(sent);
        }
    }

    private static int keep(ByteBuf in, int at, int kept, int length) {
        if (at != kept) {
            in.setBytes(kept, in, at, length);
        }
        return kept + length;
    }

    private static void emit(ChannelHandlerContext ctx, ByteBuf in, int kept) {
        if (kept > in.readerIndex()) {
            ctx.fireChannelRead(in.copy(in.readerIndex(), kept - in.readerIndex()));
        }
    }

    private ByteBuf joinCarried(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf before = carried;
        if (before == null) {
            return in;
        }
        carried = null;
        ByteBuf joined = ctx.alloc().buffer(before.readableBytes() + in.readableBytes());
        joined.writeBytes(before).writeBytes(in);
        before.release();
        in.release();
        return joined;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (carried != null) {
            carried.release();
            carried = null;
        }
        for (HeldWrite unsent = held.poll(); unsent != null; unsent = held.poll()) {
            unsent.messages.release();
            unsent.promise.tryFailure(new ClosedChannelException());
        }
    }
}
