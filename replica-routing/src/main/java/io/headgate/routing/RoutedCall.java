package io.headgate.routing;

import io.headgate.core.Consistency;
import io.headgate.core.SqlExecutor;
import io.headgate.core.error.ClosedException;
import io.headgate.core.observe.Listeners;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.Route.Reason;
import io.headgate.routing.topology.NodeStatus;
import io.headgate.routing.topology.NodeStatus.Standing;
import io.headgate.routing.topology.Position;
import io.headgate.routing.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * One subscription of a call: chooses a node, runs the work there, and chooses again if the node failed before anything was executed. A call
 * that was executed, or may have been, is not repeated.
 */
final class RoutedCall<T> {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final Cluster cluster;
    private final ConsistencySession session;
    private final ContextView context;
    private final Consistency consistency;
    private final Work<T> work;
    private final Runnable writesAfterAll;
    private boolean reads;

    /** The nodes that failed this call, and when. A later answer of theirs counts again. */
    private final Map<Node, Long> failed = new ConcurrentHashMap<>(2);

    /** How often it failed, or found no node. */
    private int failures;

    private boolean waiting;
    private long waitingSince;

    /** Whether the session's position was of another history, and was replaced. */
    private boolean replaced;

    /** Whether the primary was asked for its position since the call began. It covers all that the call must see. */
    private boolean covered;

    private volatile @Nullable Throwable lastFailure;

    /** It was lost on a primary, and was taken for a read. */
    private volatile @Nullable Throwable lostOnPrimary;

    /**
     * @param reads whether it may run on a replica
     * @param context the Context of the caller's subscription
     * @param writesAfterAll called if a replica refused it as a write
     */
    RoutedCall(
            Cluster cluster,
            ConsistencySession session,
            ContextView context,
            Consistency consistency,
            boolean reads,
            Work<T> work,
            Runnable writesAfterAll) {
        this.cluster = cluster;
        this.session = session;
        this.context = context;
        this.consistency = consistency;
        this.reads = reads;
        this.work = work;
        this.writesAfterAll = writesAfterAll;
    }

    Flux<T> run() {
        return Flux.defer(this::next);
    }

    private Flux<T> next() {
        Topology known = known(cluster.monitor().current());
        ConsistencySession.State state = learnt(session.state(), known);
        noticeLostWrite(state, known);
        boolean follows = reads && followsSession() && !covered && known.hasPositions();
        Long systemId = known.systemId();
        boolean isAhead = systemId != null && state.isAheadOf(systemId, known.timeline());
        // the primary of an earlier timeline cannot tell: then the rules wait for the later one
        if (follows && state.hasUnknown() && !isAhead) {
            return afterCovering(state, Reason.POSITION_UNKNOWN);
        }
        Route route = decide(known, state.floor());
        if (route instanceof Route.ToPrimary to) {
            return isOfAnotherHistory(to.reason()) ? afterCovering(state, to.reason()) : onPrimary(to);
        }
        if (route instanceof Route.Nowhere nowhere) {
            return isGone(nowhere.reason(), known) && isOfAnotherHistory(nowhere.reason())
                    ? afterCovering(state, nowhere.reason())
                    : whenSomewhere(nowhere.reason());
        }
        List<NodeStatus> candidates =
                route instanceof Route.ToReplica to ? to.qualified() : ((Route.ToBeAsked) route).candidates();
        ConsistencySession.Read read = state.read();
        if (read != null && follows) {
            // another replica may be behind what was read on this one
            candidates = candidates.stream()
                    .filter(each -> isNodeOf(read, cluster.target(each.node())))
                    .toList();
            if (candidates.isEmpty()) {
                return afterCovering(state, Reason.POSITION_UNKNOWN);
            }
        }
        Target target = cluster.choose(candidates);
        return route instanceof Route.ToBeAsked asked
                ? ifReplayed(target, asked.floor())
                : onReplica(target, Reason.REPLAYED);
    }

    private boolean isNodeOf(ConsistencySession.Read read, Target target) {
        return target.id().equals(read.node())
                && !target.isEjected(cluster.monitor().now());
    }

