package io.headgate.routing;

import io.headgate.core.Access;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.Effect;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.headgate.core.observe.Receipt;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import io.headgate.routing.Route.Reason;
import io.headgate.routing.balance.PowerOfTwoChoices;
import io.headgate.routing.topology.NodeReport;
import io.headgate.routing.topology.NodeStatus;
import io.headgate.routing.topology.Position;
import io.headgate.routing.topology.Topology;
import io.headgate.routing.topology.TopologyMonitor;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/** What all calls share: the nodes, what is known of them, and the questions to them. */
final class Cluster {

    private static final SqlStatement INSERT_POSITION =
            SqlStatement.of("SELECT pg_catalog.pg_current_wal_insert_lsn()::text");

    /** Between two questions to a replica that is behind: a fraction of what it needs for a transaction. */
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(5);

    private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(2);

    /**
     * So many calls under way at the primary wait for each other, so a further round trip counts less than a question of each write's own:
     * that takes a quarter as long as the write.
     */
    private static final int BUSY = 16;

    /**
     * The primary of a topology.
     *
     * @param report its last answer
     */
    record Primary(Topology topology, Target target, NodeReport report) {

        /** Whether its log is known to include what a session has seen. */
        boolean includes(@Nullable Position floor) {
            return floor == null || hasWritten(floor);
        }

        /** Where it was when it answered. */
        Position position() {
            return new Position(report.systemId(), report.timeline(), report.position());
        }

        /** Whether a later position covers what was written here: it is one of the same primary. */
        boolean hasWritten(Position position) {
            return position.systemId() == report.systemId() && position.timeline() == report.timeline();
        }
    }

    private final ReadClassifier classifier;
    private final TopologyMonitor monitor;
    private final RoutingOptions options;
    private volatile RoutingRules rules;
    private final RoutingCounters counters = new RoutingCounters();
    private final DataAccessListener listener;
    private final Scheduler timers;
    private final Map<Node, Target> targets = new HashMap<>();
    private final Map<NodeId, Target> byId = new HashMap<>();
    private final SharedQuestion<Position> primaryPosition;
    private final LatePositions latePositions;
    private final AtomicInteger readsOnPrimary = new AtomicInteger();
    private volatile @Nullable QualifiedReplicas qualified;
    private volatile @Nullable Primary primary;
    private volatile Runnable onSchemaChange = () -> {};

    Cluster(
            List<Target> nodes,
            ReadClassifier classifier,
            TopologyMonitor monitor,
            RoutingOptions options,
            DataAccessListener listener,
            Scheduler timers) {
        this.classifier = classifier;
        this.monitor = monitor;
        this.options = options;
        this.rules = new RoutingRules(options.preference(), options.maxLag());
        this.listener = listener;
        this.timers = timers;
        nodes.forEach(each -> {
            targets.put(each.node(), each);
            byId.put(each.id(), each);
        });
        this.primaryPosition = new SharedQuestion<>(Mono.defer(this::positionOfPrimary), QUESTION_TIMEOUT, timers);
        this.latePositions = new LatePositions(primaryPosition.ask(), timers);
    }

    TopologyMonitor monitor() {
        return monitor;
    }

    RoutingOptions options() {
        return options;
    }

    RoutingRules rules() {
        return rules;
    }

    /** From now on, in place of the option. */
    void maxLag(@Nullable Duration age) {
        rules = new RoutingRules(options.preference(), age);
        qualified = null;
    }

    RoutingCounters counters() {
        return counters;
    }

    Scheduler timers() {
        return timers;
    }

    Target target(Node node) {
        Target found = targets.get(node);
        if (found == null) {
            throw new IllegalArgumentException(node + " is none of the nodes " + targets.keySet());
        }
        return found;
    }

    /** The target of an id; null if it is a node of others. */
    @Nullable
    Target target(NodeId id) {
        return byId.get(id);
    }

    boolean isPrimary(Node node) {
        return monitor.current().status(node).standing() == NodeStatus.Standing.PRIMARY;
    }

    /**
     * Chooses one of some nodes.
     *
     * @param candidates at least one
     */
    Target choose(List<NodeStatus> candidates) {
        Target[] targets = candidates.stream().map(each -> target(each.node())).toArray(Target[]::new);
        return choose(targets, monitor.now());
    }

    /**
     * A replica that may serve a read, without waiting and without asking; null if the {@linkplain RoutingRules rules} have to be asked.
     *
     * @param state what the read's session has seen; null if it may see any state
     * @param now the monitor's clock: reading it costs more than the choice
     */
    @Nullable
    Target quickReplica(ConsistencySession.@Nullable State state, long now) {
        QualifiedReplicas replicas = qualifiedReplicas(now);
        if (replicas.targets().length == 0) {
            return null;
        }
        if (state == null) {
            return choose(replicas.targets(), now);
        }
        if (state.hasUnknown()
                || state.replaced() != null
                || !replicas.havePositions()
                || !replicas.haveReached(state.floor())) {
            return null;
        }
        ConsistencySession.Read read = state.read();
        if (read == null) {
            return choose(replicas.targets(), now);
        }
        Target itsNode = replicas.of(read.node());
        return itsNode == null || itsNode.isEjected(now) ? null : itsNode;
    }

    private QualifiedReplicas qualifiedReplicas(long now) {
        QualifiedReplicas known = qualified;
        Topology current = monitor.current();
        if (known == null || !known.isCurrent(current, now)) {
            known = QualifiedReplicas.of(this, current, now);
            qualified = known;
        }
        return known;
    }

