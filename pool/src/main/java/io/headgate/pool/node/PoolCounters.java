package io.headgate.pool.node;

import io.headgate.core.SqlStatement;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.observe.Receipt;
import io.headgate.core.topology.Node;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.PoolRejectedException;
import io.headgate.pool.PoolState;
import io.headgate.pool.PoolStatistics;
import io.headgate.pool.WaitHistogram;
import io.headgate.pool.concurrent.SerialQueue;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import reactor.util.context.ContextView;

/**
 * Counts the events of a pool and forwards them: at once, or on another thread if the event happens inside a {@link
 * SerialQueue}. Lock-free, safe for use by many threads.
 */
final class PoolCounters implements DataAccessListener {

    private final DataAccessListener next;
    private final Executor outside;
    private final WaitHistogram waits = new WaitHistogram();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder rejections = new LongAdder();
    private final LongAdder cancellations = new LongAdder();
    private final LongAdder leaks = new LongAdder();
    private final LongAdder opened = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Map<CloseReason, LongAdder> closed = new ConcurrentHashMap<>();

    /** @param outside runs the application's code for events inside a queue */
    PoolCounters(DataAccessListener next, Executor outside) {
        this.next = next;
        this.outside = outside;
    }

    PoolStatistics statistics(PoolState state, List<Integer> laneDepths) {
        Map<CloseReason, Long> byReason = new EnumMap<>(CloseReason.class);
        for (CloseReason reason : CloseReason.values()) {
            byReason.put(reason, closed(reason).sum());
        }
        return new PoolStatistics(
                state,
                laneDepths,
                waits.snapshot(),
                timeouts.sum(),
                rejections.sum(),
                cancellations.sum(),
                leaks.sum(),
                opened.sum(),
                failed.sum(),
                byReason);
    }

    private LongAdder closed(CloseReason reason) {
        return closed.computeIfAbsent(reason, key -> new LongAdder());
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        return next.started(operation, context);
    }

    @Override
    public void statementReprepared(Node node, SqlStatement statement, String sqlState) {
        next.statementReprepared(node, statement, sqlState);
    }

    @Override
    public void connectionOpened(Node node, long nanos) {
        opened.increment();
        next.connectionOpened(node, nanos);
    }

    @Override
    public void connectionFailed(Node node, Throwable error) {
        failed.increment();
        next.connectionFailed(node, error);
    }

    @Override
    public void connectionClosed(Node node, CloseReason reason) {
        closed(reason).increment();
        outside.execute(() -> next.connectionClosed(node, reason));
    }

    @Override
    public void acquired(Node node, long nanos, ContextView context) {
        waits.record(nanos);
        Listeners.of(next, context).acquired(node, nanos, context);
    }

    @Override
    public void acquireFailed(Node node, Throwable error, ContextView context) {
        if (error instanceof PoolRejectedException) {
            rejections.increment();
        } else if (error instanceof AcquireTimeoutException) {
            timeouts.increment();
        }
        Listeners.of(next, context).acquireFailed(node, error, context);
    }

    @Override
    public void routed(Receipt.Route route, ContextView context) {
        next.routed(route, context);
    }

    @Override
    public Observation committing(Node node, ContextView context) {
        return next.committing(node, context);
    }

    @Override
    public boolean wantsPosition() {
        return next.wantsPosition();
    }

    @Override
    public void leaseLeaked(Node node, String report) {
        leaks.increment();
        outside.execute(() -> next.leaseLeaked(node, report));
    }

    @Override
    public void cancelled(Node node) {
        cancellations.increment();
        next.cancelled(node);
    }
}
