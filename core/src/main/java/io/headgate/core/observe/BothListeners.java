package io.headgate.core.observe;

import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Node;
import reactor.util.context.ContextView;

/** Two listeners as one: each event goes to the first, then to the second. */
final class BothListeners implements DataAccessListener {

    private final DataAccessListener first;
    private final DataAccessListener second;

    BothListeners(DataAccessListener first, DataAccessListener second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        return both(first.started(operation, context), second.started(operation, context));
    }

    @Override
    public Observation committing(Node node, ContextView context) {
        return both(first.committing(node, context), second.committing(node, context));
    }

    private static Observation both(Observation one, Observation other) {
        if (one == Observation.NONE || other == Observation.NONE) {
            return one == Observation.NONE ? other : one;
        }
        return new BothObservations(one, other);
    }

    @Override
    public void routed(Receipt.Route choice, ContextView context) {
        first.routed(choice, context);
        second.routed(choice, context);
    }

    @Override
    public void acquired(Node node, long nanos, ContextView context) {
        first.acquired(node, nanos, context);
        second.acquired(node, nanos, context);
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
    public boolean wantsPosition() {
        return first.wantsPosition() || second.wantsPosition();
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
