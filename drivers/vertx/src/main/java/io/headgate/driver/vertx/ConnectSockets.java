package io.headgate.driver.vertx;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.impl.PgConnectionFactory;
import java.time.Duration;

/**
 * The sockets of one attempt to connect: that of the connection, and those that Vert.x gives up on the way, as when the
 * server takes no TLS. They belong to a client of their own, so that closing it closes them at any moment, also while the
 * server has not answered the login. Safe for use by many threads.
 */
final class ConnectSockets {

    private final PgConnectionFactory factory;

    /** @param limit longest time for a socket to connect */
    ConnectSockets(VertxInternal vertx, Duration limit) {
        factory = new PgConnectionFactory(
                vertx, new NetClientOptions().setConnectTimeout((int) Math.min(limit.toMillis(), Integer.MAX_VALUE)));
    }

    /** Connects and logs in; to be called once. */
    Future<PgConnection> connect(ContextInternal context, PgConnectOptions options) {
        return factory.connect((Context) context, options).map(PgConnection.class::cast);
    }

    /** Closes what is open; idempotent. */
    void close() {
        factory.close(Promise.promise());
    }

    /** Lets the connection live, and closes the rest after it. */
    void closeAfter(VertxConnection connection) {
        connection.onClose().subscribe(nothing -> {}, error -> {}, this::close);
    }
}
