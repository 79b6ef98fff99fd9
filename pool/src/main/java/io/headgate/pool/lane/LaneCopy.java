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
 * A copy of a statement on a lane, sent on a lease because the head of the lane may be stuck.
 *
 * <p>It runs in a transaction that only reads. If the statement writes, the server refuses the copy with SQLSTATE 25006. The
 * statement then waits for its turn on the lane, and its text no longer uses lanes.
 *
 * <p>The lane's statement is no longer needed once the copy has a lease, or once a statement of the same text is stuck on a
 * lease: on the lane it would wait for the same lock. If a statement of its text was a stuck head for long, it may leave the
 * lane as soon as any read is stuck on a lease: the holder of such a lease is no transaction that waits for this statement.
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

    /** Whether the lane's answer is no longer needed. */
    boolean replacesLane() {
        return state == State.HAS_LEASE
                || (state == State.WAITING
                        && (onLease.mustWait(call.profile())
                                || (call.profile().isStuckForLong() && onLease.isAnyStuck())));
    }

    /**
     * The lane has ended without an answer, so the caller gets the copy's.
     *
     * @param undone whether the server has undone the lane's statement
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
        // only the copy's own transaction failed: the caller has none to repeat, and the driver now knows the change
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
            // the copy may find a lease later, if the lane has not answered by then
            pause = 1 << Math.min(++refusals, MOST_PAUSES);
        }
    }

    /** Corrects the lane's error for a statement that was found to write: a driver that judges by the text reports it as not executed. */
    Throwable outcome(Throwable onLane) {
        return writes && onLane instanceof HeadgateException lost && LaneCall.endsConnection(onLane)
                ? new ConnectionLostException(node, "a query that writes was under way", Outcome.UNKNOWN, lost)
                : onLane;
    }

    /** The known outcome of the statement on the lane while it is not answered. */
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
