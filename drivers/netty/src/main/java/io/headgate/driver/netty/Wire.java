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
 * A connection: sends units, and passes each its answer.
 *
 * <p>All state belongs to the event loop. Tasks from any thread go through one mailbox and run in its order; tasks from the loop itself do
 * not overtake others. The mailbox is emptied once in each turn of the loop, and after each read. The messages of a turn go out in one
 * write, so reads that wait together can share a Sync.
 */
final class Wire extends ChannelInboundHandlerAdapter implements Frames.Receiver {

    private static final Logger logger = LoggerFactory.getLogger(Wire.class);

    /** Most bytes of a turn, 1 MiB, so that other work on the loop can run. Turns of small statements are far below it. */
    private static final int MAX_BYTES = 1 << 20;

    /** Result of {@link #silentSince} while no answer is due. */
    static final long NOTHING_DUE = Long.MIN_VALUE;

    private final Channel channel;
    private final Frames frames;
    private final Queue<WireTask> mailbox =
            Queues.<WireTask>unboundedMultiproducer().get();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable drain = this::drain;
    private final ArrayDeque<SyncUnit> unanswered = new ArrayDeque<>();
    private final ServerParameters parameters = new ServerParameters();
    private final NoticeLog notices;
    private final Runnable whenClosed;

    /** Tasks without an unanswered unit that must be notified when the connection ends. */
    private final Set<WireTask> endWatchers = new LinkedHashSet<>();

    /** The task that runs before the mailbox. */
    private @Nullable WireTask next;

    private boolean paused;
    private boolean reading;

    /** Reading is paused for lack of demand. */
    private boolean readingPaused;

    /** Nothing more is sent: the socket is closed or closing. */
    private boolean closing;

    private boolean ended;
    private @Nullable ServerError fatal;
    private @Nullable String why;
    private int lastSize = 256;

    /** The time of the last read, or when the oldest unanswered unit was sent, if that is later. */
    private long lastRead = System.nanoTime();

    /** The time when the last unit was answered. */
    private long lastAnswered = lastRead;

    private volatile byte status = 'I';
    private volatile boolean open = true;

    /**
     * @param notices logs all notices
     * @param whenClosed runs once, on the loop, after all units and tasks were notified
     */
    Wire(Channel channel, NoticeLog notices, Runnable whenClosed) {
        this.channel = channel;
        this.frames = new Frames(channel.alloc());
        this.notices = notices;
        this.whenClosed = whenClosed;
    }

