package io.headgate.core.observe;

import io.headgate.core.topology.Node;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Collects a {@link Receipt} from the events of one subscription. Safe for use by many threads. */
final class ReceiptCollector implements DataAccessListener {

    private final Set<Node> nodes = new LinkedHashSet<>();
    private int operations;
    private long waited;

    /** Adds this collector to the Context. Events within a nested receipt count for both. */
    Context within(Context context) {
        return Listeners.within(context, this);
    }

    synchronized Receipt receipt() {
        return new Receipt(List.copyOf(nodes), operations, Duration.ofNanos(waited));
    }

    @Override
    public synchronized Observation started(Operation operation, ContextView context) {
        Node node = operation.node();
        if (node != null) {
            nodes.add(node);
            operations++;
        }
        return Observation.NONE;
    }

    @Override
    public synchronized void acquired(Node node, long nanos, ContextView context) {
        waited += nanos;
    }
}
