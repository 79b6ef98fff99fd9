package io.headgate.pool.lease;

import io.headgate.core.error.ClosedException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.reactive.CaughtSignals;
import io.headgate.pool.concurrent.CallerSignals;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One caller: waits for a connection from its first demand on, runs its work on it, gives it back.
 *
 * <p>States: new, waiting, using, committing, elsewhere, cut off, ended. The move to <em>using</em> is made when the work starts, the
 * move to <em>ended</em> by whichever comes first of the work's end, cancellation, time-out and refusal. The pool may take the
 * connection for the next when nothing but the COMMIT is left to be answered: that is the move to <em>committing</em>. Work
 * that can do without a lease goes <em>elsewhere</em> when there is none. When the pool closes the connection under it, it is
 * <em>cut off</em>, and the connection does not come back. Every move is one compare-and-set, so a connection
 * is given back once, by the one that ended the use or by the start that found the caller gone. It is given back before the
 * caller hears of the end.
 *
 * <p>What the caller or its work throws out of a signal ends the use with that error.
 */
final class Borrower<T> implements CoreSubscriber<T>, Subscription {

    private enum State {
        NEW,
        WAITING,
        USING,
        COMMITTING,
        ELSEWHERE,
        CUT_OFF,
        ENDED
    }

    /**
     * What is to be done on a connection.
     *
     * @param site where it was put together
     * @param single whether it gives one value at most: it is then passed on with the end, since to the caller of a Mono the
     *     value is the end
     * @param orElse what does the same without a lease, or null
     * @param counted whether the listener is told of this use; false for a copy of a statement, since the lane reports the call
     * @param waited for how long its caller has waited already, in nanoseconds
     */
    record Work<T>(
            Function<? super Lease, ? extends Publisher<T>> body,
            AssemblySite site,
            boolean single,
            @Nullable LaneFallback<T> orElse,
            boolean counted,
            long waited) {}

    private final LeasePool pool;
    private final CoreSubscriber<? super T> actual;
    private final CallerSignals<T> caller;
    private final Work<T> work;
    private final Operators.DeferredSubscription inner = new Operators.DeferredSubscription();
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

    /** Written by the asking thread, and of use to that one only. */
    private @Nullable Thread asking;

    private long since;
    private @Nullable T held;
    private volatile @Nullable LeaseConnection lentConnection;
    private boolean reported;
    private volatile @Nullable Lease lease;
    private volatile @Nullable Disposable timer;

    Borrower(LeasePool pool, CoreSubscriber<? super T> actual, Work<T> work) {
        this.pool = pool;
        this.actual = actual;
        this.caller = new CallerSignals<>(actual);
        this.work = work;
    }

    /** When it began to wait, in nanoseconds. */
    long since() {
        return since;
    }

    /** Where its work was put together. */
    AssemblySite site() {
        return work.site();
    }

    /** The text of the statement it last sent, or null. */
    @Nullable
    String lastStatement() {
        Lease lent = lease;
        return lent == null ? null : lent.lastStatement();
    }

    /** Its lease, while it works on it; null before and after. */
    @Nullable
    Lease lease() {
        return state.get() == State.USING ? lease : null;
    }

    /** Whether it has not been reported as a leak before. Called by the pool's event queue only. */
    boolean reportOnce() {
        boolean first = !reported;
        reported = true;
        return first;
    }

    /** Asks for a connection from now on. */
    void asks(long now) {
        since = now - work.waited();
    }

    /** Begins to wait; false when the caller has given up. */
    boolean await() {
        asking = Thread.currentThread();
        return state.compareAndSet(State.NEW, State.WAITING);
    }

    boolean isWaiting() {
        return state.get() == State.WAITING;
    }

    /** Whether the calling thread is the one that asks for the connection at this moment. */
    boolean isAskedFor() {
        return asking == Thread.currentThread();
    }

    /** The asking thread goes its way; whatever comes from now on comes on another, or later. */
    void asked() {
        asking = null;
    }

    /** Whether its wait has a limit. */
    boolean isTimed() {
        return timer != null;
    }

    /** Gives up waiting when the timer runs out; kept only while it waits. */
    void timeOut(Disposable acquireTimer) {
        timer = acquireTimer;
        if (!isWaiting()) {
            acquireTimer.dispose();
        }
    }

    /** Starts the work on a connection, or gives the connection back when the caller has gone. Runs the caller's code. */
    void start(LeaseConnection connection) {
        Lease lent = new Lease(connection.driver(), () -> pool.offer(this, connection), this::threw);
        lease = lent;
        lentConnection = connection;
        // entered before anybody can end the use, so that it is not given back while the work is being started
        lent.gate().enter();
        if (!state.compareAndSet(State.WAITING, State.USING)) {
            pool.giveBack(connection, actual.currentContext());
            return;
        }
        stopTimer();
        try {
            pool.acquired(this);
            Objects.requireNonNull(work.body().apply(lent), "the work returned no publisher")
                    .subscribe(this);
        } catch (Throwable thrown) {
            // errors of linkage and the like too: Reactor throws them instead of passing them on
            threw(thrown);
        } finally {
            lent.gate().leave();
        }
    }

    /** What does the work without a lease, or null. */
    @Nullable
    LaneFallback<T> orElse() {
        return work.orElse();
    }

