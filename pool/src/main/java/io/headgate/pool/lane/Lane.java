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
 * <p>The places taken are one number, together with bits for <em>leaving</em> and <em>yielding</em>; every change is one
 * compare-and-set or addition, so that a lane takes no more than its depth, takes none while it yields or once it leaves, and
 * knows when the last has left. Everything else belongs to the connection's loop.
 *
 * <p>A pooler takes a server connection back when nothing is under way on it, which on a busy lane would never be, and
 * others might wait for ever. So after a turn the lane yields: it takes nothing more until the last has left.
 *
 * <p>What a statement costs the lane is the time for which it kept the others waiting: from the answer before it, or from
 * its own sending if nothing was under way, until its answer.
 *
 * <p>{@link HeadWatch} sees that nobody waits for a lock because another's statement does, and that what nobody needs is
 * cancelled.
 */
final class Lane {

    private static final Logger logger = LoggerFactory.getLogger(Lane.class);

    private static final int LEAVING = 1 << 30;
    private static final int YIELDING = 1 << 29;

    /** A slow one has a place here: it takes nothing more until that is given up. */
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
     * @param lanesAreShort whether so many lanes are stuck that heads have to leave them
     * @param whenStuck runs on the loop when it takes nothing more for now
     * @param whenEmpty runs once, when the lane is leaving and nothing is under way
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

    /** When it last sent a caller's statement, by its clock. */
    long lastUsed() {
        return lastUsed;
    }

    /** When it last sent anything. */
    long lastHeard() {
        return lastTried - lastUsed > 0 ? lastTried : lastUsed;
    }

    /** Has just been validated. */
    void validated() {
        lastTried = now();
    }

    /** Places taken; more than any depth when it leaves or yields. */
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

    /** Takes another bound; what is under way goes on. */
    void depth(int statements) {
        depth = statements;
    }

    /** Whether its head is stuck, or a slow one is on it: it takes nothing more until that is answered. */
    boolean isStuck() {
        return (taken.get() & SLOW) != 0 || head.isStuck();
    }

    /** Whether its head is stuck. */
    boolean isHeadStuck() {
        return head.isStuck();
    }

    /** Whether its head is slow by now, and may turn out to be stuck. */
    boolean isHeldUp(long now) {
        return now - head.headSince() > times.slowFrom() && inFlight() > 0;
    }

    /** Takes a place, if there is one; {@link #send} must follow. */
    boolean take() {
        return take(0, depth);
    }

    /** Takes a place for a slow one, one more than others have: nothing else gets one until {@link #freeSlow}. */
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

    /** Gives a place up. */
    void free() {
        left(taken.decrementAndGet());
    }

    /** Gives the place of a slow one up. */
    void freeSlow() {
        left(taken.updateAndGet(now -> (now & ~SLOW) - 1));
    }

    private void left(int left) {
        if (left == YIELDING) {
            // fails only when the lane leaves at this moment, which sees to itself
            taken.compareAndSet(YIELDING, 0);
        } else if ((left & ~YIELDING) == LEAVING) {
            whenEmpty.run();
        }
    }

    /** Takes no more until the place that the caller holds, and all others, are given up. */
    void yieldTurn() {
        int before;
        do {
            before = taken.get();
            if (before >= YIELDING) {
                return;
            }
        } while (!taken.compareAndSet(before, before | YIELDING));
    }

    /** Sends a statement for which a place was taken: at once on the loop. */
    void send(LaneCall call) {
        if (isOnLoop()) {
            call.run();
        } else {
            sendLater(call);
        }
    }

    /** As {@link #send}, but after what the loop does now. */
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
            // errors of linkage and the like too: Reactor throws them instead of passing them on
            if (sent.contains(call)) {
                call.onError(thrown);
            }
        }
        head.sent();
    }

    /** On the loop: the driver sends a statement once more, behind those that were sent after it. */
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
     * @param profile takes in what it cost the others; null when it was not the server that ended it
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
            // the driver repeated one before it
            sent.remove(call);
        }
        if (profile != null) {
            profile.answeredOnLane();
            times.onLane(cost);
            times.observe(profile, alone ? times.atServer(cost) : cost, now);
        }
    }

    /** On the loop: whether a statement that failed as cancelled may have been hit by a request meant for another. */
    boolean mayHaveBeenHit() {
        return head.mayHaveBeenHit();
    }

    /** Runs a task on the loop, unless that has ended, and all on it with it. */
    void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException ended) {
            logger.debug("the loop of a lane has ended", ended);
        }
    }

    /** Ends the calls under way for their callers, which do not wait for the network any longer. */
    void cutOff(String what) {
        onLoop(() -> {
            for (LaneCall call : sent.toArray(LaneCall[]::new)) {
                call.cutOff(what);
            }
        });
    }

    /** Runs a task that ends a call: on the loop, or here when that has ended, and nothing else runs on it. */
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

    /** On the loop: a statement under way is not needed any more. */
    void heldNeedlessly() {
        head.watchForNeedless();
    }
}
