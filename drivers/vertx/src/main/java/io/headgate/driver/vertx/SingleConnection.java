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
 * One connection of the Vert.x PG Client, from a Vert.x pool that has only that one. Closing the pool closes its sockets at any
 * moment, also while the server has not answered the login, which nothing else in Vert.x's public API does.
 *
 * <p>To be opened on an event loop, where everything of it then happens.
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

    /** Connects and logs in; to be called once. */
    Future<PgConnection> open() {
        return pool.getConnection().map(PgConnection::cast);
    }

    /**
     * Says goodbye and closes; idempotent. The other side has to close too: to one that is silent, or busy with a statement, the socket
     * stays half open until it does, or until TCP gives it up.
     */
    void close() {
        pool.close();
    }
}
