package io.headgate.core.observe;

import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Node;
import reactor.util.context.ContextView;

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
        /** It did not answer when it was validated. */
        INVALID,
        /** It was one more than a smaller plan allows. */
        SHRUNK,
        /** It could not be reset after cancellation or an error. */
        NOT_RESTORED,
        /** A session connection whose one use has ended. */
        USED
    }

    /**
     * An operation starts: a transaction when it is subscribed to, another when it is handed to a connection. Runs on the thread of that.
     *
     * <p>Of statements that are sent as one ({@code atomically}) each is an operation, with the time and the error of all.
     *
     * @param context the Context of the caller's subscription, with what the listener put there for a surrounding transaction ({@link
     *     Observation#within})
     * @return follows it; {@link Observation#NONE} when nobody is interested
     */
    default Observation started(Operation operation, ContextView context) {
        return Observation.NONE;
    }

    /** A statement's prepared form no longer fitted, and it was prepared anew and repeated unseen. */
    default void statementReprepared(Node node, SqlStatement statement, String sqlState) {}

    /** A connection was opened in {@code nanos}. */
    default void connectionOpened(Node node, long nanos) {}

    /** A connection could not be opened. */
    default void connectionFailed(Node node, Throwable error) {}

    /** A connection was closed. */
    default void connectionClosed(Node node, CloseReason reason) {}

    /**
     * A connection was lent, or a statement that had to wait got a place on a lane. Not called when a lane has a free slot.
     *
     * @param nanos how long the caller waited, until now
     * @param context the Context of the caller's subscription
     */
    default void acquired(Node node, long nanos, ContextView context) {}

    /**
     * A caller got no connection: its wait timed out, or the queue was full.
     *
     * @param context the Context of the caller's subscription
     */
    default void acquireFailed(Node node, Throwable error, ContextView context) {}

    /**
     * A transaction was committed on the server. Called before the caller gets the end of the transaction; the caller waits for it. Not
     * called for a transaction that sent nothing, nor for statements outside a transaction.
     *
     * @param nanos from when the commit was requested until the server had answered
     * @param context the Context of the caller's subscription
     */
    default void committed(Node node, long nanos, Completion completion, ContextView context) {}

    /**
     * A lease is held for longer than the threshold; told once for each.
     *
     * @param report what is known: how long, by which code, and the statement it last ran
     */
    default void leaseLeaked(Node node, String report) {}

    /** A borrower gave up, while waiting or with its work under way. */
    default void cancelled(Node node) {}
}
