package io.headgate.core.error;

import org.jspecify.annotations.Nullable;

/** No connection could be made to a node: refused, timed out, unreachable. Nothing was sent. */
public final class ConnectFailedException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final String node;

    public ConnectFailedException(String node, String message, @Nullable Throwable cause) {
        super("cannot connect to " + node + ": " + message, cause, Outcome.NOT_EXECUTED, true);
        this.node = node;
    }

    /** The node as host and port. */
    public String node() {
        return node;
    }
}
