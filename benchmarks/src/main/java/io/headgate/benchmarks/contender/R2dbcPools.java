package io.headgate.benchmarks.contender;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.client.SSLMode;
import reactor.netty.resources.LoopResources;

/**
 * A pool of r2dbc-postgresql's connections. The connections are spread over the event loops: by default Reactor Netty puts
 * those that a pool opens from an event loop on that same one.
 */
final class R2dbcPools {

    private final LoopResources loops =
            LoopResources.create("r2dbc", -1, Runtime.getRuntime().availableProcessors(), true, false);
    private final ConnectionPool pool;

    R2dbcPools(Target target, Tuning tuning) {
        PostgresqlConnectionFactory factory =
                new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                        .host(target.host())
                        .port(target.port())
                        .database(target.database())
                        .username(target.user())
                        .password(target.password())
                        .sslMode(SSLMode.DISABLE)
                        .loopResources(loops)
                        .build());
        pool = new ConnectionPool(ConnectionPoolConfiguration.builder(factory)
                .initialSize(tuning.connections())
                .maxSize(tuning.connections())
                .build());
        pool.warmup().block();
    }

    ConnectionPool pool() {
        return pool;
    }

    void close() {
        pool.disposeLater().block();
        loops.disposeLater().block();
    }
}
