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

    /** Whether {@link #completed} is to be called. The driver collects what it needs for that only on request. */
    default boolean wantsCompletion() {
        return false;
    }

    /**
     * The server has completed the operation. Called at most once, on an event loop, before the caller gets the result or the end of the
     * stream; the caller waits for it. Not called for an operation that fails.
     */
    default void completed(Completion completion) {}

    /** The caller cancelled it: a statement before it was sent, or a transaction. */
    default void cancelled() {}

    /** The Context of what runs within the operation, so that it can tell to what it belongs: what the listener adds to the caller's. */
    default Context within(Context context) {
        return context;
    }
}