    /** A later position must not hide that an earlier one was lost. */
    private void noticeLostWrite(ConsistencySession.State state, Topology known) {
        Long systemId = known.systemId();
        Position floor = state.floor();
        if (floor == null || systemId == null) {
            return;
        }
        if (isLost(floor, known) || state.mayBeLost(systemId, known.timeline())) {
            session.lostWrite();
        }
        Position replaced = state.replaced();
        if (replaced != null && (replaced.systemId() != systemId || replaced.timeline() <= known.timeline())) {
            if (replaced.systemId() != systemId || isLost(replaced, known)) {
                session.lostWrite();
            }
            session.looked(replaced);
        }
    }

    private static boolean isLost(Position position, Topology known) {
        return Long.valueOf(position.systemId()).equals(known.systemId())
                && !known.hasSurvived(position.timeline(), position.lsn());
    }

    private boolean followsSession() {
        return consistency.level() == Consistency.Level.READ_YOUR_WRITES;
    }

    private Route decide(Topology known, @Nullable Position floor) {
        return reads
                ? cluster.rules()
                        .read(consistency, floor, known, cluster.monitor().now())
                : cluster.rules().write(known);
    }

    /** The nodes without those that failed this call and have not answered since. */
    private Topology known(Topology current) {
        Topology known = current;
        for (Map.Entry<Node, Long> each : failed.entrySet()) {
            if (known.status(each.getKey()).askedAt() <= each.getValue()) {
                known = known.failed(each.getKey());
            }
        }
        return known;
    }

    /** The node of the session's last read may have been asked since. */
    private ConsistencySession.State learnt(ConsistencySession.State state, Topology known) {
        ConsistencySession.Read read = state.read();
        if (read == null) {
            return state;
        }
        Target target = cluster.target(read.node());
        if (target == null) {
            return state;
        }
        NodeStatus status = known.status(target.node());
        Position reached = cluster.position(status);
        if (reached == null || status.askedAt() <= read.endedAt()) {
            return state;
        }
        Position floor = state.floor();
        if (floor != null && reached.isBehindOnSameTimeline(floor) && status.standing() == Standing.PRIMARY) {
            // it was asked before the session's last write, or the session's position is of another history
            return state;
        }
        session.learned(read, reached);
        return session.state();
    }

    /** Once for each call: if the position of the primary does not help, the primary itself does. */
    private boolean isOfAnotherHistory(Reason reason) {
        boolean first = !replaced && reason.isOfAnotherHistory();
        replaced |= first;
        return first;
    }

    /** No node has the timeline any more that the session has seen: the cluster was restored from a copy. */
    private boolean isGone(Reason reason, Topology known) {
        return reason == Reason.NEWER_TIMELINE && waiting && known.isKnownSince(waitingSince);
    }

    /** The session's position is not known, or means nothing here: that of the primary covers what there is of it. */
    private Flux<T> afterCovering(ConsistencySession.State before, Reason reason) {
        return cluster.askPrimary()
                .doOnNext(position -> {
                    covered = !before.isAheadOf(position.systemId(), position.timeline())
                            || reason == Reason.NEWER_TIMELINE;
                    if (reason == Reason.NEWER_TIMELINE) {
                        session.coveredAnew(before, position);
                    } else {
                        session.covered(before, position);
                    }
                })
                .map(position -> true)
                .onErrorResume(unknown -> Mono.empty())
                .defaultIfEmpty(false)
                .flatMapMany(found -> found ? next() : onPrimary(reason));
    }

    private Flux<T> onPrimary(Reason reason) {
        Route route = cluster.rules().insteadOfReplica(known(cluster.monitor().current()), reason);
        return route instanceof Route.ToPrimary to ? onPrimary(to) : whenSomewhere(((Route.Nowhere) route).reason());
    }

    private Flux<T> onPrimary(Route.ToPrimary to) {
        Target target = cluster.target(to.primary().node());
        Flux<T> run = sent(target, to.reason());
        Flux<T> watched = reads
                ? afterReading(target, sureToRead(to.reason().isInsteadOfReplica() ? ifPrimaryAdmits(run) : run))
                : afterWriting(target, run, to.primary());
        return withFailures(target, false, watched);
    }

    /** On the primary, a statement that seems to read may have written. */
    private Flux<T> sureToRead(Flux<T> run) {
        return run.onErrorMap(error -> {
            Throwable known = work.mayWriteAfterAll() ? Failures.ofHiddenWrite(error) : error;
            if (known != error) {
                session.wroteSomewhere();
            } else if (work.seemsToRead() && Failures.ofHiddenWrite(error) != error) {
                lostOnPrimary = error;
            }
            return known;
        });
    }

