package io.headgate.pool.node;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.StaleStatementException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.reactive.LastingTimers;
import io.headgate.core.topology.Node;
import io.headgate.pool.NodePool;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolState;
import io.headgate.pool.PoolStatistics;
import io.headgate.pool.capacity.CapacityPlan;
import io.headgate.pool.concurrent.ShutdownBudget;
import io.headgate.pool.connection.ConnectionSupply;
import io.headgate.pool.lane.LaneCall;
import io.headgate.pool.lane.Lanes;
import io.headgate.pool.lane.OnLease;
import io.headgate.pool.lease.LaneFallback;
import io.headgate.pool.lease.LeasePool;
import io.headgate.pool.lease.LeasedTransaction;
import io.headgate.pool.statement.ScriptMode;
import io.headgate.pool.statement.StatementProfile;
import io.headgate.pool.statement.StatementProfiles;
import io.headgate.pool.statement.StatementTimes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A node's pool of lanes and leases.
 *
 * <p>A proven read shares a lane with others if it is known to be quick. All other work borrows a connection at its first
 * demand: a modification, a batch, a stream, a transaction, DDL, CALL, DO. Results come on the connection's event loop; a
 * refusal for a full queue on the caller's own thread, a time-out on a timer's. The work of a transaction starts on the
 * subscriber's thread when a connection is idle, else on the connection's event loop. Cancellation while waiting leaves the
 * queue. Cancellation while under way drops the result; the connection then serves others, after a reset if it was borrowed.
 * Safe for use by many threads.
 */
public final class LanesAndLeases implements NodePool {

