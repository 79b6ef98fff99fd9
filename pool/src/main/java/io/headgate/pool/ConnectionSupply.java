package io.headgate.pool;

import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Opens a node's connections for leases and lanes, and tells which must go.
 *
 * <p>A connection must go when it is too old, or when another has been lost since it was opened: a server that restarts
 * takes all of them with it, and what has not noticed yet would fail one caller each. Lifetimes vary by a tenth, so that
 * connections opened together do not end together.
 *
 * <p>Safe for use by many threads. Signals come on the driver's threads.
 */
final class ConnectionSupply {

    private static final double LIFETIME_SPREAD = 0.1;

    private final String node;
    private final Mono<DriverConnection> connect;
    private final long lifetimeNanos;
    private final DataAccessListener listener;
    private final LongSupplier clock;
    private final DoubleSupplier random;
    private final List<Runnable> onLoss = new CopyOnWriteArrayList<>();
    private final AtomicLong lastLoss;

    /**
     * @param clock gives nanoseconds since some moment
     * @param random gives values from 0 to 1
     */
    ConnectionSupply(
            String node,
            Mono<DriverConnection> connect,
            PoolOptions options,
            DataAccessListener listener,
            LongSupplier clock,
            DoubleSupplier random) {
        this.node = node;
        this.connect = connect.switchIfEmpty(Mono.error(() -> new ConnectFailedException(
                node, "the driver gave no connection; check that the supplier of credentials gives some", null)));
        this.lifetimeNanos = options.maxLifetime().toNanos();
        this.listener = listener;
        this.clock = clock;
        this.random = random;
        this.lastLoss = new AtomicLong(now() - 1);
    }

    /** The pool's clock, in nanoseconds. */
    long now() {
        return clock.getAsLong();
    }

    /** Runs when a connection was lost, so that holders of older ones can look through theirs. */
    void onLoss(Runnable action) {
        onLoss.add(action);
    }

    /** Opens one connection; one of the two hears of it, once. */
    void open(Consumer<PooledConnection> arrived, Consumer<Throwable> refused) {
        long since = now();
        connect.subscribe(
                driver -> {
                    listener.connectionOpened(node, now() - since);
                    arrived.accept(new PooledConnection(driver, now(), now() + lifetime()));
                },
                error -> {
                    listener.connectionFailed(node, error);
                    refused.accept(error);
                });
    }

    private long lifetime() {
        return (long) (lifetimeNanos * (1 - LIFETIME_SPREAD + 2 * LIFETIME_SPREAD * random.getAsDouble()));
    }

    /** Why a connection has to go although nothing is known to be wrong with it, or null. */
    @Nullable
    CloseReason retirement(PooledConnection connection) {
        if (connection.openedBefore(lastLoss.get())) {
            return CloseReason.OLDER_THAN_LOST;
        }
        return connection.isExpired(now()) ? CloseReason.LIFETIME : null;
    }

    /** Notes that a connection has left the pool; its holder calls this once. */
    void left(PooledConnection connection, CloseReason reason) {
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
