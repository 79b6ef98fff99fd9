package io.headgate.routing;

import io.headgate.core.Consistency;
import io.headgate.core.topology.Lsn;
import io.headgate.routing.Route.Reason;
import io.headgate.routing.topology.NodeReport;
import io.headgate.routing.topology.NodeStatus;
import io.headgate.routing.topology.NodeStatus.Standing;
import io.headgate.routing.topology.Position;
import io.headgate.routing.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a call may go, from what it needs and what is known of the nodes. A pure function: the same arguments give the same route.
 *
 * @param preference where reads go
 * @param maxLag a replica that is further behind gets no reads, as long as there is a primary; null for no limit
 */
public record RoutingRules(
        ReadPreference preference, @Nullable Duration maxLag) {

    /**
     * The route of a read.
     *
     * @param floor the position that the caller's session has reached; null if it has none
     * @param now the monitor's clock
     */
    public Route read(Consistency consistency, @Nullable Position floor, Topology topology, long now) {
        if (consistency.level() == Consistency.Level.STRONG) {
            return primary(topology, Reason.STRONG);
        }
        if (preference == ReadPreference.PRIMARY_ONLY) {
            return primary(topology, Reason.PREFERENCE);
        }
        boolean anyState = consistency.level() == Consistency.Level.EVENTUAL;
        if (!anyState && !topology.hasPositions()) {
            return insteadOfReplica(topology, Reason.NO_POSITIONS);
        }
        Position must = consistency.level() == Consistency.Level.READ_YOUR_WRITES ? floor : null;
        if (must != null) {
            Reason unusable = unusable(must, topology);
            if (unusable != null) {
                return unusable == Reason.NEWER_TIMELINE ? new Route.Nowhere(unusable) : primary(topology, unusable);
            }
        }
        List<NodeStatus> replicas = topology.nodes().stream()
                .filter(each -> each.standing() == Standing.REPLICA && each.isReachable())
                .toList();
        if (replicas.isEmpty()) {
            return insteadOfReplica(topology, Reason.NO_REPLICA);
        }
        List<NodeStatus> recent = replicas.stream()
                .filter(each -> isRecent(each, topology, consistency.staleness(), now))
                .toList();
        if (recent.isEmpty()) {
            return insteadOfReplica(topology, Reason.LAG);
        }
        if (must == null) {
            return new Route.ToReplica(recent);
        }
        List<NodeStatus> following =
                recent.stream().filter(each -> includes(each, must, topology)).toList();
        if (following.isEmpty()) {
            return insteadOfReplica(topology, Reason.TIMELINE);
        }
        List<NodeStatus> qualified =
                following.stream().filter(each -> hasReached(each, must.lsn())).toList();
        return qualified.isEmpty() ? new Route.ToBeAsked(following, must) : new Route.ToReplica(qualified);
    }

    /** The route of a call that may write. */
    public Route write(Topology topology) {
        Optional<NodeStatus> primary = topology.primary().filter(NodeStatus::isReachable);
        return primary.<Route>map(found -> new Route.ToPrimary(found, Reason.WRITE))
                .orElseGet(() -> new Route.Nowhere(Reason.NO_PRIMARY));
    }

    private static @Nullable Reason unusable(Position floor, Topology topology) {
        Long systemId = topology.systemId();
        if (systemId != null && systemId != floor.systemId()) {
            return Reason.OTHER_CLUSTER;
        }
        if (topology.timeline() == 0) {
            // no primary was seen yet, but replicas may follow the timeline of the position
            return null;
        }
        if (floor.timeline() > topology.timeline()) {
            return Reason.NEWER_TIMELINE;
        }
        return topology.hasSurvived(floor.timeline(), floor.lsn()) ? null : Reason.POSSIBLY_LOST_WRITE;
    }

    private boolean isRecent(NodeStatus replica, Topology topology, @Nullable Duration staleness, long now) {
        // without a primary nothing new is written, and reads go on
        boolean hasPrimary = topology.primary().filter(NodeStatus::isReachable).isPresent();
        Duration limit = hasPrimary && topology.hasPositions() ? maxLag : null;
        if (limit == null && staleness == null) {
            return true;
        }
        Duration age = topology.age(replica, now);
        return age != null
                && (limit == null || age.compareTo(limit) <= 0)
                && (staleness == null || age.compareTo(staleness) <= 0);
    }

    /**
     * Whether the log that a replica replays is one that includes the floor: that of the floor itself, or that of the primary, in which the floor
     * has survived. A replica of another timeline may be further in a log that the primary does not have. Then its position, though higher,
     * does not include the floor.
     */
    private static boolean includes(NodeStatus replica, Position floor, Topology topology) {
        NodeReport report = replica.report();
        return report != null && (report.timeline() == floor.timeline() || report.timeline() == topology.timeline());
    }

    private static boolean hasReached(NodeStatus replica, Lsn floor) {
        NodeReport report = replica.report();
        return report != null && report.position().compareTo(floor) >= 0;
    }

    /** The route of a read that no replica can serve. */
    Route insteadOfReplica(Topology topology, Reason reason) {
        return preference == ReadPreference.REPLICA_ONLY ? new Route.Nowhere(reason) : primary(topology, reason);
    }

    private static Route primary(Topology topology, Reason reason) {
        return topology.primary()
                .filter(NodeStatus::isReachable)
                .<Route>map(found -> new Route.ToPrimary(found, reason))
                .orElseGet(() -> new Route.Nowhere(Reason.NO_PRIMARY));
    }
}
