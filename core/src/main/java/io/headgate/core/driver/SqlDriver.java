package io.headgate.core.driver;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Opens connections to PostgreSQL, directly or through a pooler. Safe for use by many threads.
 */
public interface SqlDriver {

    /** The driver's name, as it stands in configuration and metrics. */
    String name();

    /**
     * Opens a connection and logs in. Each subscription opens one of its own; cancelling closes it, also when it is
     * opened at that moment. Signals come on the connection's event loop.
     *
     * @return the connection, or {@link io.headgate.core.error.ConfigurationException} when settings are wrong,
     *     {@link io.headgate.core.error.ConnectFailedException} when the node cannot be reached, another
     *     {@link io.headgate.core.error.HeadgateException} when it refuses
     */
    Mono<DriverConnection> connect(ConnectionSettings settings);

    /**
     * Whether a connection sends a statement without waiting for the answer to the one before. Without it, statements of
     * several callers on one connection would only queue up, and a pool gives each a connection of its own.
     */
    boolean pipelines();

    /**
     * The event loop that the calling thread runs, such as that of a server handling a request; its results are then brought
     * back to it. Null when the thread runs none, or one of the driver's own, where results come anyway.
     */
    default @Nullable Executor callerLoop() {
        return null;
    }

    /** Frees the driver's threads; connections still open are closed. Idempotent. */
    Mono<Void> close();
}
