package io.headgate.testkit;

import org.jspecify.annotations.Nullable;

/** The cluster could not do what was asked; the message names what failed, why, and the way out. */
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
