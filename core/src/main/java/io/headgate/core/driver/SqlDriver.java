package io.headgate.core.driver;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Opens connections to PostgreSQL, directly or through a pooler. Safe for use by many threads.
 */
public interface SqlDriver {

    /** The driver's name in configuration and metrics. */
    String name();

    /**
     * Opens a connection and logs in. Each subscription opens its own connection. Cancelling closes it, even if it opens at that
     * moment. Signals come on the connection's event loop.
     *
     * @return the connection; {@link io.headgate.core.error.ConfigurationException} if settings are wrong,
     *     {@link io.headgate.core.error.ConnectFailedException} if the node cannot be reached, another
     *     {@link io.headgate.core.error.HeadgateException} if the node refuses
     */
    Mono<DriverConnection> connect(ConnectionSettings settings);

    /**
     * Whether a connection sends a statement before the previous one is answered. If not, statements of several callers on one
     * connection would only queue, so a pool gives each caller its own connection.
     */
    boolean pipelines();

    /**
     * The event loop of the calling thread, such as a web server's; results are then delivered on it. Null if the thread runs no
     * event loop, or one of the driver's own, where results arrive anyway.
     */
    default @Nullable Executor callerLoop() {
        return null;
    }

    /** Closes open connections and stops the driver's threads. Idempotent. */
    Mono<Void> close();
}
