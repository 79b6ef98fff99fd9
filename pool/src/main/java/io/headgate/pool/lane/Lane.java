package io.headgate.pool.lane;

import io.headgate.core.error.ClosedException;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.connection.PooledConnection;
import io.headgate.pool.statement.StatementProfile;
import io.headgate.pool.statement.StatementTimes;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * A connection on which statements of many callers are under way at once, each with its own Sync.
 *
 * <p>One number holds the places taken and the bits for <em>leaving</em>, <em>yielding</em> and <em>slow</em>. Every change is
 * one compare-and-set or addition. So a lane takes no more than its depth, takes none while it yields or after it began to
 * leave, and detects when the last statement has left. Everything else belongs to the connection's loop.
 *
 * <p>A pooler takes a server connection back only when nothing is under way on it. On a busy lane that would never happen, and
 * other clients of the pooler might wait for ever. So after a turn the lane yields: it takes no statement until the last one
 * has left.
 *
 * <p>The cost of a statement is the time for which it delays the others: from the previous answer, or from its own sending if
 * nothing was under way, until its answer.
 *
 * <p>{@link HeadWatch} moves statements away from a head that waits for a lock, and cancels statements that are no longer
 * needed.
 */
final class Lane {

    private static final Logger logger = LoggerFactory.getLogger(Lane.class);

    private static final int LEAVING = 1 << 30;
    private static final int YIELDING = 1 << 29;

    /** A slow statement has a place: the lane takes no other until that place is free. */
    private static final int SLOW = 1 << 28;

    private final PooledConnection connection;
    private final boolean pooled;
    private final Executor loop;
    private volatile int depth;
    private final Runnable whenEmpty;
    private final StatementTimes times;
    private final LongSupplier clock;
    private final AtomicInteger taken = new AtomicInteger();
    private volatile long lastUsed;
    private volatile long lastTried;

    // belongs to the connection's loop
    private final ArrayDeque<LaneCall> sent = new ArrayDeque<>();
    private final HeadWatch head;
    private long lastAnswer;
    private long busySince;

    /**
     * @param depth most statements under way
     * @param clock gives nanoseconds since some moment
     * @param lanesAreShort whether so many lanes are stuck that their heads must leave them
     * @param whenStuck runs on the loop when the lane takes no more statements for now
     * @param whenEmpty runs once, when the lane is leaving and no place is taken
     */
    Lane(
            PooledConnection connection,
            PoolOptions options,
            int depth,
            StatementTimes times,
            Scheduler timers,
            LongSupplier clock,
            BooleanSupplier lanesAreShort,
            Runnable whenStuck,
            Runnable whenEmpty) {
        this.connection = connection;
        this.pooled = connection.driver().server().pooled();
        this.loop = connection.driver().loop();
        this.depth = depth;
        this.clock = clock;
        this.whenEmpty = whenEmpty;
        this.times = times;
        this.head = new HeadWatch(
                connection.driver(), this::onLoop, options, times, sent, timers, clock, lanesAreShort, whenStuck);
        this.lastUsed = now();
        this.lastTried = lastUsed;
        this.lastAnswer = lastUsed;
    }

    private long now() {
        return clock.getAsLong();
    }

    PooledConnection connection() {
        return connection;
    }

    boolean isOnLoop() {
        return connection.driver().isOnLoop();
    }

    /** When it last sent a caller's statement, by the pool's clock. */
    long lastUsed() {
        return lastUsed;
    }

    /** When it was last used or validated. */
    long lastUsedOrValidated() {
        return lastTried - lastUsed > 0 ? lastTried : lastUsed;
    }

    /** Records that the lane was validated now. */
    void validated() {
        lastTried = now();
    }

    /** Places taken; greater than any depth while the lane leaves, yields or holds a slow statement. */
    int taken() {
        return taken.get();
    }

    /** Statements under way. */
    int inFlight() {
        return taken.get() & ~(LEAVING | YIELDING | SLOW);
    }

    /** Most statements under way. */
    int depth() {
        return depth;
    }

    /** Changes the depth; statements under way continue. */
    void depth(int statements) {
        depth = statements;
    }

    /** Whether its head is stuck or a slow statement is on it: it takes no more statements until that is answered. */
    boolean isStuck() {
        return (taken.get() & SLOW) != 0 || head.isStuck();
    }

    /** Whether its head is stuck. */
    boolean isHeadStuck() {
        return head.isStuck();
    }

    /** Whether its head is already slow and may be stuck. */
    boolean isHeldUp(long now) {
        return now - head.headSince() > times.slowFrom() && inFlight() > 0;
    }

    /** Takes a place, if there is one; {@link #send} must follow. */
    boolean take() {
        return take(0, depth);
    }

