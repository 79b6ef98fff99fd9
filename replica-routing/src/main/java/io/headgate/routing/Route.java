package io.headgate.routing;

import io.headgate.routing.topology.NodeStatus;
import io.headgate.routing.topology.Position;
import java.util.List;
import java.util.Locale;

/** Where a call may go. */
public sealed interface Route {

    /** Why a call goes to a node, waits or fails. */
    enum Reason {
        /** A read: the replica was known to have what it must see. */
        REPLAYED,
        /** A read: the replica was asked in the same packet, and had what it must see. */
        ASKED,
        /** A read: the replica was waited for. */
        WAITED,
        /** It may write. */
        WRITE,
        /** It has to see the state of the primary. */
        STRONG,
        /** The client's preference. */
        PREFERENCE,
        /** No replica is reachable. */
        NO_REPLICA,
        /** Every reachable replica is too far behind. */
        LAG,
        /** The database does not tell positions. */
        NO_POSITIONS,
        /** No replica had replayed up to the session's position in time. */
        NOT_REPLAYED,
        /** The session's position could not be found out. */
        POSITION_UNKNOWN,
        /** No replica is known to follow the timeline of the session's position. */
        TIMELINE,
        /** The session's position is of another cluster. */
        OTHER_CLUSTER,
        /** The session's last write may have been lost when the primary was replaced. */
        POSSIBLY_LOST_WRITE,
        /** The session has seen a newer timeline than this client. */
        NEWER_TIMELINE,
        /** The primary has all the reads that it takes in place of replicas. */
        PRIMARY_FULL,
        /** No primary is known, or it does not answer. */
        NO_PRIMARY;

        /** Whether a read goes to a replica. */
        boolean isOfReplica() {
            return this == REPLAYED || this == ASKED || this == WAITED;
        }

        /** Whether the session's position is no place in the log of this cluster. That of the primary replaces it. */
        boolean isOfAnotherHistory() {
            return this == OTHER_CLUSTER || this == POSSIBLY_LOST_WRITE || this == NEWER_TIMELINE;
        }

        /** Whether a read goes to the primary because no replica can serve it. */
        boolean isInsteadOfReplica() {
            return !isOfReplica() && this != WRITE && this != STRONG && this != PREFERENCE;
        }

        /** As in metrics and receipts. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** To the primary. */
    record ToPrimary(NodeStatus primary, Reason reason) implements Route {}

    /** To one of these: each has what the call has to see. Never empty. */
    record ToReplica(List<NodeStatus> qualified) implements Route {

        public ToReplica {
            qualified = List.copyOf(qualified);
        }
    }

    /** None is known to have what the call has to see. One of these may have it by now. Never empty. */
    record ToBeAsked(List<NodeStatus> candidates, Position floor) implements Route {

        public ToBeAsked {
            candidates = List.copyOf(candidates);
        }
    }

    /** Nowhere at the moment. It may wait for a change of the topology. */
    record Nowhere(Reason reason) implements Route {}
}
