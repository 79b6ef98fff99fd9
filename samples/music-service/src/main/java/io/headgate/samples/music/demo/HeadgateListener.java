package io.headgate.samples.music.demo;

import io.headgate.core.SqlStatement;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.topology.Node;
import java.util.concurrent.atomic.LongAdder;
import reactor.util.context.ContextView;

/** Adds waits and statements of Headgate to the times of their request, and counts statements that were prepared anew. */
final class HeadgateListener implements DataAccessListener {

    private final LongAdder rePrepared = new LongAdder();

    long rePrepared() {
        return rePrepared.sum();
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        RequestTimes times = RequestTimes.of(context);
        if (times == null || operation.kind() == Operation.Kind.TRANSACTION) {
            return Observation.NONE;
        }
        long since = System.nanoTime();
        return error -> times.statement(System.nanoTime() - since);
    }

    @Override
    public void acquired(Node node, long nanos, ContextView context) {
        RequestTimes times = RequestTimes.of(context);
        if (times != null) {
            times.waited(nanos);
        }
    }

    @Override
    public void statementReprepared(Node node, SqlStatement statement, String sqlState) {
        rePrepared.increment();
    }
}
