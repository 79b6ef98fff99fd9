package io.headgate.core.error;

import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/** A connection was lost. {@link #outcome()} says whether the work took effect. */
public final class ConnectionLostException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final Node node;

    public ConnectionLostException(Node node, String message, Outcome outcome, @Nullable Throwable cause) {
        super(
                "connection to " + node + " lost: " + message
                        + (outcome == Outcome.UNKNOWN
                                ? "; whether the work took effect is unknown"
                                : "; the work took no effect"),
                cause,
                outcome,
                true);
        this.node = node;
    }

    /** The node. */
    @Override
    public Node node() {
        return node;
    }
}
