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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
 * Opens a node's connections for leases and lanes, and decides which must be closed.
 *
 * <p>A connection must be closed when it is too old, or when another connection was lost after it was opened. A server restart
 * breaks all connections; each one that has not noticed the restart would fail one caller. Lifetimes vary by a tenth, so that
 * connections opened together do not end together. When a node accepts no connections, {@link ConnectBackoff} limits the
 * attempts.
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
    private final Set<DriverConnection> open = ConcurrentHashMap.newKeySet();

    /** Connections opened before this belong to another role of the node. */
    private volatile long roleChangedAt;

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
        this.roleChangedAt = lastLoss.get();
    }

    /** The pool's clock, in nanoseconds. */
    public long now() {
        return clock.getAsLong();
    }

    /** Adds an action that runs when a connection was lost: holders then check their older connections. */
    public void onLoss(Runnable action) {
        onLoss.add(action);
    }

    /**
     * Adds an action that runs when the node may have become available or unavailable. Holders then connect, or fail their
     * waiting callers.
     */
    public void onChange(Runnable action) {
        backoff.onChange(action);
    }

    /** Whether an attempt to connect may begin now. */
    public boolean mayConnect() {
        return backoff.mayConnect();
    }

    /** The error for callers that wait while no connection is open; null unless the node is known to accept no connections. */
    @Nullable
    public HeadgateException refusal() {
        return backoff.refusal();
    }

    /** Adds a side of the pool, leases or lanes, to {@link #poolState}. */
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
     * Whether callers without a connection must fail with this error of an attempt. False if the attempt was not made because
     * another is under way.
     */
    public boolean isFinal(Throwable error) {
        return error == backoff.lastError() || backoff.refusal() != null;
    }

    /** Adds a listener that receives the duration of each successful attempt to connect, in nanoseconds. */
    public void onConnect(LongConsumer listening) {
        onConnect.add(listening);
    }

    /** Opens one connection, if an attempt may begin; calls exactly one of the two callbacks, once. */
    public void open(Consumer<PooledConnection> arrived, Consumer<Throwable> refused) {
        long since = now();
        connect.subscribe(
                driver -> {
                    long took = now() - since;
                    onConnect.forEach(listening -> listening.accept(took));
                    listener.connectionOpened(node, took);
                    open.add(driver);
                    arrived.accept(new PooledConnection(driver, now(), now() + lifetime()));
                },
                refused);
    }

    private long lifetime() {
        return (long) (lifetimeNanos * (1 - LIFETIME_SPREAD + 2 * LIFETIME_SPREAD * random.getAsDouble()));
    }

    /** The reason to close a connection that works as far as is known, or null. */
    @Nullable
    public CloseReason retirement(PooledConnection connection) {
        if (connection.openedBefore(lastLoss.get())) {
            return CloseReason.OLDER_THAN_LOST;
        }
        if (connection.openedBefore(roleChangedAt)) {
            return CloseReason.ROLE_CHANGED;
        }
        return connection.isExpired(now()) ? CloseReason.LIFETIME : null;
    }

    /** Closes the connections opened so far, each when its work has ended. */
    public void roleChanged() {
        roleChangedAt = now();
        onLoss.forEach(Runnable::run);
    }

    /** Closes all connections now. Work under way is lost with its connection. */
    public void abandon() {
        roleChanged();
        open.forEach(each -> each.close().subscribe(closed -> {}, failed -> {}));
    }

    /** Records that a connection has left the pool; its holder calls this once. */
    public void left(PooledConnection connection, CloseReason reason) {
        open.remove(connection.driver());
        listener.connectionClosed(node, reason);
        if (reason == CloseReason.LOST) {
            // ignored when a connection of that age must be closed anyway
            if (!connection.openedBefore(lastLoss.get())) {
                lastLoss.set(now());
                onLoss.forEach(Runnable::run);
            }
        }
    }
}
