package io.headgate.pool;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Node;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A pool over a fake server, in virtual time. */
final class PoolFixture {

    final FakeServer server = new FakeServer();
    final RecordingListener listener = new RecordingListener();
    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final PoolOptions options;
    final LanesAndLeases pool;
    final LeasePool leases;

    /** A pool of this one connection. */
    static LanesAndLeases over(FakeConnection connection) {
        return LanesAndLeases.create(
                Node.of("db", 5432),
                Mono.just(connection),
                PoolOptions.builder().maxConnections(1).lanes(0).minIdle(0).build(),
                new RecordingListener(),
                VirtualTimeScheduler.create());
    }

    PoolFixture(int maxConnections) {
        this(PoolOptions.builder()
                .maxConnections(maxConnections)
                .lanes(0)
                .minIdle(0)
                .build());
    }

    PoolFixture(PoolOptions options) {
        this.options = options;
        pool = new LanesAndLeases(
                Node.of("db", 5432),
                server.connect(),
                options,
                listener,
                time,
                () -> time.now(TimeUnit.NANOSECONDS),
                () -> 0.5);
        leases = pool.leases();
    }

    Mono<SqlResult> execute(String sql) {
        return pool.execute(SqlStatement.of(sql));
    }
}