    /** Adds a task. Safe for use by many threads. Tasks run in the order in which they were added. */
    void enqueue(WireTask task) {
        mailbox.add(task);
        if (reading && channel.eventLoop().inEventLoop()) {
            return;
        }
        if (scheduled.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(drain);
            } catch (RejectedExecutionException driverClosed) {
                scheduled.set(false);
                refuseAll();
            }
        }
    }

    /** Refuses all tasks, because the loop has ended. */
    private void refuseAll() {
        List<WireTask> left = new ArrayList<>();
        synchronized (this) {
            WireTask task;
            while ((task = mailbox.poll()) != null) {
                left.add(task);
            }
        }
        left.forEach(each -> CallerSignals.signal(() -> each.refuse(fatal, "its event loop has ended")));
    }

    private void drain() {
        scheduled.set(false);
        if (ended) {
            refuseWaiting();
            return;
        }
        // tasks that wait during the close are refused after it
        if (reading || closing || paused || (next == null && mailbox.isEmpty()) || !channel.isWritable()) {
            return;
        }
        ByteBuf out;
        try {
            out = buffer(lastSize);
        } catch (Throwable noMemory) {
            fail("no buffer for a message: " + noMemory, noMemory);
            return;
        }
        int unansweredBefore = unanswered.size();
        SendBuffer now = new SendBuffer(this, out);
        try {
            WireTask task;
            while (!paused && out.readableBytes() < MAX_BYTES && (task = nextTask()) != null) {
                now.run(task);
            }
            now.end();
        } catch (Throwable unexpected) {
            out.release();
            closeReason("a message could not be encoded: " + unexpected);
            stop();
            // before the close, which counts what is unanswered as sent
            while (unanswered.size() > unansweredBefore) {
                notifyLost(unanswered.pollLast(), false);
            }
            WireTask interrupted = now.running();
            if (interrupted != null) {
                refuse(interrupted);
            }
            fail(why(), unexpected);
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

    private @Nullable WireTask nextTask() {
        WireTask first = next;
        if (first != null) {
            next = null;
            return first;
        }
        return mailbox.poll();
    }

    /** Pauses sending until {@link #resume}. */
    void pause() {
        paused = true;
    }

    /** Resumes sending. The given task runs before the mailbox. */
    void resume(@Nullable WireTask first) {
        next = first;
        paused = false;
        turnSoon();
    }

    private void turnSoon() {
        if (!reading && scheduled.compareAndSet(false, true)) {
            channel.eventLoop().execute(drain);
        }
    }

    /** Registers a unit whose answer is due. */
    void expect(SyncUnit unit) {
        if (unanswered.isEmpty()) {
            lastRead = System.nanoTime();
        }
        unanswered.add(unit);
    }

    /** Since when nothing has arrived while an answer is due, as {@link System#nanoTime}; otherwise {@link #NOTHING_DUE}. */
    long silentSince() {
        return unanswered.isEmpty() || readingPaused ? NOTHING_DUE : lastRead;
    }

    /** Writes outside the turns of the loop: messages of a unit that is being answered. */
    void write(ByteBuf out) {
        var unused = channel.writeAndFlush(out, channel.voidPromise());
    }

    /** Writes, and runs the callback on the loop after the socket has accepted the bytes. The callback does not run if the write fails. */
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

    /** The transaction status of the last ReadyForQuery: I (idle), T (in a transaction) or E (in a failed one). */
    byte status() {
        return status;
    }

    boolean isOpen() {
        return open;
    }

    /** The parameters that the server has reported. */
    ServerParameters parameters() {
        return parameters;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object piece) {
        if (!(piece instanceof ByteBuf bytes)) {
            return;
        }
        reading = true;
        lastRead = System.nanoTime();
        try {
            frames.feed(bytes, this);
        } catch (DecoderException | IndexOutOfBoundsException foreign) {
            fail("protocol violation: " + foreign.getMessage(), foreign);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        drain();
    }

    @Override
    public void message(byte type, ByteBuf in, int index, int length) {
        switch (type) {
            case Backend.READY -> {
                if (length != 1) {
                    throw new DecoderException("a ReadyForQuery of " + length + " bytes");
                }
                status = in.getByte(index);
                SyncUnit answered = current();
                if (!answered.isAnswered()) {
                    throw new DecoderException("a ReadyForQuery before the answer");
                }
                unanswered.poll();
                done(answered);
                lastAnswered = lastRead;
            }
            case Backend.PARAMETER_STATUS -> {
                String name = Backend.text(in, index, index + length);
                // PostgreSQL's names are ASCII
                parameters.put(name, Backend.text(in, index + name.length() + 1, index + length));
            }
            case Backend.NOTIFICATION -> {
                Notification notification = Backend.notification(in, index, length);
                for (WireTask each : List.copyOf(endWatchers)) {
                    if (each instanceof Notifications reader) {
                        CallerSignals.signal(() -> reader.deliver(notification));
                    }
                }
            }
            case Backend.NOTICE -> {
                ServerError notice = Backend.error(in, index, length);
                notices.write(notice.severity(), notice.sqlState(), notice.message());
                SyncUnit unit = unanswered.peek();
                if (unit != null) {
                    unit.addNotice(notice);
                }
            }
            case Backend.ERROR -> {
                ServerError error = Backend.error(in, index, length);
                if (error.isFatal() || unanswered.isEmpty()) {
                    fatal = error;
                    stop();
                    // nothing follows; a proxy may keep the socket open
                    var unused = channel.close();
                } else {
                    current().receive(type, in, index, length);
                }
            }
            default -> current().receive(type, in, index, length);
        }
    }

    @Override
    public boolean skips(byte type, int length) {
        SyncUnit unit = unanswered.peek();
        return type == Backend.DATA_ROW && unit != null && unit.dropsRow(length);
    }

    private SyncUnit current() {
        SyncUnit unit = unanswered.peek();
        if (unit == null) {
            throw new DecoderException("a message without a request");
        }
        return unit;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(String.valueOf(cause.getMessage()), cause);
    }

    private void fail(String reason, Throwable cause) {
        logger.debug("connection {}: {}", channel.remoteAddress(), reason, cause);
        closeReason(reason);
        abort();
    }

    /** Stops sending and reading. */
    private void stop() {
        closing = true;
        open = false;
        frames.close();
    }

    /** Sends Terminate, then closes. Runs on the loop. */
    void terminate() {
        closing = true;
        ByteBuf out = buffer(8);
        Frontend.terminate(out);
        channel.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    }

    /** Closes the socket at once. Unsent bytes are dropped, and the operating system keeps nothing of the socket (SO_LINGER 0). */
    void abort() {
        stop();
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (RuntimeException resetAlready) {
            logger.trace("the socket was already reset", resetAlready);
        }
        // bypasses TLS, which would send its closing alert first
        ChannelHandlerContext first = channel.pipeline().firstContext();
        var unused = first == null ? channel.close() : first.close();
    }

    /** Pauses reading until {@link #resumeReading}. Data waits in the socket; this does not count as silence. */
    void pauseReading() {
        readingPaused = true;
        channel.config().setAutoRead(false);
    }

    void resumeReading() {
        if (readingPaused) {
            readingPaused = false;
            lastRead = System.nanoTime();
            channel.config().setAutoRead(true);
        }
    }

    /** The login has succeeded: messages may be long from now on. */
    void loggedIn() {
        frames.allowLongMessages();
    }

    /** Sets the reason of the close for the errors of unanswered work. Only the first reason is kept; later ones follow from it. */
    void closeReason(String reason) {
        if (why == null) {
            why = reason;
        }
    }

    private String why() {
        String reason = why;
        return reason == null ? "closed by the other side" : reason;
    }

    /** Registers a task to be refused when the connection ends. {@link Notifications} also get what arrives from now on. */
    void watch(WireTask task) {
        endWatchers.add(task);
    }

    void unwatch(WireTask task) {
        endWatchers.remove(task);
    }

    /** Nanoseconds from the given time, or from the end of the previous unit if that is later, to the last read. */
    long timeSince(long nanos) {
        return lastRead - Math.max(nanos, lastAnswered);
    }

    /** The loop has ended without closing the channel. Nothing else runs on it any more. */
    void loopEnded() {
        if (!ended) {
            closeReason("its event loop has ended");
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
        // PostgreSQL answers in order: it had not begun the units behind the one that its last error ended
        boolean last = fatal != null && !fatal.isFromPooler();
        SyncUnit unit = unanswered.poll();
        for (boolean sent = true; unit != null; unit = unanswered.poll()) {
            notifyLost(unit, sent);
            sent = !last;
        }
        List.copyOf(endWatchers).forEach(this::refuse);
        refuseWaiting();
        whenClosed.run();
    }

    private void refuseWaiting() {
        WireTask task;
        while ((task = nextTask()) != null) {
            refuse(task);
        }
    }

    private void refuse(WireTask task) {
        CallerSignals.signal(() -> task.refuse(fatal, why()));
    }

    private void notifyLost(SyncUnit lost, boolean sent) {
        CallerSignals.signal(() -> lost.lost(fatal, why(), sent));
    }

    /** What escapes is an exception of the driver, such as no memory, or of a server that broke the protocol: callers' code is caught. */
    private void done(SyncUnit answered) {
        try {
            answered.done();
        } catch (Throwable thrown) {
            breakOff(thrown);
            notifyLost(answered, true);
        }
    }

    /** Closes the connection after an exception of the driver: what it was about to do is not done. All work gets its end. */
    void breakOff(Throwable thrown) {
        boolean foreign = thrown instanceof DecoderException;
        fail(foreign ? "protocol violation: " + thrown.getMessage() : "the driver failed: " + thrown, thrown);
    }

    /** Whether the calling thread is the event loop. */
    boolean isOnLoop() {
        return channel.eventLoop().inEventLoop();
    }

    @Override
    public String toString() {
        return "Wire[" + (char) status + ", unanswered " + unanswered.size() + (paused ? ", paused" : "")
                + (ended ? ", ended: " + why() : "") + "]";
    }
}
