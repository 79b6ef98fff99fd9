package io.headgate.core.observe;

import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Node;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Logs what a listener throws, so that an exception of the listener does not disturb the observed work. */
final class GuardedListener implements DataAccessListener {

    private static final Logger logger = LoggerFactory.getLogger(GuardedListener.class);

    /** In nanoseconds. Without it, a listener that always throws would fill the log. */
    private static final long BETWEEN_WARNINGS = TimeUnit.SECONDS.toNanos(10);

    private final DataAccessListener listener;
    private final AtomicLong warned = new AtomicLong(System.nanoTime() - BETWEEN_WARNINGS);

    private GuardedListener(DataAccessListener listener) {
        this.listener = listener;
    }

    /** A listener that passes calls on and logs what the given one throws. */
    static DataAccessListener of(DataAccessListener listener) {
        return listener == NONE || listener instanceof GuardedListener ? listener : new GuardedListener(listener);
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        return guarded(() -> listener.started(operation, context));
    }

    @Override
    public Observation committing(Node node, ContextView context) {
        return guarded(() -> listener.committing(node, context));
    }

    private Observation guarded(Supplier<Observation> start) {
        try {
            Observation started = start.get();
            return started == Observation.NONE ? started : new Guarded(started);
        } catch (Throwable thrown) {
            log(thrown);
            return Observation.NONE;
        }
    }

    @Override
    public void statementReprepared(Node node, SqlStatement statement, String sqlState) {
        tell(() -> listener.statementReprepared(node, statement, sqlState));
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
    public void routed(Receipt.Route choice, ContextView context) {
        tell(() -> listener.routed(choice, context));
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
    public boolean wantsPosition() {
        return answer(() -> listener.wantsPosition());
    }

    @Override
    public void leaseLeaked(Node node, String report) {
        tell(() -> listener.leaseLeaked(node, report));
    }

    @Override
    public void cancelled(Node node) {
        tell(() -> listener.cancelled(node));
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            // catches LinkageError and the like too; otherwise the caller could wait for ever
            log(thrown);
        }
    }

    /** The answer to a question; no if it throws. */
    private boolean answer(BooleanSupplier question) {
        try {
            return question.getAsBoolean();
        } catch (Throwable thrown) {
            log(thrown);
            return false;
        }
    }

    private void log(Throwable thrown) {
        long now = System.nanoTime();
        long last = warned.get();
        if (now - last >= BETWEEN_WARNINGS && warned.compareAndSet(last, now)) {
            logger.warn(
                    "a DataAccessListener threw; it should not. For ten seconds more of it is logged at debug", thrown);
        } else {
            logger.debug("a DataAccessListener threw", thrown);
        }
    }

    /** Logs what an observation throws. */
    private final class Guarded implements Observation {

        private final Observation observation;

        Guarded(Observation observation) {
            this.observation = observation;
        }

        @Override
        public void ended(@Nullable Throwable error) {
            tell(() -> observation.ended(error));
        }

        @Override
        public boolean wantsCompletion() {
            return answer(() -> observation.wantsCompletion());
        }

        @Override
        public void completed(Completion completion) {
            tell(() -> observation.completed(completion));
        }

        @Override
        public void failed(Throwable error) {
            tell(() -> observation.failed(error));
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
