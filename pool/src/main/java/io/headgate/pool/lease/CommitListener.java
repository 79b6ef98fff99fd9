package io.headgate.pool.lease;

import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.headgate.core.observe.Observation;
import io.headgate.core.topology.Node;
import reactor.util.context.ContextView;

/** Receives the commits on a node, as {@link DataAccessListener#committing} does. */
@FunctionalInterface
public interface CommitListener {

    /** Does nothing. */
    CommitListener NONE = context -> Observation.NONE;

    /** A COMMIT begins. */
    Observation committing(ContextView context);

    /** Reports the commits on a node to a listener, and to that of the caller's Context. */
    static CommitListener of(Node node, DataAccessListener listener) {
        return context -> Listeners.of(listener, context).committing(node, context);
    }
}
