package io.headgate.core.observe;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * Receives the end of one {@link Operation}. Exactly one of {@link #ended} and {@link #cancelled} is called, once, mostly on an event
 * loop and after the caller received the same signal. It must return at once and must not block. Exceptions are logged and dropped.
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

    /** The caller cancelled a statement that was not yet sent, or a transaction. */
    default void cancelled() {}

    /** The Context for work within the operation: the caller's, plus the listener's own entries, such as the parent of a trace. */
    default Context within(Context context) {
        return context;
    }
}
