package io.headgate.routing;

import io.headgate.core.Consistency;
import io.headgate.core.topology.Lsn;
import io.headgate.routing.topology.NodeReport;
import io.headgate.routing.topology.NodeStatus;
import io.headgate.routing.topology.Position;
import io.headgate.routing.topology.Topology;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The replicas that may serve any read of a session that is not further than all of them, as the {@linkplain RoutingRules rules} have found for
 * one topology. It saves most reads the rules. Immutable.
 */
final class QualifiedReplicas {

    /** The rules look at the age of replicas too, which grows without a change of the topology. */
    private static final long VALID_NANOS = 50_000_000;

    private final Topology topology;
    private final long foundAt;
    private final Target[] targets;

    /** All of the replicas have replayed up to here; null if nothing is known to be common. */
    private final @Nullable Position common;

    private QualifiedReplicas(Topology topology, long foundAt, Target[] targets, @Nullable Position common) {
        this.topology = topology;
        this.foundAt = foundAt;
        this.targets = targets;
        this.common = common;
    }

    static QualifiedReplicas of(Cluster cluster, Topology topology, long now) {
        Route route = cluster.rules().read(Consistency.eventual(), null, topology, now);
        if (!(route instanceof Route.ToReplica to)) {
            return new QualifiedReplicas(topology, now, new Target[0], null);
        }
        List<NodeStatus> replicas = to.qualified();
        Target[] targets =
                replicas.stream().map(each -> cluster.target(each.node())).toArray(Target[]::new);
        return new QualifiedReplicas(topology, now, targets, common(replicas, topology));
    }

    private static @Nullable Position common(List<NodeStatus> replicas, Topology topology) {
        Position common = null;
        for (NodeStatus each : replicas) {
            Position reached = reached(each, topology);
            if (reached == null) {
                return null;
            }
            common = common == null || reached.lsn().compareTo(common.lsn()) < 0 ? reached : common;
        }
        return common;
    }

    /** Null for a replica that is not known to follow the primary's timeline. */
    private static @Nullable Position reached(NodeStatus replica, Topology topology) {
        NodeReport report = replica.report();
        return report == null || topology.timeline() == 0 || report.timeline() != topology.timeline()
                ? null
                : new Position(report.systemId(), topology.timeline(), report.position());
    }

    boolean isCurrent(Topology current, long now) {
        return topology == current && now - foundAt < VALID_NANOS;
    }

    /** Whether all of them show everything up to a position. */
    boolean haveReached(@Nullable Position floor) {
        if (floor == null) {
            return true;
        }
        Position all = common;
        return all != null
                && floor.systemId() == all.systemId()
                && floor.timeline() == all.timeline()
                && isAtOrBefore(floor.lsn(), all.lsn());
    }

    private static boolean isAtOrBefore(Lsn one, Lsn other) {
        return one.compareTo(other) <= 0;
    }

    boolean havePositions() {
        return topology.hasPositions();
    }

    Target[] targets() {
        return targets;
    }

    /** The target of a node; null if it is none of them. */
    @Nullable
    Target of(NodeId node) {
        for (Target each : targets) {
            if (each.id().equals(node)) {
                return each;
            }
        }
        return null;
    }
}
