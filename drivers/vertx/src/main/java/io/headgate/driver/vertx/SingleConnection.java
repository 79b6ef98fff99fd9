package io.headgate.driver.vertx;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One connection of the Vert.x PG Client, from a Vert.x pool of size one. Closing the pool closes its socket at any moment, also before
 * the server has answered the login. Nothing else in Vert.x's public API does that.
 *
 * <p>Call {@link #open} on an event loop; the connection then uses that loop.
 */
final class SingleConnection {

    private final Pool pool;

    SingleConnection(Vertx vertx, ConnectionSettings settings, SocketAddress address, Credentials credentials) {
        PgConnectOptions options = ConnectOptions.of(settings, address, credentials);
        pool = PgBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(1)
                        .setConnectionTimeout(millis(settings.connectTimeout()))
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(new NetClientOptions().setTcpKeepAlive(true).setConnectTimeout(millis(settings.connectTimeout())))
                .connectingTo(() -> Future.succeededFuture(options))
                .using(vertx)
                .build();
    }

    private static int millis(Duration limit) {
        return (int) Math.min(limit.toMillis(), Integer.MAX_VALUE);
    }

    /** Connects and logs in. Call it once. */
    Future<PgConnection> open() {
        return pool.getConnection().map(PgConnection::cast);
    }

    /**
     * Closes the connection; idempotent. If the other side is silent, or busy with a statement, the socket stays half open until it closes
     * too or TCP gives up.
     */
    void close() {
        pool.close();
    }
}
