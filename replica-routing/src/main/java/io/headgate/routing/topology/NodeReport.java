package io.headgate.routing.topology;

import io.headgate.core.topology.Lsn;

/**
 * What a node answered when it was probed. Immutable.
 *
 * @param systemId identifies the cluster: {@code pg_control_system()}
 * @param inRecovery whether it replays the log of a primary and accepts no writes
 * @param timeline the timeline of its log, from 1. Each promotion begins a new one. For a replica the highest that it is known to follow, which
 *     may be late
 * @param position where it is in the log: the end of what it has written, or of what it has replayed
 * @param layout the sizes of its log
 * @param hasPositions false if the database does not tell positions, as Amazon Aurora: then only its role is known
 */
public record NodeReport(
        long systemId, boolean inRecovery, int timeline, Lsn position, WalLayout layout, boolean hasPositions) {

    /** A node whose log has the default sizes. */
    public NodeReport(long systemId, boolean inRecovery, int timeline, Lsn position) {
        this(systemId, inRecovery, timeline, position, WalLayout.DEFAULT, true);
    }

    /** This, of a cluster and timeline that others have told. */
    NodeReport of(long cluster, int itsTimeline) {
        return new NodeReport(cluster, inRecovery, itsTimeline, position, layout, hasPositions);
    }

    /** A node of which only the role is known. */
    public static NodeReport withoutPositions(boolean inRecovery) {
        return new NodeReport(0, inRecovery, 1, new Lsn(0), WalLayout.DEFAULT, false);
    }
}
