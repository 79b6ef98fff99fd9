package io.headgate.pool;

import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.observe.DataAccessListener;
import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs SQL on the connections of one node: the layer next to the driver.
 *
 * <p>A statement, a stream and a transaction each borrow one connection. Results come on the connection's event loop; a
 * refusal or time-out comes on the thread that decides it. Cancellation while waiting leaves the queue; cancellation under
 * way drops the result, and the connection is lent again once it has come to rest. Safe for use by many threads.
 */
public final class NodePool implements SqlExecutor {

    private static final TransactionOptions READ_ONLY =
            TransactionOptions.defaults().asReadOnly();

    private final LeasePool leases;

    NodePool(LeasePool leases) {
        this.leases = leases;
    }

    /**
     * A pool without connections yet.
     *
     * @param node host and port, for messages and metrics
     * @param connect opens a connection at each subscription
     * @param timers runs the acquire time-outs; they only put an event into a queue
     */
    public static NodePool create(
            String node,
            Mono<DriverConnection> connect,
            PoolOptions options,
            DataAccessListener listener,
            Scheduler timers) {
        return new NodePool(new LeasePool(node, connect, options, listener, timers));
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return leases.useOnce(lease -> lease.execute(statement));
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return inTransaction(READ_ONLY, transaction -> transaction.stream(query));
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return leases.use(lease -> LeasedTransaction.run(lease, options, work));
    }

    /** The pool as it was a moment ago. */
    public PoolState state() {
        return leases.state();
    }

    /**
     * Refuses new work, lets what runs end, and closes every connection.
     *
     * @param patience how long what runs may take; then its connections are closed under it
     */
    public Mono<Void> close(Duration patience) {
        return leases.close(patience);
    }
}
