package io.headgate.pool.lane;

import io.headgate.core.SqlResult;
import io.headgate.core.error.ClosedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolRejectedException;
import io.headgate.pool.PoolState;
import io.headgate.pool.concurrent.TimerThreads;
import io.headgate.pool.connection.ConnectionSupply;
import io.headgate.pool.statement.StatementProfiles;
import io.headgate.pool.statement.StatementTimes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Carries statements that are each a transaction of their own over few connections, many at once on each.
 *
 * <p>Lanes carry nothing but proven reads ({@link StatementProfiles}): a write may wait for a lock, and would have all that is
 * behind it wait. A statement goes to the lane with the least under way; one whose event loop is the calling thread counts
 * as having {@value #HAND_OFF} fewer, since no other thread has to be woken for it. A lane whose head is slow comes after
 * the others, and one whose head is stuck takes nothing ({@link HeadWatch}). When every lane is full, callers wait in
 * order, up to a bound and for a time.
 *
 * <p>Choosing is lock-free: the lanes are an array that is replaced when it changes, and a place on a lane is taken by a
 * compare-and-set. Who finds no place joins the queue and then looks again; who frees a place then looks at the queue; so one
 * of the two sees the other. Safe for use by many threads.
 *
 * <p>At a hundred times the load, more lanes and event loops: callers on an event loop stay on its own lanes, and what is
 * shared is one read of the array.
 */
public final class Lanes {

    /** Waking a thread costs about what one or two short statements do. */
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
     * @param onLease runs statements that cannot be answered on their lane for now
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
        this.outside = new TimerThreads(timers);
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

    /** It has a lane to itself, at once or not at all. */
    private void submitSlow(LaneCall call) {
        Lane lane = choose(true);
        if (lane == null) {
            call.run(withoutLane.apply(call));
        } else if (call.takes(lane)) {
            lane.send(call);
            // a call may have begun to wait meanwhile
            lanesChanged();
        } else {
            freeSlow(lane);
        }
    }

    /** A slow one has got its place. */
    void slowOneBegins(LaneCall call) {
        long now = supply.now();
        call.sentAt(now);
        keeper.slowOnes().begins(call.profile(), now);
    }

    /** It gives its place up. */
    void slowOneEnds(LaneCall call) {
        keeper.slowOnes().ends(call.profile(), call.sentAt(), supply.now());
    }

    private void join(LaneCall call) {
        // one that was let in before is not turned away for changing sides
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
                    // does nothing when it has just been sent
                    refuse(call, supply.timedOut(longest));
                },
                longest.toNanos() - call.waited(),
                TimeUnit.NANOSECONDS));
        keeper.wantMore();
        lanesChanged();
        if (keeper.isClosing()) {
            refuseUntil(supply.now(), new ClosedException("the pool of " + node));
        }
    }

    /** No lane is to be had for those that had come by a moment. Where leases are open, one may be had or come back. */
    private void noLaneUntil(long nanos, Throwable error) {
        if (onLease.hasOpen()) {
            toLeases(nanos);
        } else {
            refuseUntil(nanos, error);
        }
    }

    private void toLeases(long nanos) {
        waiting.takeUntil(nanos, call -> outside.execute(() -> call.run(withoutLane.apply(call))));
    }

    /** Each on a thread of the timers, so that none waits for another's code. */
    private void refuseUntil(long nanos, Throwable error) {
        waiting.takeUntil(nanos, call -> outside.execute(() -> call.refuse(error)));
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

    /** Gives a place up, to who waits for one. */
    void free(Lane lane) {
        lane.free();
        if (!waiting.isEmpty()) {
            drain();
        }
    }

    /** Gives the place of a slow one up. */
    void freeSlow(Lane lane) {
        lane.freeSlow();
        if (!waiting.isEmpty()) {
            drain();
        }
    }

    /** A lane has come or gone, or takes nothing more. Serves the waiting calls; sends them to leases when no lane takes any. */
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

    /** Whether no open lane takes statements. Calls wait for a full lane, or for the first lane to open, but not for a stuck one. */
    private boolean mustGoElsewhere() {
        Lane[] open = keeper.open();
        return (open.length > 0 || onLease.hasOpen() || keeper.target() == 0) && !takesQuick(open);
    }

    /** Runs no callers' code. What is sent goes later, since the driver may refuse it at once, and tell its caller. */
    private void drain() {
        waiting.drain(() -> choose(false), (call, lane) -> {
            if (call.takes(lane)) {
                lane.sendLater(call);
            } else {
                lane.free();
            }
        });
    }

    /** On the lane's loop: one that waited is about to be sent. */
    void acquired(LaneCall call) {
        listener.acquired(node, call.waitedUntil(supply.now()), call.currentContext());
    }

    /**
     * A place on the best lane, or null when there is none.
     *
     * @param slow for a slow one, which goes behind those on a full lane: others would take each place that gets free there
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

    /** Has a lane opened, if there may be one, none takes anything and none is being opened. */
    public void wantOne() {
        if (!hasRoomForQuick()) {
            wantAnother();
        }
    }

    /** Has a lane opened, if there may be one and none is being opened. */
    public void wantAnother() {
        if (!keeper.isOpening()) {
            keeper.wantMore();
        }
    }

    /** Whether a lane is open that takes quick statements; it may be full. */
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
     * How many open lanes could take a slow statement: those that are kept from others by nothing. None when the last one, or any while
     * quick ones wait for one, is the quick ones' for now.
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

    /** Lets another number of statements be under way on each lane from now on. */
    public void depth(int statements) {
        keeper.depth(statements);
        drain();
    }

    /** Lets more wait for a place than the options say, if a plan does. */
    public void maxWaiting(int calls) {
        waiting.bound(Math.max(options.maxWaiting(), calls));
    }

    public void housekeep() {
        keeper.housekeep();
    }

    /** Refuses new statements, lets those under way end, and closes what is left after {@code patience}. */
    public Mono<Void> close(Duration patience) {
        return keeper.close(patience, () -> refuseUntil(supply.now(), new ClosedException("the pool of " + node)));
    }
}
