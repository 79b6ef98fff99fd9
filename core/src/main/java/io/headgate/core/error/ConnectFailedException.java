package io.headgate.core.error;

import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/** A connection to a node could not be opened: refused, timed out, unreachable. No statement was sent. */
public final class ConnectFailedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final Node node;

    public ConnectFailedException(Node node, String message, @Nullable Throwable cause) {
        super("cannot connect to " + node + ": " + message, cause, Outcome.NOT_EXECUTED, true);
        this.node = node;
    }

    /** The node. */
    @Override
    public Node node() {
        return node;
    }
}
