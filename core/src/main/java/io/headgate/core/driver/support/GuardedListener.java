package io.headgate.core.driver.support;

import io.headgate.core.SqlStatement;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Keeps what a listener throws from the work it is told of: logs it and goes on. */
public final class GuardedListener implements DataAccessListener {

    private static final Logger logger = LoggerFactory.getLogger(GuardedListener.class);

    private final DataAccessListener listener;

    private GuardedListener(DataAccessListener listener) {
        this.listener = listener;
    }

    /** What tells a listener, and survives it. */
    public static DataAccessListener of(DataAccessListener listener) {
        return listener == NONE || listener instanceof GuardedListener ? listener : new GuardedListener(listener);
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        try {
            Observation started = listener.started(operation, context);
            return started == Observation.NONE ? started : new Guarded(started);
        } catch (Throwable thrown) {
            log(thrown);
            return Observation.NONE;
        }
    }

    @Override
    public void statementHealed(Node node, SqlStatement statement, String sqlState) {
        tell(() -> listener.statementHealed(node, statement, sqlState));
    }

    @Override
    public void connectionOpened(Node node, long nanos) {
        tell(() -> listener.connectionOpened(node, nanos));
    }

    @Override
    public void connectionFailed(Node node, Throwable error) {
        tell(() -> listener.connectionFailed(node, error));
    }

    @Override
    public void connectionClosed(Node node, CloseReason reason) {
        tell(() -> listener.connectionClosed(node, reason));
    }

    @Override
    public void acquired(Node node, long nanos, ContextView context) {
        tell(() -> listener.acquired(node, nanos, context));
    }

    @Override
    public void acquireFailed(Node node, Throwable error, ContextView context) {
        tell(() -> listener.acquireFailed(node, error, context));
    }

    @Override
    public void leaseLeaked(Node node, String report) {
        tell(() -> listener.leaseLeaked(node, report));
    }

    @Override
    public void cancelled(Node node) {
        tell(() -> listener.cancelled(node));
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            // errors of linkage and the like too: the caller would wait for an answer that is never passed on
            log(thrown);
        }
    }

    private static void log(Throwable thrown) {
        logger.warn("a DataAccessListener threw; it should not", thrown);
    }

    /** Survives what an observation throws. */
    private static final class Guarded implements Observation {

        private final Observation observation;

        Guarded(Observation observation) {
            this.observation = observation;
        }

        @Override
        public void ended(@Nullable Throwable error) {
            tell(() -> observation.ended(error));
        }

        @Override
        public void cancelled() {
            tell(() -> observation.cancelled());
        }

        @Override
        public Context within(Context context) {
            try {
                Context within = observation.within(context);
                return within == null ? context : within;
            } catch (Throwable thrown) {
                log(thrown);
                return context;
            }
        }
    }
}
