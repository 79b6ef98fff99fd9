package io.headgate.testkit;

import org.jspecify.annotations.Nullable;

/** The cluster could not perform an operation; the message names the failure, its cause and the fix. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception without a cause.
     *
     * @param message what failed and what to do about it
     */
    public ClusterException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message what failed and what to do about it
     * @param cause the failure underneath, if any
     */
    public ClusterException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
