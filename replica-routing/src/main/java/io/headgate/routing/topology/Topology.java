package io.headgate.routing.topology;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.topology.NodeStatus.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a cluster as they are known, and the rules by which an answer changes that. Immutable: each answer gives a new topology.
 *
 * <ul>
 *   <li>The system identifier that most nodes have is the cluster's; at a draw, that of the node which was configured first. It is fixed once
 *       more than half of the nodes have it, or each was asked. A node of another cluster is {@link Standing#FOREIGN}.
 *   <li>A node becomes the primary if it accepts writes on a timeline that is higher than all known ones, because each promotion begins a
 *       new one. The freshest answer alone decides nothing: a primary that was replaced still says that it is one.
 *   <li>Of two nodes that accept writes, the one of the lower timeline is {@link Standing#FENCED}; on the same timeline, the one that was
 *       found later. So is one that a replica has left for a higher timeline: its successor may not be known yet.
 *   <li>Where positions and timelines are not known ({@link NodeReport#hasPositions}), a node that accepts writes is the primary once the one
 *       before does not.
 *   <li>A node that does not answer keeps its standing: its role has not changed because a network is down.
 * </ul>
 */
public final class Topology {

    private final List<NodeStatus> nodes;
    private final @Nullable Long systemId;
    private final int timeline;

    /** The primary of that timeline, even if it is fenced now; null before the first. */
    private final @Nullable Node promoted;

    /** For each timeline that began while it was watched, a position at or before its fork from the one before. */
    private final Map<Integer, Lsn> forks;

    private final PrimaryHistory history;

    private Topology(
            List<NodeStatus> nodes,
            @Nullable Long systemId,
            int timeline,
            @Nullable Node promoted,
            Map<Integer, Lsn> forks,
            PrimaryHistory history) {
        this.nodes = List.copyOf(nodes);
        this.systemId = systemId;
        this.timeline = timeline;
        this.promoted = promoted;
        this.forks = Map.copyOf(forks);
        this.history = history;
    }

    private Topology with(List<NodeStatus> changed) {
        return new Topology(changed, systemId, timeline, promoted, forks, history);
    }

    /** Nodes of which nothing is known. */
    public static Topology of(List<Node> nodes) {
        return new Topology(
                nodes.stream().map(NodeStatus::unknown).toList(), null, 0, null, Map.of(), PrimaryHistory.EMPTY);
    }

    /** The nodes in the order in which they were configured. */
    public List<NodeStatus> nodes() {
        return nodes;
    }

    /** The status of a node. */
    public NodeStatus status(Node node) {
        return nodes.get(indexOf(node));
    }

    /**
     * The node that takes writes; empty while none is known. It may be unreachable. Empty until each node was asked once: the first that answers
     * may be a former primary, and another node knows of its successor.
     */
    public Optional<NodeStatus> primary() {
        NodeStatus found = null;
        for (NodeStatus each : nodes) {
            if (!each.wasAsked()) {
                return Optional.empty();
            }
            if (each.standing() == Standing.PRIMARY) {
                found = each;
            }
        }
        return Optional.ofNullable(found);
    }

    /** The highest timeline of a primary that was seen; 0 before the first. */
    public int timeline() {
        return timeline;
    }

    /** The cluster's system identifier; null while it is not known. */
    public @Nullable Long systemId() {
        return systemId;
    }

    /**
     * Whether a position of an earlier timeline is certainly part of the current one: it lies at or before the last position that each
     * promoted node was seen to have replayed. The fork itself is at or behind that.
     */
    public boolean hasSurvived(int itsTimeline, Lsn position) {
        if (itsTimeline >= timeline) {
            return true;
        }
        for (int next = itsTimeline + 1; next <= timeline; next++) {
            Lsn known = forks.get(next);
            if (known == null || position.compareTo(known) > 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The age of the state that a node shows, at most. Null if it is not known: while the primary was never seen, and of a replica that is
     * not known to follow the primary's timeline. It may have replayed a part of the earlier one that the new primary never had.
     */
    public @Nullable Duration age(NodeStatus node, long now) {
        NodeReport report = node.report();
        return report == null || !report.hasPositions() || report.timeline() != timeline
                ? null
                : history.age(report.position(), now);
    }

    /** Whether positions are known: of all nodes that have answered. */
    public boolean hasPositions() {
        for (NodeStatus each : nodes) {
            NodeReport report = each.report();
            if (report != null && !report.hasPositions()) {
                return false;
            }
        }
        return true;
    }

    /** Whether every node has answered a question that was asked after a moment. */
    public boolean isKnownSince(long moment) {
        return nodes.stream().allMatch(each -> each.isReachable() && each.askedAt() > moment);
    }

    /** By how many bytes of the log a node is behind the primary; null if that is not known. */
    public @Nullable Long bytesBehind(NodeStatus node) {
        NodeReport report = node.report();
        Lsn primary = history.latest();
        return report == null || primary == null || !report.hasPositions()
                ? null
                : Math.max(0, primary.value() - report.position().value());
    }

    /** This after a replica was found to have replayed up to a position. */
    Topology replayed(Node node, Lsn position, long askedAt) {
        int index = indexOf(node);
        NodeStatus before = nodes.get(index);
        NodeReport report = before.report();
        if (report == null
                || before.standing() != Standing.REPLICA
                || report.position().compareTo(position) >= 0) {
            return this;
        }
        NodeReport further =
                new NodeReport(report.systemId(), true, report.timeline(), position, report.layout(), true);
        return with(replaced(
                index,
                new NodeStatus(
                        node, Standing.REPLICA, further, askedAt, before.isReachable(), true, before.failure())));
    }

    /**
     * This after a node has answered.
     *
     * @param now when it was asked
     */
    public Topology answered(Node node, NodeReport told, long now) {
        NodeReport report =
                told.hasPositions() ? told : told.of(systemId == null ? 0 : systemId, Math.max(1, timeline));
        int index = indexOf(node);
        NodeStatus before = nodes.get(index);
        if (systemId == null) {
            return with(replaced(index, before.answered(Standing.UNKNOWN, report, now)))
                    .ofOneCluster();
        }
        if (report.systemId() != systemId) {
            return with(replaced(index, before.answered(Standing.FOREIGN, report, now)));
        }
        if (report.inRecovery()) {
            return with(replaced(index, before.answered(Standing.REPLICA, report, now)))
                    .fencedIfLeft();
        }
        if (isLeft(report.timeline())) {
            return with(replaced(index, before.answered(Standing.FENCED, report, now)));
        }
        if (report.timeline() > timeline || (!report.hasPositions() && hasGivenWay(node))) {
            return afterPromotion(index, report, now);
        }
        if (report.timeline() == timeline && node.equals(promoted)) {
            return new Topology(
                    replaced(index, before.answered(Standing.PRIMARY, report, now)),
                    systemId,
                    timeline,
                    promoted,
                    forks,
                    history.with(report.position(), now));
        }
        return with(replaced(index, before.answered(Standing.FENCED, report, now)));
    }

    /** Whether the primary is another node, and says or shows that it is none any more. */
    private boolean hasGivenWay(Node successor) {
        return promoted != null
                && !promoted.equals(successor)
                && (status(promoted).standing() != Standing.PRIMARY
                        || !status(promoted).isReachable());
    }

    /** This after an answer or a failure, if that shows which cluster it is. */
    private Topology ofOneCluster() {
        Long found = systemId == null ? mostCommonSystemId() : null;
        if (found == null) {
            return this;
        }
        Topology known = new Topology(nodes, found, timeline, promoted, forks, history);
        for (NodeStatus each : nodes) {
            NodeReport report = each.report();
            if (report != null) {
                known = known.answered(each.node(), report, each.askedAt());
                known = each.isReachable() ? known : known.failed(each.node(), each.failure());
            }
        }
        return known;
    }

    /** Null if it may still be another one. */
    private @Nullable Long mostCommonSystemId() {
        boolean isComplete = nodes.stream().allMatch(NodeStatus::wasAsked);
        Map<Long, Integer> counts = new LinkedHashMap<>();
        for (NodeStatus each : nodes) {
            NodeReport report = each.report();
            if (report != null) {
                counts.merge(report.systemId(), 1, Integer::sum);
            }
        }
        Long found = null;
        int most = isComplete ? 0 : nodes.size() / 2;
        for (Map.Entry<Long, Integer> each : counts.entrySet()) {
            if (each.getValue() > most) {
                found = each.getKey();
                most = each.getValue();
            }
        }
        return found;
    }

    /** Whether a replica follows a higher timeline: then another node has been promoted. */
    private boolean isLeft(int itsTimeline) {
        for (NodeStatus each : nodes) {
            NodeReport report = each.report();
            if (each.standing() == Standing.REPLICA && report != null && report.timeline() > itsTimeline) {
                return true;
            }
        }
        return false;
    }

    private Topology fencedIfLeft() {
        if (!isLeft(timeline)) {
            return this;
        }
        return with(nodes.stream()
                .map(each -> each.standing() == Standing.PRIMARY ? each.standing(Standing.FENCED) : each)
                .toList());
    }

    private Topology afterPromotion(int index, NodeReport report, long now) {
        NodeStatus before = nodes.get(index);
        List<NodeStatus> all = new ArrayList<>();
        for (NodeStatus each : nodes) {
            all.add(each.standing() == Standing.PRIMARY ? each.standing(Standing.FENCED) : each);
        }
        all.set(index, before.answered(Standing.PRIMARY, report, now));
        Map<Integer, Lsn> known = new HashMap<>(forks);
        NodeReport asReplica = before.report();
        if (asReplica != null
                && before.standing() == Standing.REPLICA
                && asReplica.timeline() == timeline
                && report.timeline() == timeline + 1) {
            known.put(report.timeline(), asReplica.position());
        }
        PrimaryHistory itsOwn = PrimaryHistory.EMPTY.with(report.position(), now);
        return new Topology(all, systemId, report.timeline(), before.node(), known, itsOwn);
    }

    private List<NodeStatus> replaced(int index, NodeStatus status) {
        List<NodeStatus> all = new ArrayList<>(nodes);
        all.set(index, status);
        return all;
    }

    /** This after a probe of a node was not answered. */
    public Topology failed(Node node) {
        return failed(node, null);
    }

    /**
     * As {@link #failed(Node)}.
     *
     * @param why for logs and errors
     */
    Topology failed(Node node, @Nullable Throwable why) {
        int index = indexOf(node);
        return with(replaced(index, nodes.get(index).unreachable(why))).ofOneCluster();
    }

    private int indexOf(Node node) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).node().equals(node)) {
                return i;
            }
        }
        throw new IllegalArgumentException(node + " is none of the nodes " + nodes);
    }

    /** The nodes and their roles, for logs and errors. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("nodes:");
        for (NodeStatus each : nodes) {
            text.append(' ').append(each.node()).append(' ').append(word(each));
            if (!each.isReachable() && each.wasAsked()) {
                text.append(" (does not answer");
                if (each.failure() != null) {
                    text.append(": ").append(firstLine(each.failure()));
                }
                text.append(')');
            }
            text.append(',');
        }
        return text.append(timeline == 0 ? " no timeline is known" : " timeline " + timeline)
                .toString();
    }

    /** Without the statement of the probe. */
    private static String firstLine(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.lines().findFirst().orElse("").replaceFirst(" in: .*", "");
    }

    /** Whether no node is down for a reason that passes, and at least one is for another, such as a wrong password. */
    public boolean isMisconfigured() {
        boolean found = false;
        for (NodeStatus each : nodes) {
            if (!each.isReachable()) {
                if (!(each.failure() instanceof HeadgateException known) || known.isTransient()) {
                    return false;
                }
                found = true;
            }
        }
        return found;
    }

    private String word(NodeStatus status) {
        NodeReport report = status.report();
        return switch (status.standing()) {
            case UNKNOWN ->
                report == null ? "has not answered yet" : "has answered, before it is known which cluster this is";
            case PRIMARY -> "is the primary";
            case REPLICA -> "is a replica";
            case FENCED -> fenced(status, report == null ? 0 : report.timeline());
            case FOREIGN ->
                "belongs to another cluster (system identifier " + (report == null ? 0 : report.systemId())
                        + " instead of " + systemId + "): it gets no work, correct its address";
        };
    }

    private String fenced(NodeStatus status, int itsTimeline) {
        if (!status.isReachable()) {
            return "was the primary of timeline " + itsTimeline + " and was replaced: it gets no work";
        }
        return itsTimeline == timeline
                ? "accepts writes on the same timeline as the primary: it gets no work; if it is the same server under another address, name it once"
                : "accepts writes on timeline " + itsTimeline
                        + " but is not the primary: it gets no work, take it down";
    }
}
