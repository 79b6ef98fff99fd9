package io.headgate.pool;

import io.headgate.core.error.ClosedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import io.headgate.pool.capacity.LoadSample;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Connections of one node, lent to one borrower at a time, first come first served.
 *
 * <p>All state belongs to a {@link SerialQueue}. Work starts on the thread that made its connection free, mostly an event
 * loop.
 *
 * <p>Connections are opened when a caller waits and none is idle, and to keep the least number idle. They stay open until
 * they are lost, too old, or unused for long. A connection that cannot be opened fails one waiting caller. One that comes
 * back with a statement in flight or a transaction open is brought to rest first, or closed; one that was unused for long is
 * tried out before it is lent.
 *
 * <p>At a hundred times the load the queue is the limit: statements then belong on lanes, and leases are for transactions.
 */
final class LeasePool {

    private static final Logger logger = LoggerFactory.getLogger(LeasePool.class);

    private static final int UNPLANNED = -1;

    /** How long a connection beyond the plan is kept, in case the load comes back. */
    private static final long PLANNED_IDLE = TimeUnit.SECONDS.toNanos(30);

    private final String node;
    private final ConnectionSupply supply;
    private final PoolOptions options;
    private final DataAccessListener listener;
    private final Scheduler timers;
    private final IdleTrial trial;
    private final SerialQueue events;
    private final boolean watched;

    // belongs to the queue
    private final ArrayDeque<PooledConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<Borrower<?>> waiting = new ArrayDeque<>();
    private final Set<PooledConnection> open = new HashSet<>();
    private int connecting;
    private int limit;
    private int keepOpen;
    private final LeaseLoad load;
    private boolean closing;
    private boolean outOfPatience;
    private final Sinks.Empty<Void> closed = Sinks.empty();

    private volatile PoolState state;

    LeasePool(
            String node, ConnectionSupply supply, PoolOptions options, DataAccessListener listener, Scheduler timers) {
        this.node = node;
        this.supply = supply;
        this.options = options;
        this.listener = listener;
        this.timers = timers;
        this.trial = new IdleTrial(supply, options, timers);
        this.watched =
                !options.leakThreshold().isZero() || !options.reclaimAfter().isZero();
        this.limit = options.maxLeases();
        this.keepOpen = UNPLANNED;
        this.load = new LeaseLoad(supply.now());
        this.events = new SerialQueue("the pool of " + node, () -> state = snapshot());
        this.state = snapshot();
        supply.onLoss(() -> events.run(this::sweep));
    }

