package io.headgate.core.observe;

import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/**
 * Told what happens in driver and pool, so that metrics and traces need no place in them.
 *
 * <p>Called on the thread where it happens, mostly an event loop: implementations return at once, do not block and do
 * not throw. What they throw is logged and dropped. A statement's caller is told before them. Safe for use by many threads. Every method does nothing by default.
 */
public interface DataAccessListener {

    /** Hears nothing. */
    DataAccessListener NONE = new DataAccessListener() {};

    /** Why a connection was closed. */
    enum CloseReason {
        /** The pool was closed. */
        SHUTDOWN,
        /** The server or the network closed it. */
        LOST,
        /** Another was lost, as when the server restarts, so this one was about to be. */
        OLDER_THAN_LOST,
        /** It had reached its greatest age. */
        LIFETIME,
        /** It was not used for long. */
        IDLE,
        /** It did not answer when tried out after a rest. */
        INVALID,
        /** It was one more than a smaller plan allows. */
        SHRUNK,
        /** It could not be brought back to rest after cancellation or an error. */
        NOT_RESTORED
    }

    /**
     * A statement was answered. A stream counts as answered when it ends: its last row was read, it failed, or it was
     * cancelled, which is no error. Of several that were sent as one ({@code atomically}) each is told, with the time and the error of all.
     *
     * @param node host and port
     * @param nanos from handing it to the connection until its answer, or the stream's end
     * @param error null when it succeeded
     */
    default void statementCompleted(Node node, SqlStatement statement, long nanos, @Nullable Throwable error) {}

    /** A statement's prepared form no longer fitted, and it was prepared anew and repeated unseen. */
    default void statementHealed(Node node, SqlStatement statement, String sqlState) {}

    /** A connection was opened in {@code nanos}. */
    default void connectionOpened(Node node, long nanos) {}

    /** A connection could not be opened. */
    default void connectionFailed(Node node, Throwable error) {}

    /** A connection was closed. */
    default void connectionClosed(Node node, CloseReason reason) {}

    /**
     * A connection was lent, or a place on a lane was found by a caller that had to wait for one, after {@code nanos}. A
     * statement that finds a place at once is not told of.
     */
    default void acquired(Node node, long nanos) {}

    /** Nobody got a connection: the wait timed out, or the queue was full. */
    default void acquireFailed(Node node, Throwable error) {}

    /**
     * A lease is held for longer than the threshold; told once for each.
     *
     * @param report what is known: how long, by which code, and the statement it last ran
     */
    default void leaseLeaked(Node node, String report) {}

    /** A borrower gave up, while waiting or with its work under way. */
    default void cancelled(Node node) {}
}
