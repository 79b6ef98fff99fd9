package io.headgate.pool;

import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * Connections of one node, lent to one borrower at a time, first come first served.
 *
 * <p>All state belongs to one loop: whatever happens is put into a queue as an event, and the thread that finds the queue
 * untended works it off. So no event sees another half done, and no lock is held while foreign code runs. Work starts on
 * the thread that made its connection free, mostly an event loop.
 *
 * <p>Connections are opened when a caller waits and none is idle, and stay open until they are lost or the pool closes. A
 * connection that cannot be opened fails one waiting caller. One that comes back with a statement in flight or a
 * transaction open is brought to rest first, or closed.
 *
 * <p>At a hundred times the load the loop is the limit: statements then belong on lanes, and leases are for transactions.
 */
final class LeasePool {

    private static final Logger logger = LoggerFactory.getLogger(LeasePool.class);

    private final String node;
    private final Mono<DriverConnection> connect;
    private final PoolOptions options;
    private final DataAccessListener listener;
    private final Scheduler timers;

    private final Queue<Runnable> events =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger untended = new AtomicInteger();

    // belongs to the loop
    private final ArrayDeque<DriverConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<Borrower<?>> waiting = new ArrayDeque<>();
    private final Set<DriverConnection> open = new HashSet<>();
    private int connecting;
    private boolean closing;
    private boolean outOfPatience;
    private final Sinks.Empty<Void> closed = Sinks.empty();

    private volatile PoolState state;

    LeasePool(
            String node,
            Mono<DriverConnection> connect,
            PoolOptions options,
            DataAccessListener listener,
            Scheduler timers) {
        this.node = node;
        this.connect = connect.switchIfEmpty(Mono.error(() -> new ConnectFailedException(
                node, "the driver gave no connection; check that the supplier of credentials gives some", null)));
        this.options = options;
        this.listener = listener;
        this.timers = timers;
        this.state = new PoolState(0, 0, 0, 0, options.maxConnections(), options.maxWaiting());
    }

