package io.headgate.core.observe;

import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Node;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Combines the client's listener with the listener in a subscription's Context, and guards listeners that throw. */
public final class Listeners {

    /** No other code can put a listener into the Context: one that is not guarded could break the driver. */
    private static final Object KEY = new Object();

    private Listeners() {}

    /**
     * The listeners of a subscription as one listener.
     *
     * @param clients the client's own listener
     */
    public static DataAccessListener of(DataAccessListener clients, ContextView context) {
        return both(clients, own(context));
    }

    /** A listener that passes calls on. What the given one throws is logged, and the observed work continues. */
    public static DataAccessListener guarded(DataAccessListener listener) {
        return GuardedListener.of(listener);
    }

    /** The listeners as one, which calls each in the order given. Each is {@linkplain #guarded guarded} by itself. */
    public static DataAccessListener all(Collection<? extends DataAccessListener> listeners) {
        DataAccessListener all = DataAccessListener.NONE;
        for (DataAccessListener each : listeners) {
            all = both(all, guarded(each));
        }
        return all;
    }

    /** A Context with one more listener. */
    static Context within(Context context, DataAccessListener listener) {
        return context.put(KEY, both(own(context), listener));
    }

    private static DataAccessListener own(ContextView context) {
        DataAccessListener own = context.isEmpty() ? null : context.getOrDefault(KEY, null);
        return own == null ? DataAccessListener.NONE : own;
    }

    private static DataAccessListener both(DataAccessListener first, DataAccessListener second) {
        if (first == DataAccessListener.NONE || second == DataAccessListener.NONE) {
            return first == DataAccessListener.NONE ? second : first;
        }
        return new Both(first, second);
    }

    private static final class Both implements DataAccessListener {

        private final DataAccessListener first;
        private final DataAccessListener second;

        Both(DataAccessListener first, DataAccessListener second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public Observation started(Operation operation, ContextView context) {
            Observation one = first.started(operation, context);
            Observation other = second.started(operation, context);
            if (one == Observation.NONE || other == Observation.NONE) {
                return one == Observation.NONE ? other : one;
            }
            return new BothObservations(one, other);
        }

        @Override
        public void acquired(Node node, long nanos, ContextView context) {
            first.acquired(node, nanos, context);
            second.acquired(node, nanos, context);
        }

        @Override
        public void committed(Node node, long nanos, Completion completion, ContextView context) {
            first.committed(node, nanos, completion, context);
            second.committed(node, nanos, completion, context);
        }

        @Override
        public void acquireFailed(Node node, Throwable error, ContextView context) {
            first.acquireFailed(node, error, context);
            second.acquireFailed(node, error, context);
        }

        @Override
        public void statementReprepared(Node node, SqlStatement statement, String sqlState) {
            first.statementReprepared(node, statement, sqlState);
            second.statementReprepared(node, statement, sqlState);
        }

        @Override
        public void connectionOpened(Node node, long nanos) {
            first.connectionOpened(node, nanos);
            second.connectionOpened(node, nanos);
        }

        @Override
        public void connectionFailed(Node node, Throwable error) {
            first.connectionFailed(node, error);
            second.connectionFailed(node, error);
        }

        @Override
        public void connectionClosed(Node node, CloseReason reason) {
            first.connectionClosed(node, reason);
            second.connectionClosed(node, reason);
        }

        @Override
        public void leaseLeaked(Node node, String report) {
            first.leaseLeaked(node, report);
            second.leaseLeaked(node, report);
        }

        @Override
        public void cancelled(Node node) {
            first.cancelled(node);
            second.cancelled(node);
        }
    }

    private record BothObservations(Observation first, Observation second) implements Observation {

        @Override
        public void ended(@Nullable Throwable error) {
            first.ended(error);
            second.ended(error);
        }

        @Override
        public boolean wantsCompletion() {
            return first.wantsCompletion() || second.wantsCompletion();
        }

        @Override
        public void completed(Completion completion) {
            first.completed(completion);
            second.completed(completion);
        }

        @Override
        public void cancelled() {
            first.cancelled();
            second.cancelled();
        }

        @Override
        public Context within(Context inner) {
            return second.within(first.within(inner));
        }
    }
}
