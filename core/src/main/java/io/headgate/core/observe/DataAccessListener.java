package io.headgate.core.observe;

import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Node;
import reactor.util.context.ContextView;

/**
 * Receives the events of drivers and pool, for metrics and traces.
 *
 * <p>Called on the thread of the event, mostly an event loop: implementations must return at once, must not block and should not
 * throw. Exceptions are logged and dropped. A statement's caller is signalled before the listener; a caller on an event loop may
 * take its signal from a queue a moment later. Implementations must be safe for use by many threads. Every method does nothing by default.
 */
public interface DataAccessListener {

    /** Does nothing. */
    DataAccessListener NONE = new DataAccessListener() {};

    /** The reason why a connection was closed. */
    enum CloseReason {
        /** The pool was closed. */
        SHUTDOWN,
        /** The server or the network closed it. */
        LOST,
        /** Another connection was lost after this one was opened, as in a restart of the server, so this one is probably lost too. */
        OLDER_THAN_LOST,
        /** Its node has another role since it was opened: it was promoted, or replaced by another primary. */
        ROLE_CHANGED,
        /** It had reached its maximum age. */
        LIFETIME,
        /** It was idle for too long. */
        IDLE,
        /** It did not answer when it was validated. */
        INVALID,
        /** It exceeded the size of a smaller plan. */
        SHRUNK,
        /** It could not be reset after cancellation or an error. */
        NOT_RESTORED,
        /** A session connection whose one use has ended. */
        USED
    }

    /**
     * An operation starts: a transaction at its subscription, any other when a connection receives it. Called on that thread.
     *
     * <p>Each statement of an {@code atomically} is an operation, with the time and the error of all of them.
     *
     * @param context the Context of the caller's subscription, with what the listener put there for a surrounding transaction ({@link
     *     Observation#within})
     * @return receives the end of the operation; {@link Observation#NONE} if the listener does not need it
     */
    default Observation started(Operation operation, ContextView context) {
        return Observation.NONE;
    }

    /** A stale statement was re-prepared and repeated, unseen by the caller. */
    default void statementReprepared(Node node, SqlStatement statement, String sqlState) {}

    /** A connection was opened in {@code nanos}. */
    default void connectionOpened(Node node, long nanos) {}

    /** A connection could not be opened. */
    default void connectionFailed(Node node, Throwable error) {}

    /** A connection was closed. */
    default void connectionClosed(Node node, CloseReason reason) {}

    /**
     * A client of several nodes sends a call to one of them. Called on the thread that sends it, or, for a replica that was asked in the same
     * packet, with its answer. Each statement, stream and transaction has one, and one more if it is sent again.
     *
     * @param context the Context of the caller's subscription
     */
    default void routed(Receipt.Route choice, ContextView context) {}

    /**
     * A caller received a lease, or a waiting statement received a slot on a lane. Not called when a lane has a free slot.
     *
     * @param nanos how long the caller waited
     * @param context the Context of the caller's subscription
     */
    default void acquired(Node node, long nanos, ContextView context) {}

    /**
     * A caller received no connection: its wait timed out, the queue was full, or the node cannot be reached.
     *
     * @param context the Context of the caller's subscription
     */
    default void acquireFailed(Node node, Throwable error, ContextView context) {}

    /**
     * A transaction's COMMIT begins. Also called for {@code copyIn} and for a stream, which run in a transaction of their own; not for
     * statements outside a transaction.
     *
     * @param context the Context of the caller's subscription
     * @return receives the end of the COMMIT, whether the caller waits for it or has cancelled: {@link Observation#completed} or {@link
     *     Observation#failed} before the caller gets the end of the transaction, then {@link Observation#ended}; {@link
     *     Observation#cancelled} if the transaction had sent nothing. An error's outcome says whether the transaction took effect
     */
    default Observation committing(Node node, ContextView context) {
        return Observation.NONE;
    }

    /**
     * Whether {@link Completion#position} is to be set: for the COMMIT of a transaction that may have written, and for a write outside a
     * transaction whose {@link Observation#wantsCompletion} is true. The driver then sends one more query in the same packet, which behind
     * PgBouncer is one more transaction. The caller waits for its answer too.
     */
    default boolean wantsPosition() {
        return false;
    }

    /**
     * A lease is held for longer than the threshold. Called once per lease.
     *
     * @param report how long the lease is held, by which code, and its last statement
     */
    default void leaseLeaked(Node node, String report) {}

    /** A borrower cancelled while waiting or during its work. */
    default void cancelled(Node node) {}
}
