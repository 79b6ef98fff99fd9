package io.headgate.pool.lane;

import io.headgate.core.SqlResult;
import io.headgate.core.error.ClosedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolRejectedException;
import io.headgate.pool.PoolState;
import io.headgate.pool.connection.ConnectionSupply;
import io.headgate.pool.statement.StatementProfiles;
import io.headgate.pool.statement.StatementTimes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs statements, each in its own transaction, over few connections, with many statements under way on each.
 *
 * <p>Lanes carry only proven reads ({@link StatementProfiles}): a write may wait for a lock, and all statements behind it would
 * wait too. A statement goes to the lane with the fewest statements under way. A lane whose event loop is the calling thread
 * counts as having {@value #HAND_OFF} fewer, because no other thread has to be woken. A lane whose head is slow is chosen last,
 * and a lane whose head is stuck takes no statements ({@link HeadWatch}). When every lane is full, callers wait in order, up to
 * a bound and for a time.
 *
 * <p>Choosing is lock-free: the lanes are an array that is replaced when it changes, and a place on a lane is taken by a
 * compare-and-set. A caller that finds no place joins the queue and then looks again. A thread that frees a place then looks at
 * the queue. So one of the two sees the other. Safe for use by many threads.
 *
 * <p>For a hundred times the load, add lanes and event loops: callers on an event loop stay on its lanes, and share only one
 * read of the array.
 */
public final class Lanes {

    /** Waking a thread costs about as much as one or two short statements. */
    private static final int HAND_OFF = 2;

    private final Node node;
    private final ConnectionSupply supply;
    private final PoolOptions options;
    private final DataAccessListener listener;
    private final Scheduler timers;
    private final LaneQueue waiting;
    private final Executor outside;
    private final LaneConnections keeper;
    private final OnLease onLease;
    private final Function<LaneCall, Mono<SqlResult>> withoutLane;

    /**
     * @param onLease runs statements that their lane cannot answer for now
     * @param withoutLane runs a statement for which there is no lane
     */
    public Lanes(
            Node node,
            ConnectionSupply supply,
            PoolOptions options,
            DataAccessListener listener,
            Scheduler timers,
            StatementTimes times,
            OnLease onLease,
            Function<LaneCall, Mono<SqlResult>> withoutLane) {
        this.node = node;
        this.supply = supply;
        this.options = options;
        this.listener = listener;
        this.waiting = new LaneQueue(options.maxWaiting());
        this.outside = timers::schedule;
        this.keeper = new LaneConnections(node, supply, options, timers, times, this::lanesChanged, this::noLaneUntil);
        this.timers = timers;
        this.onLease = onLease;
        this.withoutLane = withoutLane;
        supply.addSide(this::state);
    }

    Node node() {
        return node;
    }

    OnLease onLease() {
        return onLease;
    }

    void submit(LaneCall call) {
        if (keeper.isClosing()) {
            call.refuse(new ClosedException("the pool of " + node));
            return;
        }
        if (call.isSlow()) {
            submitSlow(call);
            return;
        }
        if (waiting.isEmpty()) {
            Lane lane = choose(false);
            if (lane != null) {
                if (lane.taken() > 1) {
                    keeper.wantMore();
                }
                if (call.takes(lane)) {
                    lane.send(call);
                } else {
                    free(lane);
                }
                return;
            }
        }
        if (mustGoElsewhere()) {
            call.run(withoutLane.apply(call));
        } else {
            join(call);
        }
    }

    /** A slow statement gets a lane to itself, at once or not at all. */
    private void submitSlow(LaneCall call) {
        Lane lane = choose(true);
        if (lane == null) {
            call.run(withoutLane.apply(call));
        } else if (call.takes(lane)) {
            lane.send(call);
            // another call may have begun to wait in the meantime
            lanesChanged();
        } else {
            freeSlow(lane);
        }
    }

    /** A slow statement has got its place. */
    void slowOneBegins(LaneCall call) {
        long now = supply.now();
        call.sentAt(now);
        keeper.slowOnes().begins(call.profile(), now);
    }

    /** A slow statement frees its place. */
    void slowOneEnds(LaneCall call) {
        keeper.slowOnes().ends(call.profile(), call.sentAt(), supply.now());
    }

    private void join(LaneCall call) {
        // a call that the leases admitted before is not rejected here
        if (!waiting.reserve(call.waited() > 0 ? Integer.MAX_VALUE : keeper.placesToCome())) {
            refuse(call, new PoolRejectedException(node, supply.poolState()));
            return;
        }
        if (!waiting.add(call, supply.now())) {
            return;
        }
        Duration longest = options.acquireTimeout();
        call.timeOut(timers.schedule(
                () -> {
                    waiting.remove(call);
                    // does nothing when the call has just been sent
                    refuse(call, supply.timedOut(longest));
                },
                longest.toNanos() - call.waited(),
                TimeUnit.NANOSECONDS));
        keeper.wantMore();
        lanesChanged();
        if (keeper.isClosing()) {
            refuseUntil(supply.now(), () -> new ClosedException("the pool of " + node));
        }
    }

    /**
     * No lane is available for the calls that joined up to the given time. They go to leases if a lease connection is open, and
     * fail otherwise.
     */
    private void noLaneUntil(long nanos, Throwable error) {
        if (onLease.hasOpen()) {
            toLeases(nanos);
        } else {
            refuseUntil(nanos, () -> error);
        }
    }

    private void toLeases(long nanos) {
        waiting.takeUntil(nanos, call -> outside.execute(() -> call.run(withoutLane.apply(call))));
    }

    /** Each call is refused on a timer's thread, so that no call waits for another caller's code. */
    private void refuseUntil(long nanos, Supplier<? extends Throwable> error) {
        waiting.takeUntil(nanos, call -> outside.execute(() -> call.refuse(error.get())));
    }

    private void refuse(LaneCall call, Throwable error) {
        if (call.refuse(error)) {
            listener.acquireFailed(node, error, call.currentContext());
        }
    }

    void gaveUp(LaneCall call) {
        waiting.remove(call);
        listener.cancelled(node);
    }

    void timedOut(LaneCall call, Throwable error) {
        listener.acquireFailed(node, error, call.currentContext());
    }

    void cancelled() {
        listener.cancelled(node);
    }

    /** Frees a place, for a waiting call if there is one. */
    void free(Lane lane) {
        lane.free();
        if (!waiting.isEmpty()) {
            drain();
        }
    }

    /** Frees the place of a slow statement. */
    void freeSlow(Lane lane) {
        lane.freeSlow();
        if (!waiting.isEmpty()) {
            drain();
        }
    }

    /**
     * A lane has opened, closed, or takes no more statements. Serves the waiting calls; sends them to leases when no lane takes
     * statements.
     */
    private void lanesChanged() {
        if (waiting.isEmpty()) {
            return;
        }
        drain();
        if (mustGoElsewhere()) {
            toLeases(supply.now());
        }
        if (!waiting.isEmpty()) {
            keeper.wantMore();
        }
    }

    /** Whether no open lane takes statements. Calls wait for a full lane or for the first lane to open, but not for a stuck lane. */
    private boolean mustGoElsewhere() {
        Lane[] open = keeper.open();
        return (open.length > 0 || onLease.hasOpen() || keeper.target() == 0) && !takesQuick(open);
    }

    /** Runs no callers' code. Statements are sent later, because the driver may refuse one at once and signal its caller. */
    private void drain() {
        waiting.drain(() -> choose(false), (call, lane) -> {
            if (call.takes(lane)) {
                lane.sendLater(call);
            } else {
                lane.free();
            }
        });
    }

    /** On the lane's loop: a call that waited is about to be sent. */
    void acquired(LaneCall call) {
        listener.acquired(node, call.waitedUntil(supply.now()), call.currentContext());
    }

    /**
     * Takes a place on the best lane; null when there is none.
     *
     * @param slow for a slow statement. It may go behind the statements on a full lane; otherwise others would take each place
     *     that becomes free
     */
    private @Nullable Lane choose(boolean slow) {
        long now = supply.now();
        while (true) {
            Lane best = null;
            int least = Integer.MAX_VALUE;
            for (Lane lane : keeper.open()) {
                int taken = lane.taken();
                if (taken >= lane.depth() + (slow ? 1 : 0) || lane.isStuck()) {
                    continue;
                }
                int weight = lane.isOnLoop() ? taken : taken + HAND_OFF;
                if (lane.isHeldUp(now)) {
                    weight += lane.depth();
                }
                if (weight < least) {
                    least = weight;
                    best = lane;
                }
            }
            if (best == null || (slow ? best.takeSlow() : best.take())) {
                return best;
            }
        }
    }

    /** Mean time that a statement has kept a lane busy, in nanoseconds; 0 before the first. */
    public double meanNanos() {
        return keeper.times().meanOnLane();
    }

    /** Opens a lane if the target allows it, no open lane takes statements and none is being opened. */
    public void wantOne() {
        if (!hasRoomForQuick()) {
            wantAnother();
        }
    }

    /** Opens a lane if the target allows it and none is being opened. */
    public void wantAnother() {
        if (!keeper.isOpening()) {
            keeper.wantMore();
        }
    }

    /** Whether an open lane takes quick statements; it may be full. */
    public boolean hasRoomForQuick() {
        return takesQuick(keeper.open());
    }

    private static boolean takesQuick(Lane[] open) {
        for (Lane lane : open) {
            if (!lane.isStuck()) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many open lanes could take a slow statement: those without a slow statement and without a slow or stuck head. While
     * only one such lane is left, or quick statements wait for a lane, it is 0 unless {@link SlowOnLanes} allows one more.
     */
    public int spare() {
        long now = supply.now();
        int spare = 0;
        for (Lane lane : keeper.open()) {
            if (lane.taken() <= lane.depth() && !lane.isStuck() && !lane.isHeldUp(now)) {
                spare++;
            }
        }
        boolean precious = spare == 1 || !waiting.isEmpty();
        return precious && !keeper.slowOnes().mayTakeLast(now) ? 0 : spare;
    }

    /** Refuses the calls that wait. */
    public void refuseWaiting(Supplier<? extends Throwable> error) {
        refuseUntil(supply.now(), error);
    }

    /** Statements under way on each lane. */
    public List<Integer> depths() {
        return Arrays.stream(keeper.open()).map(Lane::inFlight).toList();
    }

    public PoolState state() {
        return keeper.state(waiting.size(), waiting.bound());
    }

    public Mono<Void> warmUp() {
        return keeper.warmUp();
    }

    public void resize(int lanes) {
        keeper.resize(lanes);
    }

    /** Changes the number of statements that may be under way on each lane. */
    public void depth(int statements) {
        keeper.depth(statements);
        drain();
    }

    /** Lets more calls wait than the options allow, if a plan asks for it. */
    public void maxWaiting(int calls) {
        waiting.bound(Math.max(options.maxWaiting(), calls));
    }

    public void housekeep() {
        keeper.housekeep();
    }

    /** Refuses new statements, lets statements under way end, and closes the remaining lanes after {@code patience}. */
    public Mono<Void> close(Duration patience) {
        return keeper.close(
                patience, () -> refuseUntil(supply.now(), () -> new ClosedException("the pool of " + node)));
    }
}