    /** Whether the work can be done without a lease at this moment, and does not wait for one. */
    boolean canGoElsewhere() {
        LaneFallback<T> orElse = work.orElse();
        return orElse != null && !orElse.isPatient() && orElse.places().getAsInt() > 0;
    }

    /** Does the work without a lease, unless the caller has gone. */
    void goElsewhere() {
        LaneFallback<T> orElse = work.orElse();
        boolean admitted = isWaiting();
        if (orElse != null && leaveWait(State.ELSEWHERE)) {
            orElse.work()
                    .apply(admitted ? Math.max(1, pool.waited(this)) : work.waited())
                    .subscribe(this);
        }
    }

    /** Ends the wait with an error; false when it no longer waits. Runs the caller's code. */
    boolean refuse(Throwable error) {
        if (!leaveWait(State.ENDED)) {
            return false;
        }
        caller.error(error);
        return true;
    }

    private boolean leaveWait(State next) {
        if (state.compareAndSet(State.WAITING, next)) {
            stopTimer();
            pool.left();
            return true;
        }
        return state.compareAndSet(State.NEW, next);
    }

    /**
     * Lets the connection go while the COMMIT is under way; false when the use has just ended otherwise.
     *
     * @param whenQuiet runs once, when nothing of this use can reach the connection any more
     */
    boolean passOn(Runnable whenQuiet) {
        Lease lent = lease;
        if (lent == null || !state.compareAndSet(State.USING, State.COMMITTING)) {
            return false;
        }
        pool.left();
        return lent.gate().shut(whenQuiet);
    }

    /** Takes the connection away and fails the work, unless it has just ended. Runs the caller's code. */
    void reclaim(Throwable error) {
        if (state.compareAndSet(State.USING, State.ENDED)) {
            cancelWork();
            giveBack(() -> caller.error(error));
        }
    }

    /**
     * Ends it before its connection is closed under it, unless it has ended. The pool's event queue calls this.
     *
     * @return tells the caller, and runs its code
     */
    @Nullable
    Runnable cutOff(String what) {
        if (leaveWait(State.ENDED)) {
            return () -> caller.error(new ClosedException(what));
        }
        Lease lent = lease;
        boolean ends =
                state.compareAndSet(State.USING, State.CUT_OFF) || state.compareAndSet(State.COMMITTING, State.CUT_OFF);
        if (!ends || lent == null) {
            return null;
        }
        lent.gate().shut(pool::left);
        return () -> caller.error(new ClosedException(what, lent.outcomeIfClosed()));
    }

    /** Whether its caller waited elsewhere before. */
    boolean wasLetIn() {
        return work.waited() > 0;
    }

    boolean isCounted() {
        return work.counted;
    }

    /** Cancels the work, and runs its code: what that throws keeps nobody from giving the connection back. */
    void cancelWork() {
        CaughtSignals.cancelQuietly(inner);
    }

    /** Caller or work threw out of a signal. */
    private void threw(Throwable error) {
        cancelWork();
        onError(error);
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            inner.request(n);
            if (state.get() == State.NEW) {
                pool.admit(this);
            }
        }
    }

    @Override
    public void cancel() {
        cancelWork();
        State before = state.getAndUpdate(now -> now == State.CUT_OFF ? now : State.ENDED);
        switch (before) {
            case WAITING -> {
                stopTimer();
                pool.left();
                pool.gaveUp(this);
            }
            case USING -> {
                pool.cancelled(this);
                giveBack(() -> {});
            }
            case COMMITTING -> pool.cancelled(this);
            default -> {}
        }
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        inner.set(subscription);
    }

    @Override
    public void onNext(T value) {
        if (work.single()) {
            held = value;
        } else {
            caller.next(value, this::threw);
        }
    }

    @Override
    public void onError(Throwable error) {
        if (state.compareAndSet(State.USING, State.ENDED)) {
            giveBack(() -> caller.error(error));
        } else if (endsWithoutLease()) {
            caller.error(error);
        } else if (state.get() != State.CUT_OFF && !(error instanceof HeadgateException)) {
            // what becomes of a statement is no news to a caller that gave up; a fault of the work's own is
            Operators.onErrorDropped(error, actual.currentContext());
        }
    }

    @Override
    public void onComplete() {
        if (state.compareAndSet(State.USING, State.ENDED)) {
            giveBack(() -> caller.complete(takeHeld()));
        } else if (endsWithoutLease()) {
            caller.complete(takeHeld());
        }
    }

    /** The result is the caller's: a timer that still holds this must not hold it. */
    private @Nullable T takeHeld() {
        T value = held;
        held = null;
        return value;
    }

    private boolean endsWithoutLease() {
        return state.compareAndSet(State.ELSEWHERE, State.ENDED) || state.compareAndSet(State.COMMITTING, State.ENDED);
    }

    private void giveBack(Runnable afterwards) {
        Lease lent = lease;
        LeaseConnection connection = lentConnection;
        if (lent != null && connection != null) {
            lent.gate().shut(() -> {
                lent.endStreams();
                pool.left();
                pool.giveBack(connection, actual.currentContext());
                afterwards.run();
            });
        }
    }

    private void stopTimer() {
        Disposable running = timer;
        if (running != null) {
            running.dispose();
        }
    }
}