    /** The position of a write covers what the call has read. A call that has not written has read on the primary. */
    private Flux<T> afterWriting(Target target, Flux<T> run, NodeStatus primary) {
        return Flux.defer(() -> {
            WritePositions positions = new WritePositions(
                    session,
                    cluster.placeOn(primary),
                    cluster.position(primary),
                    cluster::mayWrite,
                    cluster::schemaChanged);
            Flux<T> observed = run.contextWrite(own -> Listeners.observed(own, positions));
            if (work.seemsToRead()) {
                // the catalog or a replica knows better
                observed = observed.onErrorMap(Failures::ofHiddenWrite).doOnError(positions::failed);
            }
            return observed.doOnError(error -> hasReadIfBegun(target))
                    .doOnCancel(() -> {
                        positions.callCancelled();
                        hasReadIfBegun(target);
                    })
                    .doOnComplete(() -> {
                        if (positions.callCompleted()) {
                            hasRead(target);
                        }
                    });
        });
    }

    private Flux<T> ifPrimaryAdmits(Flux<T> run) {
        return Flux.defer(() -> cluster.admitsToPrimary()
                ? run.doFinally(end -> cluster.leavesPrimary())
                : Flux.error(new NodeUnavailableException(
                        Reason.PRIMARY_FULL, Duration.ZERO, cluster.monitor().current(), lastFailure)));
    }

    private Flux<T> onReplica(Target target, Reason reason) {
        return withFailures(target, true, afterReading(target, sent(target, reason)));
    }

    private Flux<T> sent(Target target, Reason reason) {
        return Flux.defer(() -> {
            cluster.routed(target, reason, null, context);
            return target.counted(work.on(target.executor()), work.isStatement());
        });
    }

    /** The session has read on a node, before the caller gets what it read. */
    private Flux<T> afterReading(Target target, Flux<T> run) {
        Flux<T> observed = work.isStatement()
                ? run
                : run.contextWrite(
                        own -> Listeners.observed(own, new AfterStatements(statement -> true, () -> hasRead(target))));
        return observed.doOnNext(value -> hasRead(target))
                .doOnComplete(() -> hasRead(target))
                .doOnError(error -> hasReadIfBegun(target))
                .doOnCancel(() -> hasReadIfBegun(target));
    }

    /** A transaction that failed has shown its caller something before. */
    private void hasReadIfBegun(Target target) {
        if (work.isBegun()) {
            hasRead(target);
        }
    }

    private void hasRead(Target target) {
        if (consistency.level() != Consistency.Level.EVENTUAL) {
            session.readOn(target.id(), cluster.monitor().now(), cluster.isPrimary(target.node()));
        }
    }

    private Flux<T> ifReplayed(Target target, Position floor) {
        BiFunction<SqlExecutor, Lsn, Mono<T>> together = work.ifReplayed();
        if (together == null) {
            return whenReplayed(target, floor);
        }
        Flux<T> asked = target.counted(together.apply(target.executor(), floor.lsn()), true)
                // an error says nothing of the position: a table that was just created may not be there yet
                .onErrorResume(Failures::isOfStatement, error -> Flux.empty())
                .doOnNext(value -> {
                    cluster.routed(target, Reason.ASKED, floor.lsn(), context);
                    hasRead(target);
                });
        return withFailures(target, true, asked).switchIfEmpty(Flux.defer(() -> whenReplayed(target, floor)));
    }

    /** Waits for a replica, for a bounded time. */
    private Flux<T> whenReplayed(Target target, Position floor) {
        return cluster.awaitReplayed(target, floor.lsn())
                .flatMapMany(reached -> reached ? onReplica(target, Reason.WAITED) : onPrimary(Reason.NOT_REPLAYED));
    }

    private Flux<T> withFailures(Target target, boolean onReplica, Flux<T> run) {
        return run.doOnNext(value -> work.begin()).onErrorResume(error -> {
            if (!work.isBegun()) {
                return afterFailure(target, onReplica, error);
            }
            if (isOfNode(onReplica, error)) {
                nodeFailed(target);
            }
            return Flux.error(error);
        });
    }

