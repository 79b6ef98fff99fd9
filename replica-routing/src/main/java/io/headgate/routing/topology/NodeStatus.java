package io.headgate.routing.topology;

import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/**
 * A node as it is known. Immutable.
 *
 * @param node the node
 * @param standing what it may be used for
 * @param report its last answer; null before the first
 * @param askedAt when it was asked for that, in nanoseconds of the monitor's clock: the state is not older
 * @param isReachable whether the last probe was answered
 * @param wasAsked whether it has answered a probe, or failed to
 * @param failure why the last probe was not answered; null if it was, or if nobody knows
 */
public record NodeStatus(
        Node node,
        Standing standing,
        @Nullable NodeReport report,
        long askedAt,
        boolean isReachable,
        boolean wasAsked,
        @Nullable Throwable failure) {

    /** What a node may be used for. */
    public enum Standing {
        /** It has not answered yet, or has before it is known which cluster this is. */
        UNKNOWN,
        /** It takes writes and reads. */
        PRIMARY,
        /** It takes reads. */
        REPLICA,
        /** It says that it is a primary, but another one has replaced it, or claims the same timeline. It takes nothing. */
        FENCED,
        /** It belongs to another cluster. It takes nothing. */
        FOREIGN
    }

    static NodeStatus unknown(Node node) {
        return new NodeStatus(node, Standing.UNKNOWN, null, 0, false, false, null);
    }

    NodeStatus answered(Standing now, NodeReport answer, long at) {
        return new NodeStatus(node, now, answer, at, true, true, null);
    }

    NodeStatus standing(Standing now) {
        return new NodeStatus(node, now, report, askedAt, isReachable, wasAsked, failure);
    }

    NodeStatus unreachable(@Nullable Throwable why) {
        return new NodeStatus(node, standing, report, askedAt, false, true, why);
    }
}