    /** Runs work on a connection of its own. Each subscription borrows anew. */
    <T> Flux<T> use(Function<? super Lease, ? extends Publisher<T>> work) {
        AssemblySite site = watched ? AssemblySite.here() : AssemblySite.UNKNOWN;
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                enqueue(actual, work, site, false);
            }
        };
    }

    /** Runs work of one value at most, which is delivered after the connection has been given back. */
    <T> Mono<T> useOnce(Function<? super Lease, Mono<T>> work) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                enqueue(actual, work, AssemblySite.UNKNOWN, true);
            }
        };
    }

    private <T> void enqueue(
            CoreSubscriber<? super T> actual,
            Function<? super Lease, ? extends Publisher<T>> work,
            AssemblySite site,
            boolean single) {
        Borrower<T> borrower = new Borrower<>(this, actual, work, site, supply.now(), single);
        actual.onSubscribe(borrower);
        events.run(() -> borrow(borrower));
    }

    /** The leases as they were after the last event. */
    PoolState state() {
        return state;
    }

    /** Whether a borrower would have had to wait for another, a moment ago. */
    boolean isExhausted() {
        PoolState now = state;
        return now.leased() + now.waiting() >= now.maxConnections();
    }

    /** Opens as many connections as are to be kept idle; completes when they are open or could not be. */
    Mono<Void> warmUp() {
        return Mono.create(sink -> events.run(() -> replenish(sink::success)));
    }

    /** Allows another number of connections. Those beyond it go when they are next idle. */
    void resize(int leases) {
        events.run(() -> {
            limit = leases;
            sweep();
            connectForWaiting();
        });
    }

    /** Keeps this many open from now on, used or not; more are opened as they are needed. */
    void keepOpen(int leases) {
        events.run(() -> {
            keepOpen = leases;
            replenish(() -> {});
        });
    }

    /** Runs an event of somebody else's between those of the leases. */
    void run(Runnable event) {
        events.run(event);
    }

    /** Tells what the leases had to do since the last time. */
    void takeLoad(Consumer<LoadSample> taker) {
        events.run(() -> taker.accept(load.take(supply.now())));
    }

    /** Looks for what is too old, idle for too long, or held for too long; called from time to time. */
    void housekeep(LeakWatch leaks) {
        events.run(() -> {
            sweep();
            if (!open.isEmpty()) {
                replenish(() -> {});
            }
            for (PooledConnection connection : Set.copyOf(open)) {
                leaks.look(connection, supply.now());
            }
        });
    }

    /** Refuses new borrowers, lets those that have a connection end, and closes what is left after {@code patience}. */
    Mono<Void> close(Duration patience) {
        return Mono.defer(() -> {
            events.run(this::beginClose);
            return closed.asMono()
                    .timeout(
                            patience,
                            Mono.defer(() -> {
                                events.run(this::closeAll);
                                return closed.asMono();
                            }),
                            timers);
        });
    }

    void gaveUp(Borrower<?> borrower) {
        listener.cancelled(node);
        events.run(() -> waiting.remove(borrower));
    }

    void cancelled() {
        listener.cancelled(node);
    }

    /**
     * Takes a connection whose holder's COMMIT is under way for the first that waits, whose work then travels with the COMMIT
     * and is answered after it. When nobody waits, it is better to see how the COMMIT ends.
     */
    void offer(Borrower<?> holder, PooledConnection connection) {
        events.run(() -> {
            if (!waiting.isEmpty()
                    && !closing
                    && open.size() <= limit
                    && connection.driver().isOpen()
                    && open.contains(connection)
                    && supply.retirement(connection) == null
                    && !connection.owesPause(supply.now())) {
                holder.passOn(() -> events.run(() -> passOn(connection)));
            }
        });
    }

    private void passOn(PooledConnection connection) {
        load.returned(supply.now() - connection.lentAt());
        connection.committing();
        if (!serveNext(connection)) {
            giveBack(connection);
        }
    }

    /** Takes a connection back, at once when it is at rest, else when it has come to rest. */
    void giveBack(PooledConnection connection) {
        if (connection.driver().isAtRest()) {
            events.run(() -> lend(connection));
            return;
        }
        connection
                .driver()
                .settle(options.cancelGrace(), options.settleLimit())
                .subscribe(
                        nothing -> {}, error -> discard(connection, error), () -> events.run(() -> lend(connection)));
    }

    private void discard(PooledConnection connection, Throwable reason) {
        logger.debug("closing a connection to {} that did not come to rest: {}", node, reason.toString());
        CloseReason counted = connection.driver().isOpen() ? CloseReason.NOT_RESTORED : CloseReason.LOST;
        events.run(() -> close(connection, counted));
    }

    private PoolState snapshot() {
        return new PoolState(
                open.size(), connecting, open.size() - idle.size(), 0, 0, waiting.size(), limit, options.maxWaiting());
    }

    private void borrow(Borrower<?> borrower) {
        if (closing) {
            borrower.refuse(new ClosedException("the pool of " + node));
            return;
        }
        PooledConnection connection;
        while ((connection = idle.pollFirst()) != null) {
            if (usable(connection)) {
                tryOut(connection, borrower);
                return;
            }
        }
        if (!borrower.isWaiting()) {
            return;
        }
        if (waiting.size() >= options.maxWaiting() + Math.max(0, limit - open.size())) {
            fail(borrower, new PoolRejectedException(node, snapshot()));
            return;
        }
        waiting.add(borrower);
        load.sees(waiting.size(), open.size() - idle.size());
        limitWait(borrower);
        connectForWaiting();
    }

    /** Once for each borrower: a trial that fails sends it here again. */
    private void limitWait(Borrower<?> borrower) {
        if (borrower.isTimed()) {
            return;
        }
        Duration longest = options.acquireTimeout();
        borrower.timeOut(timers.schedule(
                () -> events.run(() -> {
                    waiting.remove(borrower);
                    // does nothing when it has a connection by now
                    fail(borrower, new AcquireTimeoutException(node, longest, snapshot()));
                }),
                longest.toNanos(),
                TimeUnit.NANOSECONDS));
    }

    /** Whether an idle connection may be lent; closed otherwise. */
    private boolean usable(PooledConnection connection) {
        if (!connection.driver().isOpen()) {
            close(connection, CloseReason.LOST);
            return false;
        }
        CloseReason retired = supply.retirement(connection);
        if (retired == null && open.size() > limit) {
            retired = CloseReason.SHRUNK;
        }
        if (retired != null) {
            close(connection, retired);
            return false;
        }
        return true;
    }

    private void tryOut(PooledConnection connection, Borrower<?> borrower) {
        if (!trial.isDue(connection)) {
            handOver(connection, borrower);
            return;
        }
        limitWait(borrower);
        trial.run(
                connection,
                valid -> events.run(() -> {
                    if (valid) {
                        handOver(connection, borrower);
                    } else {
                        close(connection, CloseReason.INVALID);
                        borrow(borrower);
                    }
                }));
    }

    private void handOver(PooledConnection connection, Borrower<?> borrower) {
        if (!deliver(connection, borrower)) {
            lend(connection);
        }
    }

    private boolean deliver(PooledConnection connection, Borrower<?> borrower) {
        long now = supply.now();
        if (!borrower.deliver(connection)) {
            return false;
        }
        connection.lentTo(borrower, now);
        load.lent();
        load.sees(waiting.size(), open.size() - idle.size());
        long waited = now - borrower.since();
        listener.acquired(node, waited);
        return true;
    }

    private void fail(Borrower<?> borrower, Throwable error) {
        if (borrower.refuse(error)) {
            listener.acquireFailed(node, error);
        }
    }

    /** Gives a connection to the first that waits, or keeps it. */
    private void lend(PooledConnection connection) {
        long now = supply.now();
        if (connection.holder() != null) {
            load.returned(now - connection.lentAt());
        }
        connection.idle(now);
        if (!open.contains(connection) || !usable(connection)) {
            return;
        }
        if (serveNext(connection)) {
            return;
        }
        if (closing) {
            connection.driver().close().subscribe();
        } else {
            // last in first out: those that are not needed stay idle and can be told
            idle.addFirst(connection);
        }
    }

    private boolean serveNext(PooledConnection connection) {
        Borrower<?> next;
        while ((next = waiting.pollFirst()) != null) {
            if (deliver(connection, next)) {
                return true;
            }
        }
        return false;
    }

    private void connectForWaiting() {
        while (!closing && connecting < waiting.size() && open.size() + connecting < limit) {
            connect(this::connectFailed, () -> {});
        }
    }

    /**
     * Opens connections up to the least number of idle ones, and the planned number of all. One that cannot be opened is
     * tried again next time.
     */
    private void replenish(Runnable done) {
        int missing = Math.max(options.minIdle() - idle.size(), keepOpen - open.size());
        int wanted = Math.min(missing, limit - open.size()) - connecting;
        if (closing || wanted <= 0) {
            done.run();
            return;
        }
        connect(
                error -> {
                    logger.debug("no spare connection to {}: {}", node, error.toString());
                    // somebody may have come for it meanwhile
                    connectForWaiting();
                    done.run();
                },
                () -> replenish(done));
    }

    private void connect(Consumer<Throwable> refused, Runnable arrived) {
        connecting++;
        supply.open(
                connection -> events.run(() -> {
                    connecting--;
                    connected(connection);
                    arrived.run();
                }),
                error -> events.run(() -> {
                    connecting--;
                    refused.accept(error);
                    closedIfDone();
                }));
    }

    private void connected(PooledConnection connection) {
        open.add(connection);
        connection
                .driver()
                .onClose()
                .subscribe(nothing -> {}, error -> {}, () -> events.run(() -> forget(connection, CloseReason.LOST)));
        lend(connection);
        closedIfDone();
    }

    private void connectFailed(Throwable error) {
        Borrower<?> next;
        while ((next = waiting.pollFirst()) != null && !next.refuse(error)) {
            // gave up meanwhile
        }
        connectForWaiting();
    }

    /** Closes idle connections that must go, and those not needed for long. */
    private void sweep() {
        long now = supply.now();
        for (Iterator<PooledConnection> each = idle.descendingIterator(); each.hasNext(); ) {
            PooledConnection connection = each.next();
            @Nullable CloseReason reason = supply.retirement(connection);
            if (reason == null) {
                reason = superfluous(now - connection.idleSince());
            }
            if (reason != null) {
                each.remove();
                close(connection, reason);
            }
        }
    }

    private @Nullable CloseReason superfluous(long unused) {
        if (open.size() > limit) {
            return CloseReason.SHRUNK;
        }
        if (idle.size() <= options.minIdle() || open.size() <= keepOpen) {
            return null;
        }
        if (keepOpen != UNPLANNED && unused >= PLANNED_IDLE) {
            return CloseReason.SHRUNK;
        }
        return unused >= options.idleTimeout().toNanos() ? CloseReason.IDLE : null;
    }

    private void close(PooledConnection connection, CloseReason reason) {
        // forgotten first, else its closing counts as a loss
        forget(connection, reason);
        if (connection.driver().isOpen()) {
            connection.driver().close().subscribe();
        }
    }

    private void forget(PooledConnection connection, CloseReason reason) {
        if (!open.remove(connection)) {
            return;
        }
        idle.remove(connection);
        supply.left(connection, closing ? CloseReason.SHUTDOWN : reason);
        connectForWaiting();
        closedIfDone();
    }

    private void beginClose() {
        closing = true;
        Borrower<?> next;
        while ((next = waiting.pollFirst()) != null) {
            next.refuse(new ClosedException("the pool of " + node));
        }
        PooledConnection connection;
        while ((connection = idle.pollFirst()) != null) {
            connection.driver().close().subscribe();
        }
        closedIfDone();
    }

    /** A connection still being opened is not waited for; it is closed when it arrives. */
    private void closeAll() {
        outOfPatience = true;
        for (PooledConnection connection : Set.copyOf(open)) {
            connection.driver().close().subscribe();
        }
        closedIfDone();
    }

    private void closedIfDone() {
        if (closing && open.isEmpty() && (connecting == 0 || outOfPatience)) {
            closed.tryEmitEmpty();
        }
    }
}
