package io.headgate.pool.lease;

import io.headgate.core.error.ClosedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolRejectedException;
import io.headgate.pool.PoolState;
import io.headgate.pool.capacity.LoadSample;
import io.headgate.pool.concurrent.SerialQueue;
import io.headgate.pool.connection.ConnectionSupply;
import io.headgate.pool.connection.IdleValidator;
import io.headgate.pool.connection.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Connections of one node, lent to one borrower at a time, first come first served.
 *
 * <p>A borrower gets an idle connection or joins the {@link BorrowerQueue}; {@link LeaseConnections} opens and closes
 * connections. A connection that comes back with a statement in flight or an open transaction is reset first, or closed. A
 * connection that was unused for long is validated before it is lent.
 *
 * <p>All state of this class and of those two belongs to one {@link SerialQueue}. Callers' code runs outside it. Work starts on
 * the requesting thread if a connection was idle, else on the connection's event loop. So blocking work delays its own caller,
 * or the other users of that loop. A borrower's wait is limited until its work starts. A borrower beyond the bound is refused
 * on its own thread before it enters the queue. Safe for use by many threads.
 *
 * <p>At a hundred times the load the queue is the bottleneck: then run single statements on lanes, and use leases for
 * transactions.
 */
public final class LeasePool {

    private static final Logger logger = LoggerFactory.getLogger(LeasePool.class);

    private final Node node;
    private final ConnectionSupply supply;
    private final PoolOptions options;
    private final DataAccessListener listener;
    private final CommitListener commits;
    private final Scheduler timers;
    private final IdleValidator validator;
    private final SerialQueue events;
    private final Executor outside;
    private final LeakWatch leaks;

    /** Borrowers that wait or have a connection. Counted outside the queue, so that refused borrowers never enter it. */
    private final AtomicInteger admitted = new AtomicInteger();

    // accessed in the queue only
    private final BorrowerQueue waiting;
    private final LeaseConnections keeper;
    private final LeaseLoad load;
    private final Standstill standstill;

    private volatile PoolState state;

    public LeasePool(
            Node node, ConnectionSupply supply, PoolOptions options, DataAccessListener listener, Scheduler timers) {
        this.node = node;
        this.supply = supply;
        this.options = options;
        this.listener = listener;
        this.commits = CommitListener.of(node, listener);
        this.timers = timers;
        this.validator = new IdleValidator(options, timers);
        this.outside = timers::schedule;
        this.leaks = new LeakWatch(node, options, listener, outside, supply.now());
        this.load = new LeaseLoad(supply.now());
        this.events = new SerialQueue("the pool of " + node, () -> state = snapshot());
        this.waiting = new BorrowerQueue(node, supply, options, listener, timers, events);
        this.keeper = new LeaseConnections(node, supply, options, events, waiting, this::lend);
        this.standstill = new Standstill(
                supply,
                waiting,
                events,
                timers,
                outside,
                () -> keeper.opensInVain(Patience.ofBorrowers(options)) ? 0 : keeper.connectionsToCome(),
                keeper::lent,
                options);
        this.state = snapshot();
        supply.addSide(this::state);
    }