    private static Target choose(Target[] targets, long now) {
        int ejected = 0;
        for (Target each : targets) {
            ejected += each.isEjected(now) ? 1 : 0;
        }
        // if most of them fail, the fault is hardly theirs: then all are used, rather than one that gets everything
        Target[] available = ejected == 0 || ejected > targets.length / 2
                ? targets
                : Stream.of(targets).filter(each -> !each.isEjected(now)).toArray(Target[]::new);
        return PowerOfTwoChoices.of(available, each -> each.cost(now), ThreadLocalRandom.current());
    }

    /**
     * A call is sent to a node.
     *
     * @param atLeast a position that the node has reached; null if nothing is known beyond its last report
     * @param context the Context of the caller's subscription
     */
    void routed(Target target, Reason reason, @Nullable Lsn atLeast, ContextView context) {
        counters.routed(reason);
        DataAccessListener observer = Listeners.of(listener, context);
        if (observer != DataAccessListener.NONE) {
            observer.routed(choice(target.node(), reason, atLeast), context);
        }
    }

    private Receipt.Route choice(Node node, Reason reason, @Nullable Lsn atLeast) {
        Topology known = monitor.current();
        NodeStatus status = known.status(node);
        NodeReport report = status.report();
        Lsn reported = report == null ? null : report.position();
        boolean further = atLeast != null && (reported == null || reported.compareTo(atLeast) < 0);
        return new Receipt.Route(
                node,
                reason.isOfReplica() ? Role.REPLICA : Role.PRIMARY,
                reason.word(),
                further ? atLeast : reported,
                reason.isOfReplica() ? known.age(status, monitor.now()) : Duration.ZERO);
    }

    /** Whether a statement may write, by its text or by what the catalog says. */
    boolean mayWrite(SqlStatement statement) {
        return statement.facts().effect() != Effect.NONE || !classifier.reads(statement.facts(), Access.AUTO);
    }

    /** A call has changed the schema. */
    void schemaChanged() {
        onSchemaChange.run();
    }

    /** @param action called after a call that has changed the schema; must not block */
    void onSchemaChange(Runnable action) {
        onSchemaChange = action;
    }

    /** Whether the primary takes one more read in place of replicas. Then {@link #leavesPrimary} must follow. */
    boolean admitsToPrimary() {
        int most = options.maxReadsOnPrimary();
        if (readsOnPrimary.incrementAndGet() > most && most > 0) {
            readsOnPrimary.decrementAndGet();
            return false;
        }
        return true;
    }

    /** A read that the primary took in place of a replica has ended. */
    void leavesPrimary() {
        readsOnPrimary.decrementAndGet();
    }

    /** The position that a node reported; null if there is none. */
    @Nullable
    Position position(NodeStatus status) {
        NodeReport report = status.report();
        return report == null || !report.hasPositions() || status.standing() == NodeStatus.Standing.FOREIGN
                ? null
                : new Position(report.systemId(), report.timeline(), report.position());
    }

    /** Positions of what is written on a primary. */
    Function<Lsn, Position> placeOn(NodeStatus primary) {
        NodeReport report = primary.report();
        if (report == null) {
            throw new IllegalStateException(primary.node() + " is the primary without a report");
        }
        return lsn -> new Position(
                report.systemId(), report.timeline(), report.layout().endOfRecord(lsn));
    }

    /** The primary, if so much is under way there that writes share the questions for their positions; else null. */
    @Nullable
    Primary busyPrimary() {
        Topology current = monitor.current();
        Primary known = primary;
        if (known == null || known.topology() != current) {
            known = primaryOf(current);
            primary = known;
        }
        return known != null && known.target().inFlight() >= BUSY ? known : null;
    }

    private @Nullable Primary primaryOf(Topology topology) {
        NodeStatus status = topology.primary().filter(NodeStatus::isReachable).orElse(null);
        NodeReport report = status == null ? null : status.report();
        return status == null || report == null || !report.hasPositions()
                ? null
                : new Primary(topology, target(status.node()), report);
    }

    /** The position of the primary at a moment after the subscription; empty if there is no primary. */
    Mono<Position> askPrimary() {
        return primaryPosition.ask();
    }

    /** A session has written on a primary at an unknown position: finds out, a moment later. */
    void findPosition(ConsistencySession session, Primary primary) {
        latePositions.wrote(session, primary);
    }

    private Mono<Position> positionOfPrimary() {
        return Mono.justOrEmpty(monitor.current().primary().filter(NodeStatus::isReachable))
                .flatMap(primary -> target(primary.node())
                        .executor()
                        .execute(INSERT_POSITION)
                        .map(result -> Lsn.parse(result.rows().get(0).require(0, String.class)))
                        .map(placeOn(primary)));
    }

    /** Whether a replica has replayed up to a position, now or within the time for which reads wait. */
    Mono<Boolean> awaitReplayed(Target replica, Lsn position) {
        Duration wait = options.replicaWait();
        return Mono.defer(() -> {
                    long asked = monitor.now();
                    return replica.askReplayed().map(reached -> {
                        monitor.replayed(replica.node(), reached, asked);
                        return reached.compareTo(position) >= 0;
                    });
                })
                .filter(reached -> reached)
                .repeatWhenEmpty(rounds -> rounds.delayElements(BETWEEN_QUESTIONS, timers))
                .timeout(wait, Mono.just(false), timers)
                .onErrorReturn(false);
    }
}
