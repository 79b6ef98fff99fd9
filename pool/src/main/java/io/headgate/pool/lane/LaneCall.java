package io.headgate.pool.lane;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.reactive.CaughtSignals;
import io.headgate.pool.statement.StatementProfile;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One statement of one caller on a lane.
 *
 * <p>States: new, waiting, placed, sent, ended. The call begins with the caller's first demand; its wait ends when the
 * statement is sent. Without a lane it is sent on a lease. Every move is one compare-and-set. So the caller receives exactly
 * one terminal signal, and a place on a lane is taken and freed once. Cancellation ends the call for the caller; the statement
 * continues, and its place is freed when the server has answered. The place is freed before the caller receives the answer.
 *
 * <p>A read behind a stuck head is sent once more elsewhere ({@link LaneCopy}). The caller receives the first answer.
 */
public final class LaneCall implements CoreSubscriber<SqlResult>, Subscription, Runnable, BooleanSupplier {

    private static final AtomicIntegerFieldUpdater<LaneCall> STATE =
            AtomicIntegerFieldUpdater.newUpdater(LaneCall.class, "state");

    private static final int NEW = 0;
    private static final int WAITING = 1;
    private static final int PLACED = 2;
    private static final int SENT = 3;
    private static final int ENDED = 4;

    /** SQLSTATE query_canceled. */
    private static final String CANCELLED = "57014";

    /** How often a statement is repeated that was hit by a cancel request for another statement. More hits are no coincidence. */
    private static final int MOST_REPEATS = 3;

    private final Lanes lanes;
    private final CoreSubscriber<? super SqlResult> actual;
    private final SqlStatement statement;
    private final StatementProfile profile;
    private final boolean slow;
    private final long waited;
    private volatile int state;
    private volatile @Nullable Lane lane;

    private volatile @Nullable Disposable timer;

    /** The execution on a lease when no lane was available. */
    private volatile @Nullable Disposable elsewhere;

    private long sentAt;
    private long waitingSince;
    private boolean queued;

    // accessed on the lane's loop only
    private int repeats;
    private @Nullable SqlResult result;
    private @Nullable LaneCopy copy;

    public LaneCall(
            Lanes lanes, CoreSubscriber<? super SqlResult> actual, SqlStatement statement, StatementProfile profile) {
        this(lanes, actual, statement, profile, false, 0);
    }

    /**
     * @param slow whether the statement is known to be slow and gets the lane to itself
     * @param waited for how long its caller has waited for a lease, in nanoseconds
     */
    public LaneCall(
            Lanes lanes,
            CoreSubscriber<? super SqlResult> actual,
            SqlStatement statement,
            StatementProfile profile,
            boolean slow,
            long waited) {
        this.lanes = lanes;
        this.actual = actual;
        this.statement = statement;
        this.profile = profile;
        this.slow = slow;
        this.waited = waited;
    }

    boolean isSlow() {
        return slow;
    }

    /** How long its caller had waited before, in nanoseconds; 0 if it was not admitted before. */
    long waited() {
        return waited;
    }

    public SqlStatement statement() {
        return statement;
    }

    long sentAt() {
        return sentAt;
    }

    void sentAt(long nanos) {
        sentAt = nanos;
    }

    /** Whether the caller gave up. */
    boolean isUnwanted() {
        return state == ENDED;
    }

    public StatementProfile profile() {
        return profile;
    }

    /** On the lane's loop: the statement was found stuck. */
    void heldOthersUp() {
        profile.heldOthersUp();
    }

    /** Whether the statement was sent and its caller waits for an answer, from the lane or from elsewhere. */
    boolean isUnderWay() {
        return state == SENT;
    }

    /** On the lane's loop: whether the statement on the lane can be cancelled at the server. */
    boolean isNeedless() {
        return state == ENDED || isMoved();
    }

