package io.headgate.driver.r2dbc;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.topology.Node;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.resources.LoopResources;

/**
 * The connections of one {@link ConnectionSettings}, at most as many as the R2DBC Pool's size. Safe for use by many threads.
 *
 * <p>An acquisition is never cancelled, because R2DBC Pool may lose its slot. A connection that arrives after cancellation is closed.
 */
final class BoundedConnections {

    private final ConnectionSettings settings;
    private final int size;
    private final ProbedConnections connections;
    private final ConnectionPool pool;

    BoundedConnections(ConnectionSettings settings, int size, LoopResources loops, Map<Node, Instant> unnamedUntil) {
        this.settings = settings;
        this.size = size;
        this.connections = new ProbedConnections(settings, loops, InstantSource.system(), unnamedUntil);
        this.pool = new ConnectionPool(ConnectionPoolConfiguration.builder(connections)
                .name("headgate " + settings.node())
                .initialSize(0)
                .maxSize(size)
                // Headgate's pool manages idle connections
                .maxIdleTime(Duration.ZERO)
                .backgroundEvictionInterval(Duration.ZERO)
                .acquireRetry(0)
                .validationDepth(ValidationDepth.LOCAL)
                // one limit for the slot, and one for the connection
                .maxAcquireTime(settings.connectTimeout().multipliedBy(2))
                .build());
    }

    void acquire(R2dbcConnection.Shared shared, MonoSink<DriverConnection> sink) {
        Delivery delivery = new Delivery(sink);
        pool.create().subscribe(pooled -> deliver(pooled, shared, delivery), error -> delivery.failed(failure(error)));
    }

    @SuppressWarnings("unchecked")
    private void deliver(Connection pooled, R2dbcConnection.Shared shared, Delivery delivery) {
        Connection made = ((Wrapped<Connection>) pooled).unwrap();
        PhysicalConnection physical = connections.of(made);
        Mono<Void> slot = Mono.defer(() -> Mono.from(pooled.close()));
        if (physical == null) {
            slot.subscribe(nothing -> {}, error -> {});
            delivery.failed(new ConnectionLostException(
                    settings.node(), "closed as soon as it was opened", Outcome.NOT_EXECUTED, null));
            return;
        }
        delivery.arrived(new R2dbcConnection(physical, slot, settings, shared));
    }

    private HeadgateException failure(Throwable error) {
        if (error instanceof HeadgateException known) {
            return known;
        }
        if (error instanceof R2dbcTimeoutException) {
            return new ConnectFailedException(
                    settings.node(),
                    "no place in the R2DBC pool of " + size + " connections became free within "
                            + settings.connectTimeout().multipliedBy(2).toMillis()
                            + " ms; give the driver at least as many as the client's maxConnections",
                    error);
        }
        return new ConnectFailedException(settings.node(), String.valueOf(error.getMessage()), error);
    }

    /** Closes the pool, and the sockets of connections that are still lent. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            connections.abort();
            return pool.disposeLater();
        });
    }

    /**
     * Delivers a connection, or closes it after cancellation. Cancellation sets the flag, then reads the connection. Arrival sets the
     * connection, then reads the flag. So at least one of them sees the other.
     */
    private static final class Delivery {

        private final MonoSink<DriverConnection> sink;
        private volatile boolean cancelled;
        private volatile @Nullable DriverConnection connection;

        Delivery(MonoSink<DriverConnection> sink) {
            this.sink = sink;
            sink.onCancel(() -> {
                cancelled = true;
                DriverConnection arrived = connection;
                if (arrived != null) {
                    drop(arrived);
                }
            });
        }

        void arrived(DriverConnection opened) {
            connection = opened;
            if (cancelled) {
                drop(opened);
            } else {
                sink.success(opened);
            }
        }

        void failed(HeadgateException error) {
            if (!cancelled) {
                sink.error(error);
            }
        }

        private static void drop(DriverConnection connection) {
            connection.close().subscribe(nothing -> {}, error -> {});
        }
    }
}
