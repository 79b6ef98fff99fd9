package io.headgate.pool;

import io.headgate.core.error.TransactionEndedException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One caller: waits for a connection, runs its work on it, gives it back.
 *
 * <p>States: waiting, using, committing, ended. The move to <em>using</em> is made by the pool when it delivers, the move to
 * <em>ended</em> by whichever comes first of the work's end, cancellation, time-out and refusal. The pool may take the
 * connection for the next when nothing but the COMMIT is left to be answered: that is the move to <em>committing</em>. Every
 * move is one compare-and-set, so a connection is given back once, by the one that ended the use, and never when it was not
 * delivered. It is given back before the caller hears of the end.
 */
final class Borrower<T> implements CoreSubscriber<T>, Subscription {

    private static final Logger logger = LoggerFactory.getLogger(Borrower.class);

    private enum State {
        WAITING,
        USING,
        COMMITTING,
        ENDED
    }

    private final LeasePool pool;
    private final CoreSubscriber<? super T> actual;
    private final Function<? super Lease, ? extends Publisher<T>> work;
    private final Operators.DeferredSubscription inner = new Operators.DeferredSubscription();
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final AssemblySite site;
    private final long since;
    private final boolean single;
    private @Nullable T held;
    private volatile @Nullable PooledConnection lentConnection;
    private boolean reported;
    private volatile @Nullable Lease lease;
    private volatile @Nullable Disposable timer;

    /**
     * @param single whether the work gives one value at most: it is then passed on with the end, since to the caller of a
     *     Mono the value is the end
     */
    Borrower(
            LeasePool pool,
            CoreSubscriber<? super T> actual,
            Function<? super Lease, ? extends Publisher<T>> work,
            AssemblySite site,
            long since,
            boolean single) {
        this.pool = pool;
        this.actual = actual;
        this.work = work;
        this.site = site;
        this.since = since;
        this.single = single;
    }

    /** When it began to wait, in nanoseconds. */
    long since() {
        return since;
    }

    /** Where its work was put together. */
    AssemblySite site() {
        return site;
    }

    /** The text of the statement it last sent, or null. */
    @Nullable
    String lastStatement() {
        Lease lent = lease;
        return lent == null ? null : lent.lastStatement();
    }

    /** Whether it has not been reported as a leak before. Called by the pool's event queue only. */
    boolean reportOnce() {
        boolean first = !reported;
        reported = true;
        return first;
    }

    boolean isWaiting() {
        return state.get() == State.WAITING;
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

    /** Takes a connection and starts the work; false when it no longer waits, and the connection is somebody else's. */
    boolean deliver(PooledConnection connection) {
        Lease lent = new Lease(connection.driver(), () -> pool.offer(this, connection));
        lease = lent;
        lentConnection = connection;
        // entered before anybody can end the use, so that it is not given back while the work is being started
        lent.gate().enter();
        if (!state.compareAndSet(State.WAITING, State.USING)) {
            return false;
        }
        stopTimer();
        try {
            start(lent);
        } finally {
            lent.gate().leave();
        }
        return true;
    }

    private void start(Lease lent) {
        if (state.get() != State.USING) {
            return;
        }
        try {
            Objects.requireNonNull(work.apply(lent), "the work returned no publisher")
                    .subscribe(this);
        } catch (Throwable thrown) {
            // errors of linkage and the like too: Reactor throws them instead of passing them on
            inner.cancel();
            onError(thrown);
        }
    }

    /** Ends the wait with an error; false when it no longer waits. */
    boolean refuse(Throwable error) {
        if (!state.compareAndSet(State.WAITING, State.ENDED)) {
            return false;
        }
        stopTimer();
        try {
            actual.onError(error);
        } catch (Throwable thrown) {
            logger.error("a caller threw when it was told of an error", thrown);
        }
        return true;
    }

    /**
     * Lets the connection go while the COMMIT is under way; false when the use has just ended otherwise.
     *
     * @param whenQuiet runs once, when nothing of this use can reach the connection any more
     */
    boolean passOn(Runnable whenQuiet) {
        Lease lent = lease;
        return lent != null
                && state.compareAndSet(State.USING, State.COMMITTING)
                && lent.gate().shut(whenQuiet);
    }

    /** Takes the connection away and fails the work, unless it has just ended. */
    void reclaim(Throwable error) {
        if (state.compareAndSet(State.USING, State.ENDED)) {
            inner.cancel();
            giveBack(() -> actual.onError(error));
        }
    }

    @Override
    public void request(long n) {
        inner.request(n);
    }

    @Override
    public void cancel() {
        inner.cancel();
        State before = state.getAndSet(State.ENDED);
        if (before == State.WAITING) {
            stopTimer();
            pool.gaveUp(this);
        } else if (before != State.ENDED) {
            pool.cancelled();
            if (before == State.USING) {
                giveBack(() -> {});
            }
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
        if (single) {
            held = value;
        } else {
            actual.onNext(value);
        }
    }

    @Override
    public void onError(Throwable error) {
        if (state.compareAndSet(State.USING, State.ENDED)) {
            giveBack(() -> actual.onError(error));
        } else if (state.compareAndSet(State.COMMITTING, State.ENDED)) {
            actual.onError(error);
        } else if (!(error instanceof TransactionEndedException)) {
            // one that the lease's own gate refused is no news to a caller that gave up
            Operators.onErrorDropped(error, actual.currentContext());
        }
    }

    @Override
    public void onComplete() {
        if (state.compareAndSet(State.USING, State.ENDED)) {
            giveBack(this::complete);
        } else if (state.compareAndSet(State.COMMITTING, State.ENDED)) {
            complete();
        }
    }

    private void complete() {
        T value = held;
        if (value != null) {
            actual.onNext(value);
        }
        actual.onComplete();
    }

    private void giveBack(Runnable afterwards) {
        Lease lent = lease;
        PooledConnection connection = lentConnection;
        if (lent != null && connection != null) {
            lent.gate().shut(() -> {
                pool.giveBack(connection);
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
