package io.headgate.pool;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One statement of one caller on its way over a lane.
 *
 * <p>States: new, waiting, sent, ended. It begins with the caller's first demand. Every move is one compare-and-set, so
 * the caller hears of one end, and a place on a lane is taken and given up once. Cancellation ends the call for the caller;
 * the statement goes on, and its place is given up when the server has answered. The place is free before the caller hears
 * of the answer.
 *
 * <p>A read that stands behind a stuck head is sent once more, on a lease, in a transaction that only reads
 * ({@link #sendElsewhere}). The first answer is the caller's; the other is dropped. A statement that turns out to write is
 * refused there with SQLSTATE 25006. It then waits for its place on the lane, and its text keeps off the lanes.
 */
final class LaneCall implements CoreSubscriber<SqlResult>, Subscription, Runnable {

    private static final Logger logger = LoggerFactory.getLogger(LaneCall.class);

    private static final AtomicIntegerFieldUpdater<LaneCall> STATE =
            AtomicIntegerFieldUpdater.newUpdater(LaneCall.class, "state");

    private static final int NEW = 0;
    private static final int WAITING = 1;
    private static final int SENT = 2;
    private static final int ENDED = 3;

    /** SQLSTATE query_canceled. */
    private static final String CANCELLED = "57014";

    /** Longest pause between tries to send a statement elsewhere: 64 periods of {@link HeadWatch}. */
    private static final int MOST_PAUSES = 6;

    /** SQLSTATE read_only_sql_transaction. */
    private static final String WRITES = "25006";

    private final Lanes lanes;
    private final CoreSubscriber<? super SqlResult> actual;
    private final SqlStatement statement;
    private final StatementProfile profile;
    private volatile int state;
    private volatile @Nullable Lane lane;
    private volatile @Nullable Disposable timer;
    private long sentAt;
    private long waitingSince;
    private boolean repeated;
    private @Nullable SqlResult result;

    // of the statement sent elsewhere; belongs to the lane's loop
    private boolean elsewhere;
    private boolean begunElsewhere;
    private boolean writes;
    private int refusals;
    private int pause;
    private Disposable copy = Disposables.disposed();
    private @Nullable Throwable laneError;

    LaneCall(Lanes lanes, CoreSubscriber<? super SqlResult> actual, SqlStatement statement, StatementProfile profile) {
        this.lanes = lanes;
        this.actual = actual;
        this.statement = statement;
        this.profile = profile;
    }

    SqlStatement statement() {
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

    /** On the lane's loop: whether the statement on the lane can be cancelled at the server. */
    boolean isNeedless() {
        return begunElsewhere || state == ENDED;
    }

    /** On the lane's loop: it was found stuck. Its text keeps off the lanes until one was answered on a lease. */
    void heldOthersUp() {
        profile.heldOthersUp();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n) && state == NEW) {
            lanes.submit(this);
        }
    }

    /** Goes on a lane where it has a place; false when the caller has given up, and the place is somebody else's. */
    boolean sendOn(Lane chosen) {
        lane = chosen;
        int now = state;
        if (now == ENDED || !STATE.compareAndSet(this, now, SENT)) {
            return false;
        }
        stopTimer();
        chosen.send(this);
        return true;
    }

    /** Begins to wait; false when the caller has given up. */
    boolean await(long since) {
        waitingSince = since;
        return STATE.compareAndSet(this, NEW, WAITING);
    }

    long waitingSince() {
        return waitingSince;
    }

    /** Gives up waiting when the timer runs out; kept only while it waits. */
    void timeOut(Disposable waitTimer) {
        timer = waitTimer;
        if (state != WAITING) {
            waitTimer.dispose();
        }
    }

    /** Ends the call before it was sent; false when it was sent or has ended. */
    boolean refuse(Throwable error) {
        int now = state;
        if (now > WAITING || !STATE.compareAndSet(this, now, ENDED)) {
            return false;
        }
        stopTimer();
        tell(error);
        return true;
    }

    @Override
    public void cancel() {
        int before = STATE.getAndSet(this, ENDED);
        if (before == WAITING) {
            stopTimer();
            lanes.gaveUp(this);
        } else if (before == SENT) {
            lanes.cancelled();
            Lane used = lane;
            if (used != null) {
                used.onLoop(() -> {
                    stopElsewhere();
                    used.heldNeedlessly();
                });
            }
        }
    }

    /** On the lane's loop: goes out, unless the caller has given up meanwhile. */
    @Override
    public void run() {
        Lane used = used();
        if (state == ENDED) {
            lanes.free(used);
        } else {
            used.transmit(this);
        }
    }

    private Lane used() {
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
        // never cancelled: the place on the lane is taken until the server has answered
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(SqlResult answer) {
        result = answer;
    }

    @Override
    public void onComplete() {
        Lane used = used();
        used.answered(this, profile);
        lanes.free(used);
        end(result);
    }

    @Override
    public void onError(Throwable error) {
        Lane used = used();
        boolean answered = error instanceof DatabaseException && !isOf(CANCELLED, error);
        used.answered(this, answered ? profile : null);
        boolean hit = isHit(error, used);
        if (hit && !begunElsewhere) {
            repeated = true;
            used.transmit(this);
            return;
        }
        if (endsConnection(error)) {
            // before its place is free, or a waiting statement would be sent after it
            used.leave();
        }
        lanes.free(used);
        if (begunElsewhere) {
            // the other one decides
            laneError = error;
            repeated = hit;
        } else {
            end(error);
        }
    }

    /** On the lane's loop, when nothing was sent: the loop has ended. */
    void neverSent(Throwable error) {
        lanes.free(used());
        end(error);
    }

    /** On the lane's loop: sends the statement on a lease too, unless it is there already or has turned out to write. */
    void sendElsewhere() {
        if (elsewhere || writes || state != SENT || --pause > 0) {
            return;
        }
        elsewhere = true;
        Lane used = used();
        follow(lanes.onLease().read(statement, () -> used.onLoop(() -> begunElsewhere = elsewhere)));
    }

    private void follow(Mono<SqlResult> other) {
        Lane used = used();
        Disposable started = other.subscribe(
                answer -> used.onLoop(() -> end(answer)),
                error -> used.onLoop(() -> failedElsewhere(error)),
                () -> {},
                Context.of(actual.currentContext()));
        if (elsewhere) {
            copy = started;
        }
    }

    private void failedElsewhere(Throwable error) {
        if (state == ENDED) {
            return;
        }
        elsewhere = false;
        begunElsewhere = false;
        Throwable onLane = laneError;
        boolean foundToWrite = !writes && isOf(WRITES, error);
        if (foundToWrite) {
            writes = true;
            profile.keepOffLanes();
        }
        if (onLane != null && repeated && foundToWrite) {
            // cancelled on the lane, so it was undone there
            elsewhere = true;
            begunElsewhere = true;
            follow(lanes.onLease().run(statement));
        } else if (onLane != null) {
            end(repeated ? error : onLane);
        } else if (!foundToWrite && isFinal(error)) {
            end(error);
        } else {
            // it may find a lease later, if the lane has not answered until then
            pause = 1 << Math.min(++refusals, MOST_PAUSES);
        }
    }

    /** Whether the statement would fare no better on its lane, or has waited for as long as a caller may. */
    private static boolean isFinal(Throwable error) {
        return error instanceof AcquireTimeoutException
                || (error instanceof DatabaseException && !endsConnection(error));
    }

    private void end(@Nullable SqlResult answer) {
        stopElsewhere();
        if (STATE.compareAndSet(this, SENT, ENDED)) {
            tell(answer);
        }
    }

    private void end(Throwable error) {
        stopElsewhere();
        if (STATE.compareAndSet(this, SENT, ENDED)) {
            tell(error);
        }
    }

    private void stopElsewhere() {
        elsewhere = false;
        begunElsewhere = false;
        copy.dispose();
    }

    private void tell(@Nullable SqlResult answer) {
        try {
            if (answer != null) {
                actual.onNext(answer);
            }
        } catch (Throwable thrown) {
            // nothing else would end the caller's wait
            tell(thrown);
            return;
        }
        try {
            actual.onComplete();
        } catch (Throwable thrown) {
            // errors that Reactor calls fatal pass through its operators: the caller has to hear of them all the same
            tell(thrown);
        }
    }

    private void tell(Throwable error) {
        try {
            actual.onError(error);
        } catch (Throwable thrown) {
            // what a caller throws must not end the loop that serves the others
            logger.error("a caller threw when it was told of the end of its statement", thrown);
        }
    }

    private boolean isHit(Throwable error, Lane used) {
        return !repeated
                && state == SENT
                && isOf(CANCELLED, error)
                && error instanceof HeadgateException failure
                && failure.outcome() == Outcome.NOT_EXECUTED
                && used.mayHaveBeenHit();
    }

    private static boolean isOf(String sqlState, Throwable error) {
        return error instanceof DatabaseException failure && sqlState.equals(failure.sqlState());
    }

    private static boolean endsConnection(Throwable error) {
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
