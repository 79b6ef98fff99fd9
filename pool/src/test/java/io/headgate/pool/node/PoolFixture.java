package io.headgate.pool.node;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Node;
import io.headgate.pool.FakeConnection;
import io.headgate.pool.FakeServer;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.RecordingListener;
import io.headgate.pool.lease.LeasePool;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A pool over a fake server, in virtual time. */
public final class PoolFixture {

    public final FakeServer server = new FakeServer();
    public final RecordingListener listener = new RecordingListener();
    public final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    public final PoolOptions options;
    public final LanesAndLeases pool;
    public final LeasePool leases;

    /** A pool of this one connection. */
    public static LanesAndLeases over(FakeConnection connection) {
        return LanesAndLeases.create(
                Node.of("db", 5432),
                Mono.just(connection),
                PoolOptions.builder().maxConnections(1).lanes(0).minIdle(0).build(),
                new RecordingListener(),
                VirtualTimeScheduler.create());
    }

    public PoolFixture(int maxConnections) {
        this(PoolOptions.builder()
                .maxConnections(maxConnections)
                .lanes(0)
                .minIdle(0)
                .build());
    }

    public PoolFixture(PoolOptions options) {
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

    public Mono<SqlResult> execute(String sql) {
        return pool.execute(SqlStatement.of(sql));
    }

    /** The server answers all that it has been sent. */
    public void answerAll() {
        for (FakeConnection connection : server.connections()) {
            for (int inFlight = connection.inFlight(); inFlight > 0; inFlight--) {
                connection.answer();
            }
        }
    }
}
