package io.headgate.core.error;

import org.jspecify.annotations.Nullable;

/** A connection was lost. Whether the work took effect is in {@link #outcome()}. */
public final class ConnectionLostException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final String node;

    public ConnectionLostException(String node, String message, Outcome outcome, @Nullable Throwable cause) {
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

    /** The node as host and port. */
    public String node() {
        return node;
    }
}