    /** How often ages, idle times and leaks are checked: often enough for limits of seconds. */
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);

    /** Housekeeping runs from one planning to the next: long enough for a mean, short enough for the rise of load in the morning. */
    private static final int REPLANNING = 10;

    /** The first attempt, and two more in case the schema changes again in between. */
    private static final int MOST_STREAM_ATTEMPTS = 3;

    private final Node node;
    private final ConnectionSupply supply;
    private final LeasePool leases;
    private final StatementTimes times;
    private final OnLease onLease;
    private final Lanes lanes;
    private final boolean hasLanes;
    private final StatementProfiles profiles = new StatementProfiles();
    private final PoolCounters counters;
    private final Scheduler timers;
    private final AtomicBoolean kept = new AtomicBoolean();
    private final Disposable.Swap housekeeping = Disposables.swap();
    private volatile @Nullable CapacityRefresh replanning;
    private int ticks;

    LanesAndLeases(
            Node node,
            Mono<DriverConnection> connect,
            PoolOptions options,
            DataAccessListener listener,
            Scheduler timers,
            LongSupplier clock,
            DoubleSupplier random) {
        this.node = node;
        Executor outside = timers::schedule;
        this.counters = new PoolCounters(listener, outside);
        this.supply = new ConnectionSupply(node, connect, options, counters, timers, clock, random);
        this.leases = new LeasePool(node, supply, options, counters, timers);
        this.times = new StatementTimes(options.slowAfter().toNanos());
        this.onLease = new OnLease(leases, times, clock);
        this.lanes = new Lanes(
                node,
                supply,
                options,
                counters,
                timers,
                times,
                onLease,
                call -> onLeaseOrLane(
                        call.statement(), call.profile(), Math.max(1, call.waitedUntil(clock.getAsLong()))));
        this.hasLanes = options.lanes() > 0;
        this.timers = timers;
    }

    /**
     * A pool without connections yet.
     *
     * @param node host and port, for messages and metrics
     * @param connect opens a connection at each subscription
     * @param timers runs time-outs, housekeeping, and the signals of callers and listeners that are sent from within an event queue
     */
    public static LanesAndLeases create(
            Node node,
            Mono<DriverConnection> connect,
            PoolOptions options,
            DataAccessListener listener,
            Scheduler timers) {
        return new LanesAndLeases(
                node,
                connect,
                options,
                listener,
                LastingTimers.of(timers),
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        keepHouse();
        if (!hasLanes || statement.isBatch()) {
            return onLease.run(statement);
        }
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super SqlResult> actual) {
                StatementProfile profile = profiles.of(statement);
                if (profile.belongsOnLane() && lanes.hasRoomForQuick()) {
                    actual.onSubscribe(new LaneCall(lanes, actual, statement, profile));
                } else {
                    if (profile.belongsOnLane()) {
                        lanes.wantOne();
                    }
                    onLeaseOrLane(statement, profile, 0).subscribe(actual);
                }
            }
        };
    }

    /** Leases may be held by transactions that wait for this statement. */
    private Mono<SqlResult> onLeaseOrLane(SqlStatement statement, StatementProfile profile, long waited) {
        return profile.isShareable()
                ? onLease.runOrElse(statement, profile, waited, onLane(statement, profile))
                : onLease.run(statement, profile, waited);
    }

    /** A quick read goes to a lane at once. A read that is slow or was never run goes when leases may be waiting for it. */
    private LaneFallback<SqlResult> onLane(SqlStatement statement, StatementProfile profile) {
        LongFunction<Mono<SqlResult>> onLane = waited -> new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super SqlResult> actual) {
                actual.onSubscribe(new LaneCall(lanes, actual, statement, profile, !profile.mayShare(), waited));
            }
        };
        StatementProfile known = times.known(profile);
        return new LaneFallback<>(
                onLane,
                () -> placesOnLanes(profile),
                () -> profile.mayShare() ? 0 : Math.max(1, (long) known.meanNanos()),
                known,
                () -> {
                    if (profile.mayShare()) {
                        lanes.wantOne();
                    } else {
                        lanes.wantAnother();
                    }
                });
    }

    /** None if a statement of its text waits for a lock: this one would wait too. Nor if the text was found to write in the meantime. */
    private int placesOnLanes(StatementProfile profile) {
        if (!profile.isShareable()) {
            return LaneFallback.NOT_THIS_ONE;
        }
        if (profile.mayShare()) {
            return lanes.hasRoomForQuick() && !onLease.mustWait(profile) ? 1 : 0;
        }
        return profile.isSlowOnLane() || onLease.isAnyStuck(profile) ? LaneFallback.NOT_THIS_ONE : lanes.spare();
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return Flux.defer(() -> stream(query, MOST_STREAM_ATTEMPTS));
    }

    /** Whether cached knowledge of the query may have caused the error. For a text that is not a value of its type, this is tried once. */
    private static boolean mayBeOutdated(SqlStatement query, Throwable error, int attemptsLeft) {
        if (error instanceof StaleStatementException) {
            return attemptsLeft > 1;
        }
        return error instanceof DatabaseException told
                && StaleStatements.mayBeTextParseError(told.sqlState())
                && !query.parameters().isEmpty()
                && attemptsLeft == MOST_STREAM_ATTEMPTS;
    }

    /** The transaction contains only this stream, so it may be repeated until the subscriber has received a row. */
    private Flux<SqlRow> stream(SqlStatement query, int attemptsLeft) {
        AtomicBoolean seen = new AtomicBoolean();
        return inTransaction(OnLease.READ_ONLY, transaction -> transaction.stream(query))
                .doOnNext(row -> seen.set(true))
                .onErrorResume(
                        error -> !seen.get() && mayBeOutdated(query, error, attemptsLeft),
                        outdated -> stream(query, attemptsLeft - 1));
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        keepHouse();
        return leases.use(lease -> LeasedTransaction.run(lease, options, work));
    }

    @Override
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        List<SqlStatement> all = List.copyOf(statements);
        if (all.isEmpty()) {
            return Mono.just(List.of());
        }
        boolean oneSync = true;
        for (SqlStatement each : all) {
            ScriptMode how = ScriptMode.of(each.facts());
            oneSync &= how == ScriptMode.UNDER_ONE_SYNC;
            if (how == ScriptMode.NOT_AT_ALL) {
                return Mono.error(() -> new ConfigurationException(
                        "what may commit by itself, several statements in one text, or a text that is not understood cannot be "
                                + "part of atomically(...): " + each.text()
                                + "; run it by itself, or in a transaction if it does not commit"));
            }
        }
        keepHouse();
        boolean underOneSync = oneSync;
        return leases.useOnce(lease -> lease.atomically(all, underOneSync));
    }

    /**
     * In a transaction: if a COPY failed outside one, PgBouncer would lend the server to others while the rest of the data is still on
     * its way, and would mix up answers.
     */
    @Override
    public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        keepHouse();
        return leases.useOnce(lease -> LeasedTransaction.run(
                        lease, TransactionOptions.defaults(), transaction -> lease.copyIn(copySql, data))
                .singleOrEmpty());
    }

    @Override
    public Flux<ByteBuffer> copyOut(String copySql) {
        keepHouse();
        return leases.use(lease -> lease.copyOut(copySql));
    }

    @Override
    public Mono<Void> warmUp() {
        return Mono.defer(() -> {
            keepHouse();
            return Mono.when(leases.warmUp(), lanes.warmUp());
        });
    }

    /**
     * Changes the number of connections while running. Work under way is not touched: surplus connections take no more work and
     * close when their work has ended.
     *
     * @param newLanes 0 or more; a pool created without lanes gets this many more leases instead
     * @param newLeases at least 1
     */
    public void resize(int newLanes, int newLeases) {
        PoolOptions.atLeast(0, "lanes", newLanes);
        PoolOptions.atLeast(1, "leases", newLeases);
        if (hasLanes) {
            lanes.resize(newLanes);
        }
        leases.resize(hasLanes ? newLeases : newLeases + newLanes);
    }

    /**
     * Plans the pool anew from now on: with the database's limits, and every ten seconds with the measured load. The plan is
     * the ceiling; how many connections are kept open below it follows the load. Call it once, before the first use.
     *
     * @param first the plan that the pool was created from
     * @param inputs sets the application's inputs on a builder that has the database's limits; called every minute on a thread of
     *     {@code boundedElastic}, so it may block for some seconds
     */
    public void follow(CapacityPlan first, UnaryOperator<CapacityPlan.Builder> inputs) {
        replanning = new CapacityRefresh(
                node, this, first, inputs, Schedulers.boundedElastic(), this::adopt, leases, lanes::meanNanos);
    }

    private void adopt(int newLanes, CapacityPlan plan) {
        resize(newLanes, plan.maxLeases());
        leases.maxWaiting(plan.maxWaiting());
        lanes.maxWaiting(plan.maxWaiting());
        if (plan.laneDepth() > 0) {
            lanes.depth(plan.laneDepth());
        }
    }

    private void keepHouse() {
        if (!kept.get() && kept.compareAndSet(false, true)) {
            // ends work that is begun after the closing at once
            housekeeping.update(timers.schedulePeriodically(
                    () -> {
                        leases.housekeep();
                        lanes.housekeep();
                        replan();
                    },
                    HOUSEKEEPING.toNanos(),
                    HOUSEKEEPING.toNanos(),
                    TimeUnit.NANOSECONDS));
        }
    }

    LeasePool leases() {
        return leases;
    }

    private void replan() {
        CapacityRefresh used = replanning;
        if (used != null && ticks++ % REPLANNING == 0) {
            used.tick();
        }
    }

    @Override
    public Node node() {
        return node;
    }

    @Override
    public PoolState state() {
        return supply.poolState();
    }

    @Override
    public PoolStatistics statistics() {
        return counters.statistics(state(), lanes.depths());
    }

    @Override
    public void roleChanged() {
        supply.roleChanged();
        refuseWaiting("its role has changed");
    }

    @Override
    public void abandon(String reason) {
        supply.abandon();
        refuseWaiting(reason);
    }

    @Override
    public void refuseWaiting(String reason) {
        Supplier<Throwable> error = () -> new ConnectFailedException(node, reason, null);
        leases.refuseWaiting(error);
        lanes.refuseWaiting(error);
    }

    @Override
    public Mono<Void> close(Duration patience) {
        ShutdownBudget time = ShutdownBudget.of(patience);
        return time.bound(Mono.when(leases.close(time.forWork()), lanes.close(time.forWork())), this.toString(), timers)
                .doFirst(housekeeping::dispose);
    }

    @Override
    public String toString() {
        return "NodePool[" + node + "]";
    }
}
