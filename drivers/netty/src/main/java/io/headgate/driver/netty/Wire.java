package io.headgate.driver.netty;

import io.headgate.core.Notification;
import io.headgate.core.driver.support.NoticeLog;
import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Frames;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.DecoderException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.concurrent.Queues;

/**
 * A connection that is logged in: sends units and hands each its answer.
 *
 * <p>All state belongs to the event loop. Whatever is asked of it goes through one mailbox, from whichever thread, and leaves in
 * that order: no task overtakes another because it was asked for on the loop itself. The mailbox is emptied once a turn of the
 * loop, and after what was read, and what it holds then leaves in one write. So reads that wait together can share a Sync.
 */
final class Wire extends ChannelInboundHandlerAdapter implements Frames.Receiver {

    private static final Logger logger = LoggerFactory.getLogger(Wire.class);

    /** What is asked of the connection. */
    interface Task {

        /** Does it on the loop, in its turn. Runs callers' code only where it fails. */
        void run(Turn turn);

        /** The connection had ended before its turn. */
        void refuse(@Nullable ServerError fatal, String why);
    }

    /** A turn ends at so much, so that others on the loop have theirs; far above what turns of small statements come to. */
    private static final int MOST_BYTES = 1 << 20;

    /** No answer is due. */
    static final long NOTHING_DUE = Long.MIN_VALUE;

    private final Channel channel;
    private final Frames frames;
    private final Queue<Task> mailbox = Queues.<Task>unboundedMultiproducer().get();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable turn = this::turn;
    private final ArrayDeque<Unit> unanswered = new ArrayDeque<>();
    private final ServerParameters parameters = new ServerParameters();
    private final NoticeLog notices;
    private final Runnable whenClosed;

    /** What has to be told when the connection ends, though nothing of it is unanswered. */
    private final Set<Task> idle = new LinkedHashSet<>();

    private final Set<Notifications> listening = new LinkedHashSet<>();

    /** Goes before the mailbox. */
    private @Nullable Task next;

    private boolean paused;
    private boolean reading;

    /** What is received has to wait for its reader. */
    private boolean held;

    /** Nothing is sent any more: the socket is closed, or is about to be. */
    private boolean closing;

    private boolean ended;
    private @Nullable ServerError fatal;
    private @Nullable String why;
    private int lastSize = 256;

    /** When something was heard last, or the oldest unanswered unit was sent, whichever is later. */
    private long heard = System.nanoTime();

    /** When the last unit was answered. */
    private long answered = heard;

    private volatile byte status = 'I';
    private volatile boolean open = true;

    /**
     * @param notices takes what the server says that belongs to no unit
     * @param whenClosed runs once, on the loop, after every unit has been told
     */
    Wire(Channel channel, NoticeLog notices, Runnable whenClosed) {
        this.channel = channel;
        this.frames = new Frames(channel.alloc());
        this.notices = notices;
        this.whenClosed = whenClosed;
    }

