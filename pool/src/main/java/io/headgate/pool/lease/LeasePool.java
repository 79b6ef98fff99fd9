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
import io.headgate.pool.concurrent.TimerThreads;
import io.headgate.pool.connection.ConnectionSupply;
import io.headgate.pool.connection.IdleValidator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
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
 * connections. One that comes back with a statement in flight or a transaction open is brought to rest first, or closed;
 * one that was unused for long is validated before it is lent.
 *
 * <p>All state, of this class and of those two, belongs to one {@link SerialQueue}. Callers' code runs outside it. Work starts
 * on the thread that asked for the connection when one was idle, else on the connection's event loop; so work that blocks
 * holds up its own caller, or what shares that loop. A borrower's wait is limited until its work starts. One too many is
 * refused on its own thread before it enters the queue. Safe for use by many threads.
 *
 * <p>At a hundred times the load the queue is the limit: statements then belong on lanes, and leases are for transactions.
 */
public final class LeasePool {

    private static final Logger logger = LoggerFactory.getLogger(LeasePool.class);

    private final Node node;
    private final ConnectionSupply supply;
    private final PoolOptions options;
    private final DataAccessListener listener;
    private final Scheduler timers;
    private final IdleValidator validator;
    private final SerialQueue events;
    private final Executor outside;
    private final boolean watched;

    /** Borrowers that wait or have a connection. Counted outside the queue, so that it never holds those that are refused. */
    private final AtomicInteger admitted = new AtomicInteger();

    // belongs to the queue
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
        this.timers = timers;
        this.validator = new IdleValidator(options, timers);
        this.outside = new TimerThreads(timers);
        this.watched =
                !options.leakThreshold().isZero() || !options.reclaimAfter().isZero();
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
                () -> keeper.opensInVain(options.longPatience()) ? 0 : keeper.connectionsToCome(),
                keeper::lent,
                options);
        this.state = snapshot();
        supply.addSide(this::state);
    }

    /** Runs work on a connection of its own, borrowed at the first demand. Each subscription borrows anew. */
    public <T> Flux<T> use(Function<? super Lease, ? extends Publisher<T>> body) {
        AssemblySite site = watched ? AssemblySite.here() : AssemblySite.UNKNOWN;
        Borrower.Work<T> work = new Borrower.Work<>(body, site, false, null, true, 0);
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                actual.onSubscribe(new Borrower<>(LeasePool.this, actual, work));
            }
        };
    }

    /** Runs work of one value at most, which is delivered after the connection has been given back. */
    public <T> Mono<T> useOnce(Function<? super Lease, Mono<T>> body) {
        return useOnce(0, body);
    }

    /** As {@link #useOnce(Function)}, for a caller who has waited already, in nanoseconds: the acquire time-out counts that. */
    public <T> Mono<T> useOnce(long waited, Function<? super Lease, Mono<T>> body) {
        return once(new Borrower.Work<>(body, AssemblySite.UNKNOWN, true, null, true, waited));
    }

    /** As {@link #useOnce(Function)}, but the listener is not told: the lane reports the call. */
    public <T> Mono<T> useOnceUncounted(Function<? super Lease, Mono<T>> body) {
        return once(new Borrower.Work<>(body, AssemblySite.UNKNOWN, true, null, false, 0));
    }

    /**
     * As {@link #useOnce(Function)}, or does the same elsewhere when every connection is lent and none that may still be opened is left
     * over from those who wait. That is decided where connections are given out, so it holds at that moment.
     */
    public <T> Mono<T> useOnceOrElse(long waited, Function<? super Lease, Mono<T>> body, LaneFallback<T> elsewhere) {
        return once(new Borrower.Work<>(body, AssemblySite.UNKNOWN, true, elsewhere, true, waited));
    }

    private <T> Mono<T> once(Borrower.Work<T> work) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                actual.onSubscribe(new Borrower<>(LeasePool.this, actual, work));
            }
        };
    }

    /** Lets a borrower in, or turns it away: on its own thread, at the cost of a few reads. */
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

    /** One that was let in before is not turned away for changing sides. */
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

    /** A borrower that was let in waits no longer and holds no connection. */
    void left() {
        admitted.decrementAndGet();
    }

    /** A borrower's work is about to start. */
    void acquired(Borrower<?> borrower) {
        if (borrower.isCounted()) {
            listener.acquired(node, supply.now() - borrower.since(), borrower.currentContext());
        }
    }

    /** The leases as they were after the last event. */
    public PoolState state() {
        return state;
    }

    /** Opens as many connections as are to be kept idle; completes when they are open or could not be. */
    public Mono<Void> warmUp() {
        return Mono.create(sink -> events.run(() -> keeper.replenish(() -> events.forCaller(sink::success))));
    }

    /** Allows another number of connections. Those beyond it go when they are next idle. */
    public void resize(int leases) {
        events.run(() -> keeper.resize(leases));
    }

    /** Keeps this many open from now on, used or not; more are opened as they are needed. */
    public void keepOpen(int leases) {
        events.run(() -> keeper.keepOpen(leases));
    }

    /** Lets another number of borrowers wait from now on. */
    public void maxWaiting(int borrowers) {
        events.run(() -> waiting.bound(borrowers));
    }

    /** Runs an event of somebody else's between those of the leases. */
    public void run(Runnable event) {
        events.run(event);
    }

    /** Tells what the leases had to do since the last time. */
    public void takeLoad(Consumer<LoadSample> taker) {
        events.run(() -> taker.accept(load.take(supply.now())));
    }

    /** Looks for what is too old, idle for too long, or held for too long; called from time to time. */
    public void housekeep(LeakWatch leaks) {
        events.run(() -> keeper.housekeep(leaks));
    }

    /**
     * Refuses new borrowers, lets those that have a connection end, and closes what is left after {@code patience}. Callers
     * that are left then get their error at once, even if the network is silent or their work waits.
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
     * The users are cut off before, so that none is told what the closing makes of its statement. All are told before any work
     * is cancelled: that is foreign code and may take long.
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
     * Takes a connection whose holder's COMMIT is under way for the first that waits, whose work then travels with the COMMIT
     * and is answered after it. When nobody waits, it is better to see how the COMMIT ends.
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
        if (!serveNext(connection)) {
            events.afterwards(() -> giveBack(connection, Context.empty()));
        }
    }

    /**
     * Takes a connection back, at once when it is at rest, else when it has come to rest, or to be closed when it does not.
     *
     * @param context what the last holder's subscriber carried
     */
    void giveBack(LeaseConnection connection, Context context) {
        if (connection.driver().isReady()) {
            events.run(() -> lend(connection));
            return;
        }
        connection
                .driver()
                .reset(options.cancelGrace(), options.resetTimeout())
                .timeout(options.longestReset(), timers)
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

    /** For how long a borrower has waited, in nanoseconds. */
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
            // at once, so that what it sends leaves with what is on its way out, such as a COMMIT
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
            // the work learns it from the connection
            borrower.start(connection);
        }
    }

    /** Gives a connection to the first that waits, or keeps it. */
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
