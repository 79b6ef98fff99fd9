package io.headgate.samples.music.demo;

import io.headgate.core.SqlStatement;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import java.util.concurrent.atomic.LongAdder;
import reactor.util.context.ContextView;

/**
 * Adds Headgate's waits to the times of their request, and counts statements that were prepared anew. Over R2DBC Headgate takes a
 * connection when a statement needs one, so the wait is a part of the statement's time and is taken off there.
 */
final class HeadgateListener implements DataAccessListener {

    private final LongAdder rePrepared = new LongAdder();

    long rePrepared() {
        return rePrepared.sum();
    }

    @Override
    public void acquired(Node node, long nanos, ContextView context) {
        RequestTimes times = RequestTimes.of(context);
        if (times != null) {
            times.waited(nanos);
            times.statement(-nanos);
        }
    }

    @Override
    public void statementReprepared(Node node, SqlStatement statement, String sqlState) {
        rePrepared.increment();
    }
}