    /** Asks for a task; safe for use by many threads. Tasks run in the order in which they were asked for. */
    void ask(Task task) {
        mailbox.add(task);
        if (reading && channel.eventLoop().inEventLoop()) {
            return;
        }
        if (scheduled.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(turn);
            } catch (RejectedExecutionException driverClosed) {
                scheduled.set(false);
                refuseAll();
            }
        }
    }

    /** The loop has ended with the driver, and its connections with it. */
    private void refuseAll() {
        List<Task> left = new ArrayList<>();
        synchronized (this) {
            Task task;
            while ((task = mailbox.poll()) != null) {
                left.add(task);
            }
        }
        left.forEach(each -> CallersCode.guarded(() -> each.refuse(fatal, "its event loop has ended")));
    }

    private void turn() {
        scheduled.set(false);
        if (ended) {
            refuseWaiting();
            return;
        }
        // what waits while it closes is refused when it has
        if (reading || closing || paused || (next == null && mailbox.isEmpty()) || !channel.isWritable()) {
            return;
        }
        ByteBuf out = channel.alloc().directBuffer(lastSize);
        int unansweredBefore = unanswered.size();
        Turn now = new Turn(this, out);
        try {
            Task task;
            while (!paused && out.readableBytes() < MOST_BYTES && (task = nextTask()) != null) {
                task.run(now);
            }
            now.end();
        } catch (Throwable unexpected) {
            out.release();
            fail("a message could not be made: " + unexpected, unexpected);
            while (unanswered.size() > unansweredBefore) {
                tell(unanswered.pollLast(), false);
            }
            return;
        }
        if (out.isReadable()) {
            lastSize = Math.max(256, Math.min(out.readableBytes(), 1 << 16));
            var unused = channel.writeAndFlush(out, channel.voidPromise());
        } else {
            out.release();
        }
        if (!paused && !mailbox.isEmpty()) {
            turnSoon();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        turnSoon();
    }

    private @Nullable Task nextTask() {
        Task first = next;
        if (first != null) {
            next = null;
            return first;
        }
        return mailbox.poll();
    }

    /** Sends nothing further until {@link #resume}. */
    void pause() {
        paused = true;
    }

    /** Goes on, with a task that goes before all that wait. */
    void resume(@Nullable Task first) {
        next = first;
        paused = false;
        turnSoon();
    }

    private void turnSoon() {
        if (!reading && scheduled.compareAndSet(false, true)) {
            channel.eventLoop().execute(turn);
        }
    }

    /** A unit has been written, and its answer is to come. */
    void expect(Unit unit) {
        if (unanswered.isEmpty()) {
            heard = System.nanoTime();
        }
        unanswered.add(unit);
    }

    /** Since when nothing has been heard while an answer is due, as {@link System#nanoTime}, or {@link #NOTHING_DUE}. */
    long silentSince() {
        return unanswered.isEmpty() || held ? NOTHING_DUE : heard;
    }

    /** Writes beside the turns of the loop, for what a unit sends while it is being answered. */
    void write(ByteBuf out) {
        var unused = channel.writeAndFlush(out, channel.voidPromise());
    }

    /** Writes, and tells on the loop when it has gone to the socket; if it does not get there, nobody is told. */
    void write(ByteBuf out, Runnable whenGone) {
        channel.writeAndFlush(out).addListener(gone -> {
            if (gone.isSuccess()) {
                whenGone.run();
            }
        });
    }

    ByteBuf buffer(int size) {
        return channel.alloc().directBuffer(size);
    }

    Channel channel() {
        return channel;
    }

    /** The transaction's status at the last ReadyForQuery: I, T or E. */
    byte status() {
        return status;
    }

    boolean isOpen() {
        return open;
    }

    /** What the server has reported. */
    ServerParameters parameters() {
        return parameters;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object piece) {
        if (!(piece instanceof ByteBuf bytes)) {
            return;
        }
        reading = true;
        heard = System.nanoTime();
        try {
            frames.feed(bytes, this);
        } catch (DecoderException | IndexOutOfBoundsException foreign) {
            fail("it sent what is not the protocol: " + foreign.getMessage(), foreign);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        turn();
    }

    @Override
    public void message(byte type, ByteBuf in, int index, int length) {
        switch (type) {
            case Backend.READY -> {
                if (length != 1) {
                    throw new DecoderException("a ReadyForQuery of " + length + " bytes");
                }
                status = in.getByte(index);
                Unit answered = current();
                if (!answered.isAnswered()) {
                    throw new DecoderException("a ReadyForQuery before the answer");
                }
                unanswered.poll();
                done(answered);
                this.answered = heard;
            }
            case Backend.PARAMETER_STATUS -> {
                String name = Backend.text(in, index, index + length);
                // PostgreSQL's names are ASCII
                parameters.put(name, Backend.text(in, index + name.length() + 1, index + length));
            }
            case Backend.NOTIFICATION -> {
                Notification heardOf = Backend.notification(in, index, length);
                List.copyOf(listening).forEach(each -> CallersCode.guarded(() -> each.heard(heardOf)));
            }
            case Backend.NOTICE -> {
                ServerError notice = Backend.error(in, index, length);
                notices.write(notice.severity(), notice.sqlState(), notice.message());
                Unit unit = unanswered.peek();
                if (unit != null) {
                    unit.noted(notice);
                }
            }
            case Backend.ERROR -> {
                ServerError error = Backend.error(in, index, length);
                if (error.isFatal() || unanswered.isEmpty()) {
                    fatal = error;
                    shut();
                    // nothing follows, and a proxy between may keep the socket open
                    var unused = channel.close();
                } else {
                    current().receive(type, in, index, length);
                }
            }
            default -> current().receive(type, in, index, length);
        }
    }

    @Override
    public boolean passesOver(byte type, int length) {
        Unit unit = unanswered.peek();
        return type == Backend.DATA_ROW && unit != null && unit.refusesRow(length);
    }

    private Unit current() {
        Unit unit = unanswered.peek();
        if (unit == null) {
            throw new DecoderException("a message that belongs to nothing");
        }
        return unit;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(String.valueOf(cause.getMessage()), cause);
    }

    private void fail(String reason, Throwable cause) {
        logger.debug("connection {}: {}", channel.remoteAddress(), reason, cause);
        because(reason);
        abort();
    }

    /** Sends and reads nothing more. */
    private void shut() {
        closing = true;
        open = false;
        frames.close();
    }

    /** Says goodbye and closes. On the loop. */
    void terminate() {
        closing = true;
        ByteBuf out = buffer(8);
        Frontend.terminate(out);
        channel.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    }

    /** Closes the socket at once, with nothing left of it in the operating system. */
    void abort() {
        shut();
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (RuntimeException resetAlready) {
            logger.trace("a socket that takes no options", resetAlready);
        }
        // past TLS, which would have its goodbye sent first
        ChannelHandlerContext first = channel.pipeline().firstContext();
        var unused = first == null ? channel.close() : first.close();
    }

    /** Reads nothing more until {@link #goOnReading}: what comes waits in the socket, and that is no silence. */
    void holdReading() {
        held = true;
        channel.config().setAutoRead(false);
    }

    void goOnReading() {
        if (held) {
            held = false;
            heard = System.nanoTime();
            channel.config().setAutoRead(true);
        }
    }

    /** The login is over. */
    void trust() {
        frames.trust();
    }

    /** Why it is closed, for the errors of what it had on it. The first reason holds: others follow from it. */
    void because(String reason) {
        if (why == null) {
            why = reason;
        }
    }

    private String why() {
        String reason = why;
        return reason == null ? "closed by the other side" : reason;
    }

    /** Has it told of notifications, and of the end of the connection. */
    void listen(Notifications reader) {
        listening.add(reader);
        watch(reader);
    }

    void unlisten(Notifications reader) {
        listening.remove(reader);
        unwatch(reader);
    }

    /** Has a task told when the connection ends, as if it waited for its turn. */
    void watch(Task task) {
        idle.add(task);
    }

    void unwatch(Task task) {
        idle.remove(task);
    }

    /** How long ago something happened, or the unit before the current one was answered, whichever is later. */
    long timeSince(long nanos) {
        return heard - Math.max(nanos, answered);
    }

    /** The loop has ended and has not closed the channel; nothing else runs on it any more. */
    void loopEnded() {
        if (!ended) {
            because("its event loop has ended");
            inactive();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        inactive();
    }

    private void inactive() {
        open = false;
        ended = true;
        reading = false;
        frames.close();
        // PostgreSQL answers in order: it had not begun with what is behind the one that its last error ended
        boolean last = fatal != null && !fatal.isFromPooler();
        Unit unit = unanswered.poll();
        for (boolean sent = true; unit != null; unit = unanswered.poll()) {
            tell(unit, sent);
            sent = !last;
        }
        List.copyOf(idle).forEach(this::refuse);
        refuseWaiting();
        whenClosed.run();
    }

    private void refuseWaiting() {
        Task task;
        while ((task = nextTask()) != null) {
            refuse(task);
        }
    }

    private void refuse(Task task) {
        CallersCode.guarded(() -> task.refuse(fatal, why()));
    }

    private void tell(Unit lost, boolean sent) {
        CallersCode.guarded(() -> lost.lost(fatal, why(), sent));
    }

    private void done(Unit answered) {
        CallersCode.guarded(answered::done);
    }

    /** Whether the calling thread is the loop. */
    boolean isOnLoop() {
        return channel.eventLoop().inEventLoop();
    }

    @Override
    public String toString() {
        return "Wire[" + (char) status + ", unanswered " + unanswered.size() + (paused ? ", paused" : "")
                + (ended ? ", ended: " + why() : "") + "]";
    }
}
