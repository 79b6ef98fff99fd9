package io.headgate.core.observe;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * Receives the end of one {@link Operation}. Exactly one of {@link #ended} and {@link #cancelled} is called, once, mostly on an event
 * loop and after the caller was signalled. It must return at once and must not block. Exceptions are logged and dropped.
 */
@FunctionalInterface
public interface Observation {

    /** Does nothing. */
    Observation NONE = error -> {};

    /**
     * The operation has ended. A cancelled statement also ends like this, when the server has answered it.
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
     * stream; the caller waits for it. Not called for an operation that fails: see {@link #failed}.
     */
    default void completed(Completion completion) {}

    /**
     * The operation has failed. Called at most once, before the caller gets the error; the caller waits for it. {@link #ended} follows, with
     * the same error.
     */
    default void failed(Throwable error) {}

    /** The caller cancelled a statement that was not yet sent, or a transaction. */
    default void cancelled() {}

    /** The Context for work within the operation: the caller's, plus the listener's own entries, such as the parent of a trace. */
    default Context within(Context context) {
        return context;
    }
}