    /** Runs work on its own connection, borrowed at the first demand. Each subscription borrows anew. */
    public <T> Flux<T> use(Function<? super Lease, ? extends Publisher<T>> body) {
        Borrower.Work<T> work = new Borrower.Work<>(body, leaks.site(supply.now()), false, null, true, 0);
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                actual.onSubscribe(new Borrower<>(LeasePool.this, actual, work));
            }
        };
    }

    /** Runs work of at most one value, which is delivered after the connection has been given back. */
    public <T> Mono<T> useOnce(Function<? super Lease, Mono<T>> body) {
        return useOnce(0, body);
    }

    /**
     * As {@link #useOnce(Function)}, for a caller that has already waited. The wait, in nanoseconds, counts towards the acquire
     * time-out.
     */
    public <T> Mono<T> useOnce(long waited, Function<? super Lease, Mono<T>> body) {
        return once(new Borrower.Work<>(body, AssemblySite.NONE, true, null, true, waited));
    }

    /** As {@link #useOnce(Function)}, but the listener is not notified: the lane reports the call. */
    public <T> Mono<T> useOnceUncounted(Function<? super Lease, Mono<T>> body) {
        return once(new Borrower.Work<>(body, AssemblySite.NONE, true, null, false, 0));
    }

    /**
     * As {@link #useOnce(Function)}, but uses the fallback when every connection is lent, and those that may still open are all
     * needed by waiting borrowers. The event queue decides that, so it is true at that moment.
     */
    public <T> Mono<T> useOnceOrElse(long waited, Function<? super Lease, Mono<T>> body, LaneFallback<T> elsewhere) {
        return once(new Borrower.Work<>(body, AssemblySite.NONE, true, elsewhere, true, waited));
    }

    private <T> Mono<T> once(Borrower.Work<T> work) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                actual.onSubscribe(new Borrower<>(LeasePool.this, actual, work));
            }
        };
    }

    /** Admits or refuses a borrower, on its own thread, at the cost of a few reads. */
    void admit(Borrower<?> borrower) {
        borrower.asks(supply.now());
        if (keeper.isClosing()) {
            borrower.refuse(new ClosedException("the pool of " + node));
        } else if (!letsIn(borrower)) {
            turnAway(borrower);
        } else if (borrower.await()) {
            events.run(() -> borrow(borrower));
            borrower.asked();
        } else {
            left();
        }
    }

    /** A borrower that the lanes admitted before is not refused here. */
    private boolean letsIn(Borrower<?> borrower) {
        if (borrower.wasLetIn()) {
            admitted.incrementAndGet();
            return true;
        }
        return reservePlace();
    }

    private boolean reservePlace() {
        int now;
        do {
            now = admitted.get();
            if (now >= (long) keeper.limit() + waiting.bound()) {
                return false;
            }
        } while (!admitted.compareAndSet(now, now + 1));
        return true;
    }

    private void turnAway(Borrower<?> borrower) {
        if (borrower.canGoElsewhere()) {
            borrower.goElsewhere();
            return;
        }
        PoolRejectedException full = new PoolRejectedException(node, supply.poolState());
        if (borrower.refuse(full) && borrower.isCounted()) {
            listener.acquireFailed(node, full, borrower.currentContext());
        }
    }

    /** An admitted borrower no longer waits and holds no connection. */
    void left() {
        admitted.decrementAndGet();
    }

    /** A borrower's work is about to start. */
    void acquired(Borrower<?> borrower) {
        if (borrower.isCounted()) {
            listener.acquired(node, supply.now() - borrower.since(), borrower.currentContext());
        }
    }

    CommitListener commits() {
        return commits;
    }

    /** The leases as they were after the last event. */
    public PoolState state() {
        return state;
    }

    /** Opens the minimum number of idle connections; completes when each is open or has failed to open. */
    public Mono<Void> warmUp() {
        return Mono.create(sink -> events.run(() -> keeper.replenish(() -> events.forCaller(sink::success))));
    }

    /** Changes the limit. Surplus connections are closed when they are next idle. */
    public void resize(int leases) {
        events.run(() -> keeper.resize(leases));
    }

    /** From now on keeps this many connections open, used or not; more are opened when needed. */
    public void keepOpen(int leases) {
        events.run(() -> keeper.keepOpen(leases));
    }

    /** Changes the number of borrowers that may wait. */
    public void maxWaiting(int borrowers) {
        events.run(() -> waiting.bound(borrowers));
    }

    /** Refuses the borrowers that wait. */
    public void refuseWaiting(Supplier<? extends Throwable> error) {
        events.run(() -> waiting.refuseAll(error));
    }

    /** Runs an event of another component in the leases' event queue. */
    public void run(Runnable event) {
        events.run(event);
    }

    /** Reports the load of the leases since the last call. */
    public void takeLoad(Consumer<LoadSample> taker) {
        events.run(() -> taker.accept(load.take(supply.now())));
    }

    /** Checks for connections that are too old, idle or held for too long; called periodically. */
    public void housekeep() {
        events.run(() -> keeper.housekeep(leaks));
    }

    /**
     * Refuses new borrowers, lets borrowers with a connection end, and closes the remaining connections after {@code patience}.
     * Their callers then get the error at once, even if the network does not answer or their work waits.
     */
    public Mono<Void> close(Duration patience) {
        return Mono.defer(() -> {
            events.run(keeper::beginClose);
            return keeper.closed()
                    .timeout(
                            patience,
                            Mono.defer(() -> {
                                events.run(this::closeAll);
                                return keeper.closed();
                            }),
                            timers);
        });
    }

    /**
     * Users are cut off before the connections are closed, so that no user sees the error that the closing causes. All users
     * are signalled before any work is cancelled: cancelling runs the work's code and may take long.
     */
    private void closeAll() {
        List<Borrower<?>> cutOff = new ArrayList<>();
        for (Borrower<?> user : keeper.users()) {
            Runnable telling = user.cutOff("the pool of " + node);
            if (telling != null) {
                outside.execute(telling);
                cutOff.add(user);
            }
        }
        cutOff.forEach(user -> outside.execute(user::cancelWork));
        keeper.closeAll();
    }

    void gaveUp(Borrower<?> borrower) {
        cancelled(borrower);
        events.run(() -> waiting.remove(borrower));
    }

    void cancelled(Borrower<?> borrower) {
        if (borrower.isCounted()) {
            listener.cancelled(node);
        }
    }

    /**
     * Takes a connection whose holder's COMMIT is under way for the first waiting borrower. Its work is then sent right behind
     * the COMMIT and answered after it. When no borrower waits, the pool waits for the end of the COMMIT.
     */
    void offer(Borrower<?> holder, LeaseConnection connection) {
        events.run(() -> {
            if (!waiting.isEmpty() && keeper.mayStay(connection) && !connection.mustYield(supply.now())) {
                holder.passOn(() -> events.run(() -> passOn(connection)));
            }
        });
    }

    private void passOn(LeaseConnection connection) {
        long now = supply.now();
        load.returned(now - connection.lentAt());
        connection.committing();
        // it may have been lost since it was offered
        if (!keeper.mayStay(connection) || !serveNext(connection)) {
            events.afterwards(() -> giveBack(connection, Context.empty()));
        }
    }

    /**
     * Takes a connection back: at once if it is ready, else after a reset. If the reset fails, the connection is closed.
     *
     * @param context the Context of the last holder's subscriber
     */
    void giveBack(LeaseConnection connection, Context context) {
        if (connection.driver().isReady()) {
            events.run(() -> lend(connection));
            return;
        }
        connection
                .driver()
                .reset(options.cancelGrace(), options.resetTimeout())
                .timeout(Patience.ofReset(options), timers)
                .subscribe(
                        nothing -> {},
                        error -> discard(connection, error),
                        () -> events.run(() -> lend(connection)),
                        context);
    }

    private void discard(LeaseConnection connection, Throwable reason) {
        logger.debug("closing a connection to {} that did not come to rest: {}", node, reason.toString());
        CloseReason counted = connection.driver().isOpen() ? CloseReason.NOT_RESTORED : CloseReason.LOST;
        events.run(() -> keeper.close(connection, counted));
    }

    private PoolState snapshot() {
        return keeper.state();
    }

    private void borrow(Borrower<?> borrower) {
        if (keeper.isClosing()) {
            outside.execute(() -> borrower.refuse(new ClosedException("the pool of " + node)));
            return;
        }
        LeaseConnection connection = keeper.takeIdle();
        if (connection != null) {
            validate(connection, borrower);
        } else if (waiting.size() >= keeper.connectionsToCome() && borrower.canGoElsewhere()) {
            events.forCaller(borrower::goElsewhere);
        } else if (borrower.isWaiting()) {
            waiting.add(borrower);
            load.sees(waiting.size(), keeper.leased());
            keeper.connectForWaiting();
            LaneFallback<?> orElse = borrower.orElse();
            if (orElse != null) {
                standstill.watch();
                if (!orElse.isPatient() && waiting.size() > keeper.connectionsToCome()) {
                    outside.execute(orElse.whenItWaits());
                }
            }
        }
    }

    /** How long a borrower has waited, in nanoseconds. */
    long waited(Borrower<?> borrower) {
        return supply.now() - borrower.since();
    }

    private void validate(LeaseConnection connection, Borrower<?> borrower) {
        if (!validator.isDue(supply.now() - connection.idleSince())) {
            handOver(connection, borrower);
            return;
        }
        waiting.limitWait(borrower);
        validator.validate(
                connection,
                valid -> events.run(() -> {
                    if (valid && !keeper.isClosing()) {
                        handOver(connection, borrower);
                    } else {
                        keeper.close(connection, CloseReason.INVALID);
                        borrow(borrower);
                    }
                }));
    }

    private void handOver(LeaseConnection connection, Borrower<?> borrower) {
        if (!deliver(connection, borrower)) {
            lend(connection);
        }
    }

    private boolean deliver(LeaseConnection connection, Borrower<?> borrower) {
        if (!borrower.isWaiting()) {
            return false;
        }
        connection.lentTo(borrower, supply.now());
        load.lent();
        load.sees(waiting.size(), keeper.leased());
        if (borrower.isAskedFor()) {
            events.forCaller(() -> borrower.start(connection));
        } else if (connection.driver().isOnLoop() && !events.owesCallers()) {
            // at once, so that its statements leave together with pending output, such as a COMMIT
            events.forCaller(() -> connection.startOnLoop(borrower));
        } else {
            // the loop may be busy for long
            waiting.limitWait(borrower);
            events.afterwards(() -> toLoop(connection, borrower));
        }
        return true;
    }

    private static void toLoop(LeaseConnection connection, Borrower<?> borrower) {
        try {
            connection.driver().loop().execute(() -> connection.startOnLoop(borrower));
        } catch (RejectedExecutionException closedDriver) {
            // the connection reports the error to the work
            borrower.start(connection);
        }
    }

    /** Gives a connection to the first waiting borrower, or keeps it. */
    private void lend(LeaseConnection connection) {
        long now = supply.now();
        if (connection.holder() != null) {
            load.returned(now - connection.lentAt());
        }
        connection.idle(now);
        if (keeper.takesBack(connection) && !serveNext(connection)) {
            keeper.keep(connection);
        }
    }

    private boolean serveNext(LeaseConnection connection) {
        Borrower<?> next;
        while ((next = waiting.poll()) != null) {
            if (deliver(connection, next)) {
                return true;
            }
        }
        return false;
    }
}
