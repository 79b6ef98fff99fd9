package io.headgate.core.observe;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * Follows one {@link Operation}. Exactly one of {@link #ended} and {@link #cancelled} is called, once, mostly on an event loop and after the
 * caller got the same signal: it returns at once and does not block. What it throws is logged and dropped.
 */
@FunctionalInterface
public interface Observation {

    /** Follows nothing. */
    Observation NONE = error -> {};

    /**
     * The operation has ended. A statement that its caller cancelled ends like this too, when the server has answered it.
     *
     * @param error null when it succeeded
     */
    void ended(@Nullable Throwable error);

    /** The caller cancelled it: a statement before it was sent, or a transaction. */
    default void cancelled() {}

    /** The Context of what runs within the operation, so that it can tell to what it belongs: what the listener adds to the caller's. */
    default Context within(Context context) {
        return context;
    }
}
