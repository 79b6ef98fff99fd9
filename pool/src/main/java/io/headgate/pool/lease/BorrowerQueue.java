package io.headgate.pool.lease;

import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.concurrent.SerialQueue;
import io.headgate.pool.connection.ConnectionSupply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Borrowers that wait for a connection, first come first served, each for a limited time.
 *
 * <p>A polled borrower may have just given up; the polling code checks that. Belongs to the leases' {@link SerialQueue}: called
 * from its events only. Time-outs are signalled on a timer's thread.
 */
final class BorrowerQueue {

    private final ArrayDeque<Borrower<?>> borrowers = new ArrayDeque<>();
    private final Node node;
    private volatile int bound;
    private final Duration longest;
    private final DataAccessListener listener;
    private final Scheduler timers;
    private final Executor outside;
    private final SerialQueue events;
    private final ConnectionSupply supply;

    BorrowerQueue(
            Node node,
            ConnectionSupply supply,
            PoolOptions options,
            DataAccessListener listener,
            Scheduler timers,
            SerialQueue events) {
        this.node = node;
        this.bound = options.maxWaiting();
        this.longest = options.acquireTimeout();
        this.listener = listener;
        this.timers = timers;
        this.outside = timers::schedule;
        this.events = events;
        this.supply = supply;
    }

    /** The bound of the queue; any thread may read it. */
    int bound() {
        return bound;
    }

    /** Changes the bound; borrowers that already wait stay. */
    void bound(int most) {
        bound = most;
    }

    boolean isEmpty() {
        return borrowers.isEmpty();
    }

    int size() {
        return borrowers.size();
    }

    void add(Borrower<?> borrower) {
        borrowers.add(borrower);
        limitWait(borrower);
    }

    /** Limits the wait until the work starts. Once for each borrower: after a failed validation it may join the queue again. */
    void limitWait(Borrower<?> borrower) {
        if (!borrower.isTimed()) {
            long left = Math.max(0, longest.toNanos() - (supply.now() - borrower.since()));
            borrower.timeOut(timers.schedule(() -> timedOut(borrower), left, TimeUnit.NANOSECONDS));
        }
    }

    private void timedOut(Borrower<?> borrower) {
        if (!borrower.isWaiting()) {
            return;
        }
        AcquireTimeoutException late = supply.timedOut(longest);
        events.run(() -> borrowers.remove(borrower));
        // does nothing if its work has just started
        if (borrower.refuse(late) && borrower.isCounted()) {
            listener.acquireFailed(node, late, borrower.currentContext());
        }
    }

    void forEach(Consumer<Borrower<?>> taker) {
        borrowers.forEach(taker);
    }

    /** Sends the borrowers that match to their fallback, in order. */
    void letGoElsewhere(Predicate<Borrower<?>> goes) {
        borrowers.removeIf(borrower -> {
            boolean going = goes.test(borrower);
            if (going) {
                events.forCaller(borrower::goElsewhere);
            }
            return going;
        });
    }

    @Nullable
    Borrower<?> peek() {
        return borrowers.peekFirst();
    }

    @Nullable
    Borrower<?> poll() {
        return borrowers.pollFirst();
    }

    void remove(Borrower<?> borrower) {
        borrowers.remove(borrower);
    }

    /** Refuses the first borrower that still waits. */
    void refuseFirst(Throwable error) {
        Borrower<?> next;
        while ((next = borrowers.pollFirst()) != null) {
            if (next.isWaiting()) {
                Borrower<?> refused = next;
                outside.execute(() -> {
                    if (refused.refuse(error) && refused.isCounted()) {
                        listener.acquireFailed(node, error, refused.currentContext());
                    }
                });
                return;
            }
        }
    }

    /** Refuses all borrowers. */
    void refuseAll(Supplier<? extends Throwable> error) {
        Borrower<?> next;
        while ((next = borrowers.pollFirst()) != null) {
            refuse(next, error.get());
        }
    }

    private void refuse(Borrower<?> borrower, Throwable error) {
        outside.execute(() -> borrower.refuse(error));
    }
}
