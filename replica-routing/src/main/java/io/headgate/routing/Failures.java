package io.headgate.routing;

import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import java.util.Objects;

/** What an error says of the node. */
final class Failures {

    private static final String NOT_SUPPORTED = "0A000";
    private static final String CANNOT_CONNECT_NOW = "57P03";

    private Failures() {}

    /** Whether the node, not the statement, is at fault, and nothing was executed: the same work may succeed on another node. */
    static boolean isOfNode(Throwable error) {
        return error instanceof HeadgateException known
                && known.outcome() == Outcome.NOT_EXECUTED
                && (error instanceof ConnectFailedException
                        || error instanceof ConnectionLostException
                        || isKind(error, ErrorTable.Kind.UNAVAILABLE)
                        || isRefusedWrite(error));
    }

    /**
     * The error of a statement that writes though its text does not show it: the driver took it for a read. If it was sent, it may have been
     * executed.
     */
    static Throwable ofHiddenWrite(Throwable error) {
        // PgBouncer says by an error that it has lost its server: UNAVAILABLE
        boolean lost = error instanceof ConnectionLostException
                || (isKind(error, ErrorTable.Kind.UNAVAILABLE) && !isStarting(error));
        return lost && error instanceof HeadgateException known && known.outcome() == Outcome.NOT_EXECUTED
                ? new ConnectionLostException(
                        Objects.requireNonNull(known.node()),
                        String.valueOf(error.getMessage()),
                        Outcome.UNKNOWN,
                        error)
                : error;
    }

    /** Whether the server accepts no connections yet. */
    private static boolean isStarting(Throwable error) {
        return error instanceof DatabaseException known && known.sqlState().equals(CANNOT_CONNECT_NOW);
    }

    /** Whether the client itself refused the call, and may take it later. */
    static boolean isForNow(Throwable error) {
        return error instanceof HeadgateException known
                && !(error instanceof DatabaseException)
                && known.isSafeToRetry();
    }

    /** As {@link #isOfNode} for a read on a replica: whatever was executed there, nothing was written. */
    static boolean isOfReplica(Throwable error) {
        return error instanceof ConnectFailedException
                || error instanceof ConnectionLostException
                // such as a read behind another that is stuck
                || (error instanceof HeadgateException known
                        && known.outcome() == Outcome.UNKNOWN
                        && known.isTransient())
                || isKind(error, ErrorTable.Kind.UNAVAILABLE);
    }

    /**
     * Whether a replica cannot execute what the primary can: a write, but also a read of an unlogged table or one in a serializable
     * transaction, which it calls not supported. The primary refuses again what it does not support either.
     */
    static boolean isRefusedByReplica(Throwable error) {
        return isRefusedWrite(error)
                || (error instanceof DatabaseException known && known.sqlState().equals(NOT_SUPPORTED));
    }

    /** Whether the server has refused the statement, and not the connection. */
    static boolean isOfStatement(Throwable error) {
        return error instanceof DatabaseException && !isKind(error, ErrorTable.Kind.UNAVAILABLE);
    }

    /** Whether the error tells something of the data, such as a key that is there already: who gets it looks at that next. */
    static boolean showsState(Throwable error) {
        return error instanceof DatabaseException known
                && switch (known.kind()) {
                    case UNAVAILABLE, READ_ONLY_NODE, OVERLOAD, CANCELLED, CONFLICT -> false;
                    default -> true;
                };
    }

    /** Whether the statement was cancelled, as when its connection is closed. */
    static boolean isCancelled(Throwable error) {
        return isKind(error, ErrorTable.Kind.CANCELLED);
    }

    /** Whether the node accepts no writes. */
    static boolean isRefusedWrite(Throwable error) {
        return isKind(error, ErrorTable.Kind.READ_ONLY_NODE);
    }

    /**
     * Whether a replica ended a read because it had to replay a change that the read was in the way of. Reads on a replica have no other
     * conflicts.
     */
    static boolean isRecoveryConflict(Throwable error) {
        return isKind(error, ErrorTable.Kind.CONFLICT);
    }

    private static boolean isKind(Throwable error, ErrorTable.Kind kind) {
        return error instanceof DatabaseException known && known.kind() == kind;
    }
}
