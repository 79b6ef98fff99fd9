package io.headgate.pool;

import io.headgate.core.error.ClosedException;
import io.headgate.core.observe.DataAccessListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Borrowers that wait for a connection, first come first served, of a bounded number, each for a limited time.
 *
 * <p>One that has just given up may still be in it; whoever polls it finds that out. Belongs to the leases'
 * {@link SerialQueue}: called from its events only, and timers only enqueue one.
 */
final class BorrowerQueue {

    private final ArrayDeque<Borrower<?>> borrowers = new ArrayDeque<>();
    private final String node;
    private final int bound;
    private final Duration longest;
    private final DataAccessListener listener;
    private final Scheduler timers;
    private final SerialQueue events;
    private final Supplier<PoolState> state;

    /** @param state the leases as they are, for the error of who is refused */
    BorrowerQueue(
            String node,
            PoolOptions options,
            DataAccessListener listener,
            Scheduler timers,
            SerialQueue events,
            Supplier<PoolState> state) {
        this.node = node;
        this.bound = options.maxWaiting();
        this.longest = options.acquireTimeout();
        this.listener = listener;
        this.timers = timers;
        this.events = events;
        this.state = state;
    }

    boolean isEmpty() {
        return borrowers.isEmpty();
    }

    int size() {
        return borrowers.size();
    }

    /** Lets a borrower wait, if the bound and {@code more} beyond it allow; refused otherwise. */
    boolean add(Borrower<?> borrower, int more) {
        if (borrowers.size() >= (long) bound + more) {
            fail(borrower, new PoolRejectedException(node, state.get()));
            return false;
        }
        borrowers.add(borrower);
        limitWait(borrower);
        return true;
    }

    /** Limits the wait here and for a trial; once for each borrower, which may join the queue when a trial has failed. */
    void limitWait(Borrower<?> borrower) {
        if (borrower.isTimed()) {
            return;
        }
        borrower.timeOut(timers.schedule(
                () -> events.run(() -> {
                    borrowers.remove(borrower);
                    // does nothing when it has a connection by now
                    fail(borrower, new AcquireTimeoutException(node, longest, state.get()));
                }),
                longest.toNanos(),
                TimeUnit.NANOSECONDS));
    }

    private void fail(Borrower<?> borrower, Throwable error) {
        if (borrower.refuse(error)) {
            listener.acquireFailed(node, error);
        }
    }

    @Nullable
    Borrower<?> poll() {
        return borrowers.pollFirst();
    }

    void remove(Borrower<?> borrower) {
        borrowers.remove(borrower);
    }

    /** Refuses the first that still waits. */
    void refuseFirst(Throwable error) {
        Borrower<?> next;
        while ((next = borrowers.pollFirst()) != null && !next.refuse(error)) {
            // gave up meanwhile
        }
    }

    /** Refuses all, since the pool closes. */
    void refuseAll() {
        Borrower<?> next;
        while ((next = borrowers.pollFirst()) != null) {
            next.refuse(new ClosedException("the pool of " + node));
        }
    }
}