    /** Takes a place for a slow statement, one beyond the depth. The lane takes no other statement until {@link #freeSlow}. */
    boolean takeSlow() {
        return take(SLOW, depth + 1);
    }

    private boolean take(int mark, int most) {
        int now;
        do {
            now = taken.get();
            if (now >= most) {
                return false;
            }
        } while (!taken.compareAndSet(now, now + 1 | mark));
        return true;
    }

    /** Takes no more statements; idempotent. */
    void leave() {
        int before;
        do {
            before = taken.get();
            if ((before & LEAVING) != 0) {
                return;
            }
        } while (!taken.compareAndSet(before, before | LEAVING));
        if ((before & ~YIELDING) == 0) {
            whenEmpty.run();
        }
    }

    /** Frees a place. */
    void free() {
        left(taken.decrementAndGet());
    }

    /** Frees the place of a slow statement. */
    void freeSlow() {
        left(taken.updateAndGet(now -> (now & ~SLOW) - 1));
    }

    private void left(int left) {
        if (left == YIELDING) {
            // fails only when the lane begins to leave at this moment; leave() then handles it
            taken.compareAndSet(YIELDING, 0);
        } else if ((left & ~YIELDING) == LEAVING) {
            whenEmpty.run();
        }
    }

    /** Takes no more statements until all places, including the caller's, are free. */
    void yieldTurn() {
        int before;
        do {
            before = taken.get();
            if (before >= YIELDING) {
                return;
            }
        } while (!taken.compareAndSet(before, before | YIELDING));
    }

    /** Sends a statement that has a place: at once if called on the loop. */
    void send(LaneCall call) {
        if (isOnLoop()) {
            call.run();
        } else {
            sendLater(call);
        }
    }

    /** As {@link #send}, but after the loop's current task. */
    void sendLater(LaneCall call) {
        try {
            loop.execute(call);
        } catch (RejectedExecutionException ended) {
            call.neverSent(new ClosedException("the driver"));
        }
    }

    /** On the loop: hands the statement to the driver. */
    void transmit(LaneCall call) {
        long now = now();
        lastUsed = now;
        if (sent.isEmpty()) {
            busySince = now;
            head.headChanged(now);
        } else if (pooled && now - busySince > PooledConnection.MAX_BUSY) {
            yieldTurn();
        }
        call.sentAt(now);
        sent.add(call);
        try {
            connection.driver().execute(call.statement(), call).subscribe(call);
        } catch (Throwable thrown) {
            // includes linkage errors: Reactor throws them instead of signalling them
            if (sent.contains(call)) {
                call.onError(thrown);
            }
        }
        head.sent();
    }

    /** On the loop: the driver sends a statement again, behind the statements that were sent after it. */
    void sentAgain(LaneCall call) {
        boolean first = sent.peekFirst() == call;
        if (sent.remove(call)) {
            sent.addLast(call);
            if (first && sent.peekFirst() != call) {
                head.headChanged(now());
            }
        }
    }

    /**
     * On the loop: notes that a statement was answered. Its place is still taken.
     *
     * @param profile records the cost; null when the server did not end the statement
     */
    void answered(LaneCall call, @Nullable StatementProfile profile) {
        long now = now();
        boolean alone = call.sentAt() - lastAnswer >= 0;
        long cost = now - (alone ? call.sentAt() : lastAnswer);
        lastAnswer = now;
        if (sent.peekFirst() == call) {
            sent.pollFirst();
            head.headChanged(now);
        } else {
            // the driver repeated an earlier statement
            sent.remove(call);
        }
        if (profile != null) {
            profile.answeredOnLane();
            times.onLane(cost);
            times.observe(profile, alone ? times.atServer(cost) : cost, now);
        }
    }

    /** On the loop: whether a statement that failed as cancelled may have been hit by a cancel request for another statement. */
    boolean mayHaveBeenHit() {
        return head.mayHaveBeenHit();
    }

    /** Runs a task on the loop. Does nothing if the loop has ended: its statements have ended too. */
    void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException ended) {
            logger.debug("the loop of a lane has ended", ended);
        }
    }

    /** Ends the calls under way for their callers, without waiting for the network. */
    void cutOff(String what) {
        onLoop(() -> {
            for (LaneCall call : sent.toArray(LaneCall[]::new)) {
                call.cutOff(what);
            }
        });
    }

    /** Runs a task that ends a call: on the loop, or on this thread when the loop has ended and runs nothing else. */
    void onLoopOrHere(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException ended) {
            task.run();
        }
    }

    /** On the loop: a statement under way was answered elsewhere. */
    void answeredElsewhere(LaneCall call) {
        head.answeredElsewhere(call);
    }

    /** On the loop: a statement under way is no longer needed. */
    void heldNeedlessly() {
        head.watchForNeedless();
    }
}
