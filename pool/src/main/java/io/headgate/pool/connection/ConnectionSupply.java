package io.headgate.pool.connection;

import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import io.headgate.core.topology.Node;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Opens a node's connections for leases and lanes, and tells which must go.
 *
 * <p>A connection must go when it is too old, or when another has been lost since it was opened: a server that restarts
 * takes all of them with it, and what has not noticed yet would fail one caller each. Lifetimes vary by a tenth, so that
 * connections opened together do not end together. A node that accepts none is asked as {@link ConnectBackoff} allows.
 *
 * <p>Safe for use by many threads. Signals come on the driver's threads.
 */
public final class ConnectionSupply {

    private static final double LIFETIME_SPREAD = 0.1;

    private final Node node;
    private final Mono<DriverConnection> connect;
    private final long lifetimeNanos;
    private final DataAccessListener listener;
    private final LongSupplier clock;
    private final DoubleSupplier random;
    private final ConnectBackoff backoff;
    private final List<Runnable> onLoss = new CopyOnWriteArrayList<>();
    private final List<LongConsumer> onConnect = new CopyOnWriteArrayList<>();
    private final List<Supplier<PoolState>> sides = new CopyOnWriteArrayList<>();
    private final AtomicLong lastLoss;

    /**
     * @param clock gives nanoseconds since some moment
     * @param random gives values from 0 to 1
     */
    public ConnectionSupply(
            Node node,
            Mono<DriverConnection> connect,
            PoolOptions options,
            DataAccessListener listener,
            Scheduler timers,
            LongSupplier clock,
            DoubleSupplier random) {
        this.node = node;
        this.backoff = new ConnectBackoff(node, clock, random, timers);
        this.connect = backoff.limit(connect.switchIfEmpty(Mono.error(
                        () -> new ConnectFailedException(node, "the driver gave no connection and no error", null)))
                .doOnError(error -> listener.connectionFailed(node, error)));
        this.lifetimeNanos = options.maxLifetime().toNanos();
        this.listener = listener;
        this.clock = clock;
        this.random = random;
        this.lastLoss = new AtomicLong(now() - 1);
    }

    /** The pool's clock, in nanoseconds. */
    public long now() {
        return clock.getAsLong();
    }

    /** Runs when a connection was lost, so that holders of older ones can look through theirs. */
    public void onLoss(Runnable action) {
        onLoss.add(action);
    }

    /** Runs when connections may become available or stop being so. Holders then connect, or fail their waiting callers. */
    public void onChange(Runnable action) {
        backoff.onChange(action);
    }

    /** Whether the node may be asked for a connection now. */
    public boolean mayConnect() {
        return backoff.mayConnect();
    }

    /** The error for callers who wait while no connection is open; null unless the node is known to accept none. */
    @Nullable
    public HeadgateException refusal() {
        return backoff.refusal();
    }

    /** Counts a side of the pool, leases or lanes, in {@link #poolState}. */
    public void addSide(Supplier<PoolState> side) {
        sides.add(side);
    }

    /** The whole pool as it was a moment ago. */
    public PoolState poolState() {
        return sides.stream().map(Supplier::get).reduce(PoolState::and).orElse(PoolState.EMPTY);
    }

    /** The error of a caller whose wait for a connection timed out. */
    public AcquireTimeoutException timedOut(Duration waited) {
        return new AcquireTimeoutException(node, waited, poolState(), backoff.lastError());
    }

    /**
     * Whether callers without a connection are to fail with the error of an attempt: not when it was not made because another
     * is under way.
     */
    public boolean isFinal(Throwable error) {
        return error == backoff.lastError() || backoff.refusal() != null;
    }

    /** Told how long each attempt to connect took that succeeded, in nanoseconds. */
    public void onConnect(LongConsumer listening) {
        onConnect.add(listening);
    }

    /** Opens one connection, if the node may be asked; calls exactly one of the two, once. */
    public void open(Consumer<PooledConnection> arrived, Consumer<Throwable> refused) {
        long since = now();
        connect.subscribe(
                driver -> {
                    long took = now() - since;
                    onConnect.forEach(listening -> listening.accept(took));
                    listener.connectionOpened(node, took);
                    arrived.accept(new PooledConnection(driver, now(), now() + lifetime()));
                },
                refused);
    }

    private long lifetime() {
        return (long) (lifetimeNanos * (1 - LIFETIME_SPREAD + 2 * LIFETIME_SPREAD * random.getAsDouble()));
    }

    /** Why a connection has to go although nothing is known to be wrong with it, or null. */
    @Nullable
    public CloseReason retirement(PooledConnection connection) {
        if (connection.openedBefore(lastLoss.get())) {
            return CloseReason.OLDER_THAN_LOST;
        }
        return connection.isExpired(now()) ? CloseReason.LIFETIME : null;
    }

    /** Notes that a connection has left the pool; its holder calls this once. */
    public void left(PooledConnection connection, CloseReason reason) {
        listener.connectionClosed(node, reason);
        if (reason == CloseReason.LOST) {
            // one among those that are already going is no news
            if (!connection.openedBefore(lastLoss.get())) {
                lastLoss.set(now());
                onLoss.forEach(Runnable::run);
            }
        }
    }
}
