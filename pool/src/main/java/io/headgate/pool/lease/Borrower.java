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
 * One caller of the lease pool. From its first demand on it waits for a connection, then runs its work on it and gives it back.
 *
 * <p>States: new, waiting, using, committing, elsewhere, cut off, ended. It moves to <em>using</em> when the work starts. It
 * moves to <em>ended</em> at the first of: end of the work, cancellation, time-out, refusal. When only the answer to COMMIT is
 * outstanding, the pool may take the connection for the next borrower: then it moves to <em>committing</em>. Work that can run
 * without a lease moves to <em>elsewhere</em> when no lease is free. When the pool closes the connection during the use, the
 * borrower is <em>cut off</em> and does not give the connection back. Every move is one compare-and-set. So a connection is
 * given back once: by the thread that ended the use, or by the start if the caller had gone. It is given back before the caller
 * receives its terminal signal.
 *
 * <p>An exception that the caller or its work throws from a signal ends the use with that error.
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
     * Work for a connection.
     *
     * @param site where it was assembled
     * @param single whether it emits at most one value. The value is then delivered together with the end, because for the
     *     caller of a Mono the value is the end
     * @param orElse does the same work without a lease, or null
     * @param counted whether the listener is notified of this use; false for a copy of a statement, because the lane reports
     *     the call
     * @param waited how long its caller has already waited, in nanoseconds
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

    /** Written by the requesting thread; only that thread may rely on it. */
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

    /** Where its work was assembled. */
    AssemblySite site() {
        return work.site();
    }

    /** The text of the statement it last sent, or null. */
    @Nullable
    String lastStatement() {
        Lease lent = lease;
        return lent == null ? null : lent.lastStatement();
    }

    /** Its lease while its work runs; null before and after. */
    @Nullable
    Lease lease() {
        return state.get() == State.USING ? lease : null;
    }

    /** True on the first call only: each leak is reported once. Called in the pool's event queue only. */
    boolean reportOnce() {
        boolean first = !reported;
        reported = true;
        return first;
    }

    /** Sets the start of the wait to now, less the time that its caller has already waited. */
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

    /** Whether the calling thread is the one that is requesting the connection at this moment. */
    boolean isAskedFor() {
        return asking == Thread.currentThread();
    }

    /** The requesting thread has left; later signals come on other threads, or later on this one. */
    void asked() {
        asking = null;
    }

    /** Whether its wait has a limit. */
    boolean isTimed() {
        return timer != null;
    }

    /** Stores the timer that ends the wait; it is disposed if the wait is over. */
    void timeOut(Disposable acquireTimer) {
        timer = acquireTimer;
        if (!isWaiting()) {
            acquireTimer.dispose();
        }
    }

    /** Starts the work on a connection, or gives the connection back if the caller has cancelled. Runs the caller's code. */
    void start(LeaseConnection connection) {
        Lease lent = new Lease(
                connection.driver(),
                () -> pool.offer(this, connection),
                work.counted() ? pool.commits() : CommitListener.NONE,
                this::threw);
        lease = lent;
        lentConnection = connection;
        // entered before any thread can end the use: the start must not overlap the return of the connection
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
            // includes linkage errors: Reactor throws them instead of signalling them
            threw(thrown);
        } finally {
            lent.gate().leave();
        }
    }

    /** The fallback that does the work without a lease, or null. */
    @Nullable
    LaneFallback<T> orElse() {
        return work.orElse();
    }

    /** Whether the work can run without a lease at this moment and need not wait for one. */
    boolean canGoElsewhere() {
        LaneFallback<T> orElse = work.orElse();
        return orElse != null && !orElse.isPatient() && orElse.places().getAsInt() > 0;
    }

    /** Runs the work without a lease, unless the caller has cancelled. */
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
     * Releases the connection while the COMMIT is under way; false when the use has just ended otherwise.
     *
     * @param whenQuiet runs once, when this use can no longer reach the connection
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
     * Ends the use before the pool closes its connection, unless the use has ended. Called in the pool's event queue.
     *
     * @return signals the caller, and runs its code; null if there is nothing to signal
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

    /** Whether its caller was admitted and waited elsewhere before. */
    boolean wasLetIn() {
        return work.waited() > 0;
    }

    boolean isCounted() {
        return work.counted;
    }

    /** Cancels the work, and runs its code. An exception from that code does not prevent the return of the connection. */
    void cancelWork() {
        CaughtSignals.cancelQuietly(inner);
    }

    /** The caller or the work threw from a signal. */
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
            // a caller that gave up needs no error of a statement; other errors of the work are reported
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

    /** Clears the result: a timer may still reference this borrower and must not keep the result in memory. */
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
