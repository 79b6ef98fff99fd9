package io.headgate.client.r2dbc;

import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlStatement;
import io.headgate.core.sql.TextCache;
import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * R2DBC connections that hold no connection to the server. Each is a few objects. A statement outside a transaction shares a
 * lane with others. A transaction takes a lease at its first statement and gives it back at its end. So there is nothing to
 * pool: a pool in front of it (R2DBC Pool, {@code spring.r2dbc.pool}) only does harm.
 *
 * <p>The first {@link #create} asks the server for its version, and so fails when the server cannot be reached; later calls
 * send nothing. Safe for use by many threads.
 */
public final class HeadgateConnectionFactory implements ConnectionFactory, Closeable, Wrapped<Object> {

    private static final SqlStatement VERSION = SqlStatement.of("SHOW server_version");

    /** The name by which Spring and others choose PostgreSQL's dialect. */
    private static final ConnectionFactoryMetadata POSTGRESQL = () -> "PostgreSQL";

    private final SqlExecutor executor;
    private final ConnectionDefaults defaults;
    private final Mono<Void> onClose;
    private final Object wrapped;
    private final TextCache<StatementText> texts = new TextCache<>(StatementText::read);
    private volatile @Nullable String serverVersion;

    /**
     * @param executor runs the connections' statements
     * @param defaults the initial settings of each connection
     * @param onClose the action of {@link #close}
     */
    public HeadgateConnectionFactory(SqlExecutor executor, ConnectionDefaults defaults, Mono<Void> onClose) {
        this(executor, defaults, onClose, executor);
    }

    private HeadgateConnectionFactory(
            SqlExecutor executor, ConnectionDefaults defaults, Mono<Void> onClose, Object wrapped) {
        this.executor = Objects.requireNonNull(executor, "executor");
        this.defaults = Objects.requireNonNull(defaults, "defaults");
        this.onClose = Objects.requireNonNull(onClose, "onClose");
        this.wrapped = Objects.requireNonNull(wrapped, "wrapped");
    }

    /**
     * This factory with another object behind {@link #unwrap()}, for frameworks that look there for their own type. Both belong
     * to one client, and closing either closes it.
     */
    public HeadgateConnectionFactory wrapping(ConnectionFactory inner) {
        return new HeadgateConnectionFactory(executor, defaults, onClose, inner);
    }

    /** Creates a connection. It costs only memory, but must be closed; that rolls back an open transaction. */
    @Override
    public Mono<Connection> create() {
        return Mono.defer(() -> {
            String version = serverVersion;
            return version != null
                    ? Mono.just(connection(version))
                    : askVersion().map(this::connection);
        });
    }

    private Mono<String> askVersion() {
        return executor.execute(VERSION)
                .map(result -> result.rows().get(0).require(0, String.class))
                .doOnNext(version -> serverVersion = version)
                .onErrorMap(R2dbcExceptions::of);
    }

    private Connection connection(String version) {
        return new HeadgateConnection(executor, texts, defaults, version);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return POSTGRESQL;
    }

    /**
     * Closes the client, within its {@code shutdownTimeout}, if this factory was created from a URL or options. Does nothing if
     * it was taken from a client. Nothing happens before a subscription. Under Spring Boot the context closes it.
     */
    @Override
    public Mono<Void> close() {
        return onClose;
    }

    /** The client underneath, unless {@link #wrapping} set another object. Better by class: {@code unwrap(Headgate.class)}. */
    @Override
    public Object unwrap() {
        return wrapped;
    }

    /** This factory or the client underneath, if it is of the type; null if neither is. */
    @Override
    public <E> @Nullable E unwrap(Class<E> type) {
        return type.isInstance(this) ? type.cast(this) : type.isInstance(executor) ? type.cast(executor) : null;
    }

    @Override
    public String toString() {
        return "HeadgateConnectionFactory[" + executor + "]";
    }
}
