package io.headgate.pool;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A pool over a fake server, in virtual time. */
final class PoolFixture {

    final FakeServer server = new FakeServer();
    final RecordingListener listener = new RecordingListener();
    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final PoolOptions options;
    final LeasePool leases;
    final NodePool pool;

    PoolFixture(int maxConnections) {
        this(PoolOptions.defaults().maxConnections(maxConnections));
    }

    PoolFixture(PoolOptions options) {
        this.options = options;
        leases = new LeasePool("db:5432", server.connect(), options, listener, time);
        pool = new NodePool(leases);
    }

    Mono<SqlResult> execute(String sql) {
        return pool.execute(SqlStatement.of(sql));
    }
}
