package io.headgate.pool.lane;

import io.headgate.core.SqlResult;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.StaleStatementException;
import io.headgate.core.topology.Node;
import io.headgate.pool.AcquireTimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * A statement of a lane, sent once more on a lease, because the head may be stuck and holds it up.
 *
 * <p>It runs in a transaction that only reads. A statement that turns out to write is refused there with SQLSTATE 25006; it
 * then waits for its place on the lane, and its text keeps off the lanes.
 *
 * <p>The lane's statement is not needed any more once the copy has a lease, or once another of its text is stuck on a lease, so
 * that it would wait on the lane for the same lock. When one of its text was a stuck head for long, it may leave the lane when any
 * read is stuck on a lease: such a lease is not held by a transaction that waits for this statement.
 *
 * <p>Belongs to the loop of the call's lane.
 */
final class LaneCopy {

    /** SQLSTATE read_only_sql_transaction. */
    private static final String WRITES = "25006";

    /** Longest pause between tries to find a lease: 64 periods of {@link HeadWatch}. */
    private static final int MOST_PAUSES = 6;

    private enum State {
        /** Not sent, or refused. */
        NONE,
        WAITING,
        HAS_LEASE
    }

    private final LaneCall call;
    private final OnLease onLease;
    private final Node node;
    private State state = State.NONE;
    private boolean writes;
    private int refusals;
    private int pause;
    private Disposable running = Disposables.disposed();
    private @Nullable Throwable laneError;
    private boolean undoneOnLane;

    LaneCopy(LaneCall call, OnLease onLease, Node node) {
        this.call = call;
        this.node = node;
        this.onLease = onLease;
    }

    /** Sends the statement, unless it is under way already, has turned out to write or was refused a moment ago. */
    void send() {
        if (state != State.NONE || writes || --pause > 0) {
            return;
        }
        Runnable begun = () -> call.used().onLoop(() -> {
            if (state == State.WAITING) {
                state = State.HAS_LEASE;
            }
        });
        follow(State.WAITING, onLease.read(call.statement(), call.profile(), begun));
    }

    private void follow(State first, Mono<SqlResult> statement) {
        state = first;
        Lane lane = call.used();
        Disposable started = statement.subscribe(
                answer -> lane.onLoopOrHere(() -> answered(answer)),
                error -> lane.onLoopOrHere(() -> failed(error)),
                () -> {},
                Context.of(call.currentContext()));
        if (isUnderWay()) {
            running = started;
        }
    }

    boolean isUnderWay() {
        return state != State.NONE;
    }

    /** Whether nobody waits for the answer of the lane any more. */
    boolean replacesLane() {
        return state == State.HAS_LEASE
                || (state == State.WAITING
                        && (onLease.mustWait(call.profile())
                                || (call.profile().isStuckForLong() && onLease.isAnyStuck())));
    }

    /**
     * The lane has ended without an answer, so the copy's is the caller's.
     *
     * @param undone whether the server has undone what the lane did
     */
    void decides(Throwable error, boolean undone) {
        laneError = error;
        undoneOnLane = undone;
    }

    private void answered(SqlResult answer) {
        if (call.isUnderWay()) {
            call.used().answeredElsewhere(call);
        }
        call.end(answer);
    }

    private void failed(Throwable error) {
        if (!call.isUnderWay()) {
            return;
        }
        if (error instanceof DatabaseException && !LaneCall.endsConnection(error) && !LaneCall.isCancelled(error)) {
            call.used().answeredElsewhere(call);
        }
        state = State.NONE;
        boolean foundToWrite = !writes && LaneCall.isOf(WRITES, error);
        if (foundToWrite) {
            writes = true;
            call.profile().keepOffLanes();
        }
        // of its own transaction alone: the caller has none to run again, and what was outdated is known by now
        boolean outdated = error instanceof StaleStatementException;
        Throwable onLane = laneError;
        if (onLane != null && undoneOnLane && (foundToWrite || outdated)) {
            follow(State.HAS_LEASE, onLease.run(call.statement()));
        } else if (onLane != null) {
            call.end(undoneOnLane ? error : outcome(onLane));
        } else if (error instanceof AcquireTimeoutException timedOut) {
            call.timedOut(timedOut.whileUnderWay());
        } else if (!foundToWrite && !outdated && wouldFailOnLane(error)) {
            call.end(error);
        } else {
            // it may find a lease later, if the lane has not answered until then
            pause = 1 << Math.min(++refusals, MOST_PAUSES);
        }
    }

    /** Of a statement that was found to write, a driver that goes by its text says that it took no effect. */
    Throwable outcome(Throwable onLane) {
        return writes && onLane instanceof HeadgateException lost && LaneCall.endsConnection(onLane)
                ? new ConnectionLostException(node, "a query that writes was under way", Outcome.UNKNOWN, lost)
                : onLane;
    }

    /** What is known of the effect of the statement on the lane while that is not answered. */
    Outcome outcomeIfClosed() {
        return writes ? Outcome.UNKNOWN : Outcome.NOT_EXECUTED;
    }

    private static boolean wouldFailOnLane(Throwable error) {
        return error instanceof DatabaseException failure && !failure.isTransient() && !LaneCall.endsConnection(error);
    }

    /** The call has ended. */
    void stop() {
        state = State.NONE;
        running.dispose();
    }
}