    /** Runs work on a connection of its own. Each subscription borrows anew. */
    <T> Flux<T> use(Function<? super Lease, ? extends Publisher<T>> work) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                enqueue(actual, work, false);
            }
        };
    }

    /** Runs work of one value at most, which is delivered after the connection has been given back. */
    <T> Mono<T> useOnce(Function<? super Lease, Mono<T>> work) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                enqueue(actual, work, true);
            }
        };
    }

    private <T> void enqueue(
            CoreSubscriber<? super T> actual, Function<? super Lease, ? extends Publisher<T>> work, boolean single) {
        Borrower<T> borrower = new Borrower<>(this, actual, work, System.nanoTime(), single);
        actual.onSubscribe(borrower);
        enqueue(() -> borrow(borrower));
    }

    /** The pool as it was after the last event. */
    PoolState state() {
        return state;
    }

    /** Refuses new borrowers, lets those that have a connection end, and closes what is left after {@code patience}. */
    Mono<Void> close(Duration patience) {
        return Mono.defer(() -> {
            enqueue(this::beginClose);
            return closed.asMono()
                    .timeout(
                            patience,
                            Mono.defer(() -> {
                                enqueue(this::closeAll);
                                return closed.asMono();
                            }),
                            timers);
        });
    }

    void gaveUp(Borrower<?> borrower) {
        listener.cancelled(node);
        enqueue(() -> waiting.remove(borrower));
    }

    void cancelled() {
        listener.cancelled(node);
    }

    /** Takes a connection back, at once when it is at rest, else when it has come to rest. */
    void giveBack(DriverConnection connection) {
        if (connection.isAtRest()) {
            enqueue(() -> lend(connection));
            return;
        }
        connection
                .settle(options.cancelGrace(), options.settleLimit())
                .subscribe(nothing -> {}, error -> discard(connection, error), () -> enqueue(() -> lend(connection)));
    }

    private void discard(DriverConnection connection, Throwable reason) {
        logger.debug("closing a connection to {} that did not come to rest: {}", node, reason.toString());
        if (connection.isOpen()) {
            // forgotten first, else its closing counts as a loss
            enqueue(() -> forget(connection, CloseReason.NOT_RESTORED));
            connection.close().subscribe();
        } else {
            enqueue(() -> forget(connection, CloseReason.LOST));
        }
    }

    private void enqueue(Runnable event) {
        events.add(event);
        if (untended.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            Runnable next;
            while ((next = events.poll()) != null) {
                handle(next);
            }
            state = snapshot();
            seen = untended.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Foreign code runs in events. What it throws must not end the loop, or nobody would ever be served again. */
    private void handle(Runnable event) {
        try {
            event.run();
        } catch (Throwable thrown) {
            logger.error("a caller of the pool of {} threw out of its signals", node, thrown);
        }
    }

    private PoolState snapshot() {
        return new PoolState(
                open.size(),
                connecting,
                open.size() - idle.size(),
                waiting.size(),
                options.maxConnections(),
                options.maxWaiting());
    }

    private void borrow(Borrower<?> borrower) {
        if (closing) {
            borrower.refuse(new ClosedException("the pool of " + node));
            return;
        }
        DriverConnection connection;
        while ((connection = idle.pollFirst()) != null) {
            if (connection.isOpen()) {
                handOver(connection, borrower);
                return;
            }
        }
        if (!borrower.isWaiting()) {
            return;
        }
        if (waiting.size() >= options.maxWaiting() + options.maxConnections() - open.size()) {
            fail(borrower, new PoolRejectedException(node, snapshot()));
            return;
        }
        waiting.add(borrower);
        Duration limit = options.acquireTimeout();
        borrower.timeOut(timers.schedule(
                () -> enqueue(() -> {
                    if (waiting.remove(borrower)) {
                        fail(borrower, new AcquireTimeoutException(node, limit, snapshot()));
                    }
                }),
                limit.toNanos(),
                TimeUnit.NANOSECONDS));
        connectForWaiting();
    }

    private void handOver(DriverConnection connection, Borrower<?> borrower) {
        if (borrower.deliver(connection)) {
            listener.acquired(node, System.nanoTime() - borrower.since());
        } else {
            lend(connection);
        }
    }

    private void fail(Borrower<?> borrower, Throwable error) {
        if (borrower.refuse(error)) {
            listener.acquireFailed(node, error);
        }
    }

    /** Gives a connection to the first that waits, or keeps it. */
    private void lend(DriverConnection connection) {
        if (!open.contains(connection)) {
            return;
        }
        if (!connection.isOpen()) {
            forget(connection, CloseReason.LOST);
            return;
        }
        Borrower<?> next;
        while ((next = waiting.pollFirst()) != null) {
            if (next.deliver(connection)) {
                listener.acquired(node, System.nanoTime() - next.since());
                return;
            }
        }
        if (closing) {
            connection.close().subscribe();
        } else {
            // last in first out: those that are not needed stay idle and can be told
            idle.addFirst(connection);
        }
    }

    private void connectForWaiting() {
        while (!closing && connecting < waiting.size() && open.size() + connecting < options.maxConnections()) {
            connecting++;
            long since = System.nanoTime();
            connect.subscribe(
                    connection -> enqueue(() -> connected(connection, System.nanoTime() - since)),
                    error -> enqueue(() -> connectFailed(error)));
        }
    }

    private void connected(DriverConnection connection, long nanos) {
        connecting--;
        open.add(connection);
        listener.connectionOpened(node, nanos);
        connection
                .onClose()
                .subscribe(nothing -> {}, error -> {}, () -> enqueue(() -> forget(connection, CloseReason.LOST)));
        lend(connection);
        closedIfDone();
    }

    private void connectFailed(Throwable error) {
        connecting--;
        listener.connectionFailed(node, error);
        Borrower<?> next;
        while ((next = waiting.pollFirst()) != null && !next.refuse(error)) {
            // gave up meanwhile
        }
        connectForWaiting();
        closedIfDone();
    }

    private void forget(DriverConnection connection, CloseReason reason) {
        if (!open.remove(connection)) {
            return;
        }
        idle.remove(connection);
        listener.connectionClosed(node, closing ? CloseReason.SHUTDOWN : reason);
        connectForWaiting();
        closedIfDone();
    }

    private void beginClose() {
        closing = true;
        Borrower<?> next;
        while ((next = waiting.pollFirst()) != null) {
            next.refuse(new ClosedException("the pool of " + node));
        }
        DriverConnection connection;
        while ((connection = idle.pollFirst()) != null) {
            connection.close().subscribe();
        }
        closedIfDone();
    }

    /** A connection still being opened is not waited for; it is closed when it arrives. */
    private void closeAll() {
        outOfPatience = true;
        for (DriverConnection connection : Set.copyOf(open)) {
            connection.close().subscribe();
        }
        closedIfDone();
    }

    private void closedIfDone() {
        if (closing && open.isEmpty() && (connecting == 0 || outOfPatience)) {
            closed.tryEmitEmpty();
        }
    }
}
