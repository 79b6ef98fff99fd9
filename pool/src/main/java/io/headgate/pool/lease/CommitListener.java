package io.headgate.pool.lease;

import io.headgate.core.observe.Completion;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.headgate.core.topology.Node;
import reactor.util.context.ContextView;

/** Receives the end of a COMMIT, as {@link io.headgate.core.observe.DataAccessListener} does, before the caller. */
public interface CommitListener {

    /** Does nothing. */
    CommitListener NONE = new CommitListener() {
        @Override
        public void committed(long nanos, Completion completion, ContextView context) {}

        @Override
        public void commitFailed(Throwable error, ContextView context) {}
    };

    /** The server has committed. */
    void committed(long nanos, Completion completion, ContextView context);

    /** The COMMIT failed, or its outcome is unknown. */
    void commitFailed(Throwable error, ContextView context);

    /** Reports the commits on a node to a listener, and to that of the caller's Context. */
    static CommitListener of(Node node, DataAccessListener listener) {
        return new CommitListener() {
            @Override
            public void committed(long nanos, Completion completion, ContextView context) {
                Listeners.of(listener, context).committed(node, nanos, completion, context);
            }

            @Override
            public void commitFailed(Throwable error, ContextView context) {
                Listeners.of(listener, context).commitFailed(node, error, context);
            }
        };
    }
}