    /** On the lane's loop: whether its answer comes from elsewhere. */
    boolean isMoved() {
        LaneCopy sent = copy;
        return sent != null && sent.replacesLane();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n) && state == NEW) {
            lanes.submit(this);
        }
    }

    /** Accepts a place on a lane; {@link Lane#send} must follow. False when the caller has given up: the place must then be freed. */
    boolean takes(Lane chosen) {
        lane = chosen;
        int now = state;
        boolean taken = now != ENDED && STATE.compareAndSet(this, now, PLACED);
        if (taken && slow) {
            lanes.slowOneBegins(this);
        }
        return taken;
    }

    private void givePlaceUp(Lane used) {
        if (slow) {
            lanes.slowOneEnds(this);
            lanes.freeSlow(used);
        } else {
            lanes.free(used);
        }
    }

    /** Begins to wait; false when the caller has given up. */
    boolean await(long since) {
        waitingSince = since;
        queued = true;
        return STATE.compareAndSet(this, NEW, WAITING);
    }

    long waitingSince() {
        return waitingSince;
    }

    /** Total wait for a lease and for a lane, in nanoseconds. */
    public long waitedUntil(long now) {
        return waited + (queued ? now - waitingSince : 0);
    }

    /** Stores the timer that ends the wait; it is disposed when the wait is over. */
    void timeOut(Disposable waitTimer) {
        timer = waitTimer;
        if (state > PLACED) {
            waitTimer.dispose();
        }
    }

    /** Ends the call before it was sent; false when it was sent or has ended. */
    boolean refuse(Throwable error) {
        int now;
        do {
            now = state;
            if (now > PLACED) {
                return false;
            }
        } while (!STATE.compareAndSet(this, now, ENDED));
        stopTimer();
        tell(error);
        return true;
    }

    @Override
    public void cancel() {
        int before = STATE.getAndSet(this, ENDED);
        if (before == WAITING || before == PLACED) {
            stopTimer();
            lanes.gaveUp(this);
        } else if (before == SENT) {
            Lane used = lane;
            if (used == null) {
                // the lease pool counts this cancellation
                stopElsewhere();
            } else {
                lanes.cancelled();
                used.onLoop(() -> {
                    stopCopy();
                    used.heldNeedlessly();
                });
            }
        }
    }

    /** On the lane's loop: sends the statement, unless the caller has given up. */
    @Override
    public void run() {
        Lane used = used();
        if (!STATE.compareAndSet(this, PLACED, SENT)) {
            givePlaceUp(used);
        } else {
            stopTimer();
            if (queued || waited > 0) {
                lanes.acquired(this);
            }
            used.transmit(this);
        }
    }

    Lane used() {
        Lane used = lane;
        if (used == null) {
            throw new IllegalStateException("the call is on no lane");
        }
        return used;
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        // never cancelled: the statement keeps its place until the server has answered
        subscription.request(Long.MAX_VALUE);
    }

    /** On the lane's loop: the driver is about to repeat the statement. Returns whether it is still needed. */
    @Override
    public boolean getAsBoolean() {
        used().sentAgain(this);
        return !isNeedless();
    }

    @Override
    public void onNext(SqlResult answer) {
        result = answer;
    }

    @Override
    public void onComplete() {
        Lane used = used();
        used.answered(this, profile);
        try {
            givePlaceUp(used);
        } finally {
            end(result);
        }
    }

    @Override
    public void onError(Throwable error) {
        Lane used = used();
        // if a copy replaces the statement, the lane may have cancelled it to reach the statements behind it
        boolean undone = isHit(error, used) || (isMoved() && isCancelled(error));
        boolean answered = error instanceof DatabaseException && !isCancelled(error);
        used.answered(this, answered ? profile : null);
        if (undone && !isNeedless() && repeats++ < MOST_REPEATS) {
            used.transmit(this);
            return;
        }
        boolean lost = endsConnection(error);
        if (lost) {
            // before its place is freed, or a waiting statement would be sent on the lost connection
            used.leave();
        }
        try {
            givePlaceUp(used);
        } finally {
            LaneCopy sent = copy;
            if (sent != null && sent.isUnderWay() && (undone || lost)) {
                sent.decides(error, undone);
            } else {
                end(sent == null ? error : sent.outcome(error));
            }
        }
    }

    /** No lane is available: runs the statement on a lease, unless its caller has given up. */
    void run(Mono<SqlResult> onLease) {
        int now = state;
        if (now <= WAITING && STATE.compareAndSet(this, now, SENT)) {
            stopTimer();
            elsewhere =
                    onLease.subscribe(this::end, this::end, () -> end((SqlResult) null), Context.of(currentContext()));
            if (state == ENDED) {
                stopElsewhere();
            }
        }
    }

    private void stopElsewhere() {
        Disposable running = elsewhere;
        if (running != null) {
            running.dispose();
        }
    }

    /** The loop and the lane have ended; nothing was sent. */
    void neverSent(Throwable error) {
        Lane used = used();
        used.leave();
        givePlaceUp(used);
        refuse(error);
    }

    /** On the lane's loop: the statement is behind a stuck head, or is one. */
    void sendElsewhere() {
        if (state != SENT) {
            return;
        }
        LaneCopy used = copy;
        if (used == null) {
            used = new LaneCopy(this, lanes.onLease(), lanes.node());
            copy = used;
        }
        used.send();
    }

    /** On the lane's loop: no lease became free in time. */
    void timedOut(Throwable error) {
        lanes.timedOut(this, error);
        end(error);
    }

    /** Ends the call with an answer; later answers are dropped. On the lane's loop, or on the lease's when there was no lane. */
    void end(@Nullable SqlResult answer) {
        stopCopy();
        if (STATE.compareAndSet(this, SENT, ENDED)) {
            tell(answer);
        }
    }

    /** As {@link #end(SqlResult)}. */
    void end(Throwable error) {
        stopCopy();
        if (STATE.compareAndSet(this, SENT, ENDED)) {
            tell(error);
        }
    }

    /** On the lane's loop: the lane is closed while the statement is under way. */
    void cutOff(String what) {
        LaneCopy sent = copy;
        end(new ClosedException(what, sent == null ? Outcome.NOT_EXECUTED : sent.outcomeIfClosed()));
    }

    private void stopCopy() {
        LaneCopy sent = copy;
        if (sent != null) {
            sent.stop();
        }
    }

    private void tell(@Nullable SqlResult answer) {
        try {
            if (answer != null) {
                actual.onNext(answer);
            }
            actual.onComplete();
        } catch (Throwable thrown) {
            // an exception must not end the loop, which serves others; the caller gets it as its error
            CaughtSignals.signalError(actual, thrown);
        }
    }

    private void tell(Throwable error) {
        try {
            actual.onError(error);
        } catch (Throwable thrown) {
            CaughtSignals.signalError(actual, thrown);
        }
    }

    /** Whether a cancel request of the lane has stopped the statement; the server has then undone it. */
    private static boolean isHit(Throwable error, Lane used) {
        return isCancelled(error)
                && error instanceof HeadgateException failure
                && failure.outcome() == Outcome.NOT_EXECUTED
                && used.mayHaveBeenHit();
    }

    static boolean isCancelled(Throwable error) {
        return isOf(CANCELLED, error);
    }

    static boolean isOf(String sqlState, Throwable error) {
        return error instanceof DatabaseException failure && sqlState.equals(failure.sqlState());
    }

    static boolean endsConnection(Throwable error) {
        return error instanceof ConnectionLostException
                || (error instanceof DatabaseException failure
                        && failure.error().isFatal());
    }

    private void stopTimer() {
        Disposable running = timer;
        if (running != null) {
            running.dispose();
        }
    }
}
