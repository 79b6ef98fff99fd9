package io.headgate.pool;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.ServerError;
import io.headgate.core.topology.Node;
import io.headgate.pool.connection.ConnectionSupply;
import io.headgate.pool.lane.LaneCall;
import io.headgate.pool.lane.Lanes;
import io.headgate.pool.lane.OnLease;
import io.headgate.pool.lease.LeasePool;
import io.headgate.pool.statement.StatementProfile;
import io.headgate.pool.statement.StatementTimes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Lanes over a fake server that answers on command, in virtual time. Unless options say otherwise, no head is slow however
 * much time passes, and so none is stuck.
 */
public final class LaneFixture {

    public final FakeServer server = new FakeServer().answerOnCommand();
    public final RecordingListener listener = new RecordingListener();
    public final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    public final StatementProfile profile = new StatementProfile(true);
    public final PoolOptions options;
    public final ConnectionSupply supply;
    public final LeasePool leases;
    public final OnLease onLease;
    public final Lanes lanes;

    public LaneFixture(int lanes, int depth) {
        this(PoolOptions.builder()
                .maxConnections(lanes + 1)
                .lanes(lanes)
                .laneDepth(depth)
                .slowAfter(Duration.ofDays(1))
                .build());
    }

    /** Lanes that hold eight statements each, and leases beside them. */
    public static LaneFixture withLeases(int lanes, int leases) {
        return new LaneFixture(PoolOptions.builder()
                .maxConnections(lanes + leases)
                .lanes(lanes)
                .laneDepth(8)
                .build());
    }

    public LaneFixture(PoolOptions options) {
        this.options = options;
        supply = new ConnectionSupply(
                Node.of("db", 5432),
                server.connect(),
                options,
                listener,
                time,
                () -> time.now(TimeUnit.NANOSECONDS),
                () -> 0.5);
        leases = new LeasePool(Node.of("db", 5432), supply, options, listener, time);
        StatementTimes times = new StatementTimes(options.slowAfter().toNanos());
        onLease = new OnLease(leases, times, supply::now);
        lanes = new Lanes(
                Node.of("db", 5432),
                supply,
                options,
                listener,
                time,
                times,
                onLease,
                call -> onLease.run(call.statement()));
    }

    public Mono<SqlResult> execute(String sql) {
        return execute(sql, profile);
    }

    public Mono<SqlResult> execute(String sql, StatementProfile profile) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super SqlResult> actual) {
                actual.onSubscribe(new LaneCall(lanes, actual, SqlStatement.of(sql), profile));
            }
        };
    }

    /** A caller that asks at once. */
    public Signals<SqlResult> call(String sql) {
        return Signals.of(execute(sql));
    }

    /** As many callers as there are texts. */
    public void callEach(String... texts) {
        for (String text : texts) {
            call(text);
        }
    }

    public FakeConnection connection(int index) {
        return server.connection(index);
    }

    /** Answers all that is in flight on a connection, but not what its callers send then. */
    public void answerAll(FakeConnection connection) {
        IntStream.range(0, connection.inFlight()).forEach(i -> connection.answer());
    }

    public void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** Housekeeping each second, as the pool does it. */
    public void keepHouseFor(Duration duration) {
        for (long second = 0; second < duration.toSeconds(); second++) {
            pass(Duration.ofSeconds(1));
            lanes.housekeep();
        }
    }

    /** The server's answer to a statement that a cancel request has hit. */
    public static DatabaseException cancelled() {
        return serverError("ERROR", "57014", "canceling statement due to user request");
    }

    public static DatabaseException serverError(String severity, String sqlState, String message) {
        ServerError error = new ServerError(
                severity, sqlState, message, null, null, 0, null, null, null, null, "ProcessInterrupts");
        return new DatabaseException(error, ErrorTable.of(error, Effect.ATOMIC), Node.of("db", 5432), null, null, null);
    }
}