    /** It was cancelled because its connection was closed: the node is no primary any more. */
    private boolean wasCutOff(Target target, Throwable error) {
        return !reads && Failures.isCancelled(error) && !cluster.isPrimary(target.node());
    }

    private static boolean isOfNode(boolean onReplica, Throwable error) {
        return onReplica ? Failures.isOfReplica(error) : Failures.isOfNode(error);
    }

    private void nodeFailed(Target target) {
        target.failed();
        cluster.monitor().recheck();
    }

    /**
     * Goes on after the work has failed on a node.
     *
     * @param onReplica whether the node was a replica when the work was sent
     */
    Flux<T> afterFailure(Target target, boolean onReplica, Throwable error) {
        long now = cluster.monitor().now();
        if (onReplica && Failures.isRefusedByReplica(error)) {
            reads = false;
            writesAfterAll.run();
            Throwable lost = lostOnPrimary;
            if (lost != null && Failures.isRefusedWrite(error)) {
                // it is a write, and may have been executed before
                session.wroteSomewhere();
                return Flux.error(Failures.ofHiddenWrite(lost));
            }
            return next();
        }
        boolean ofNode = isOfNode(onReplica, error) || wasCutOff(target, error);
        if (!ofNode && !(onReplica && Failures.isRecoveryConflict(error))) {
            return waiting && Failures.isForNow(error) ? afterRush(now, error) : Flux.error(error);
        }
        boolean again = failed.put(target.node(), now) != null;
        if (again && Failures.isRefusedWrite(error)) {
            // it was asked in between, and is the primary: the transaction or the database is set to read only
            return Flux.error(error);
        }
        lastFailure = error;
        failures++;
        if (ofNode) {
            nodeFailed(target);
        }
        return timeLeft(now).isNegative() ? Flux.error(error) : next();
    }

    /** All calls that waited for the node come at once. Those that its pool refuses come again later. */
    private Flux<T> afterRush(long now, Throwable error) {
        lastFailure = error;
        failures++;
        return timeLeft(now).isNegative() ? Flux.error(error) : afterPause();
    }

    /** The time that it may still wait; it begins to run at the first failure. */
    private Duration timeLeft(long now) {
        if (!waiting) {
            waiting = true;
            waitingSince = now;
        }
        return cluster.options().failoverWait().minusNanos(now - waitingSince);
    }

    /** Waits until a node may serve it. */
    private Flux<T> whenSomewhere(Reason reason) {
        if (reason == Reason.NO_POSITIONS) {
            // waiting changes nothing
            return Flux.error(
                    new NodeUnavailableException(reason, "", cluster.monitor().current(), lastFailure));
        }
        failures++;
        Duration left = timeLeft(cluster.monitor().now());
        if (left.isNegative() || left.isZero()) {
            return Flux.error(unavailable(reason));
        }
        ConsistencySession.State state = session.state();
        if (!cluster.monitor().hasRoom()) {
            return Flux.error(new NodeUnavailableException(
                    reason,
                    ", and too many calls wait for that already",
                    cluster.monitor().current(),
                    lastFailure));
        }
        return cluster.monitor()
                .await(topology ->
                        isGone(reason, topology) || !(decide(known(topology), state.floor()) instanceof Route.Nowhere))
                .timeout(left, Mono.empty(), cluster.timers())
                .map(found -> true)
                .defaultIfEmpty(false)
                // many wait: they must not all go on one after the other on the thread that polls
                .publishOn(cluster.timers())
                .flatMapMany(found -> found ? afterPause() : Flux.error(givenUp(reason)));
    }

    private Throwable givenUp(Reason reason) {
        return cluster.monitor().isClosed() ? new ClosedException("the client") : unavailable(reason);
    }

    /** A node that answers its probes may refuse calls nevertheless. */
    private Flux<T> afterPause() {
        if (failures < 2) {
            return next();
        }
        long longest = Math.min(FIRST_PAUSE.toNanos() << Math.min(failures - 2, 10), LONGEST_PAUSE.toNanos());
        // spread, so that not all come again at once
        long pause = longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2);
        return Mono.delay(Duration.ofNanos(pause), cluster.timers()).flatMapMany(passed -> next());
    }

    private Throwable unavailable(Reason reason) {
        Throwable last = lastFailure;
        return new NodeUnavailableException(
                reason, cluster.options().failoverWait(), cluster.monitor().current(), last);
    }
}
