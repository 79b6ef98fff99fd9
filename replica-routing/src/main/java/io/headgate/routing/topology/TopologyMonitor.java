package io.headgate.routing.topology;

import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.topology.NodeStatus.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Polls the nodes of a cluster in the background. One monitor serves all calls of a client: no call waits for a probe of its own. It polls
 * quickly while a call waits for a change, and for a while after one. Safe for use by many threads.
 */
public final class TopologyMonitor implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(TopologyMonitor.class);

    /** A failover takes seconds; a second of it is lost at most, and a probe a second costs nothing. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    /** While a call waits. */
    static final Duration QUICK_INTERVAL = Duration.ofMillis(100);

    /** How long it polls quickly after a change: others often follow, as when replicas turn to the new primary. */
    static final Duration QUICK_AFTER_CHANGE = Duration.ofSeconds(30);

    /** Longer than a pause of a busy server. */
    static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

    /** A call that waits takes about a kilobyte, and all come at once when a primary is there. */
    static final int MOST_WAITING = 10_000;

    private final Function<Node, Mono<NodeReport>> probe;
    private final NodeUser user;
    private final Scheduler timers;
    private final LongSupplier clock;
    private final List<NodePoll> polls;
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();

    /** Changed under the lock of this monitor. */
    private volatile Topology topology;

    private volatile long changedAt;
    private volatile boolean changed;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean closed;

    private record Waiter(Predicate<Topology> condition, MonoSink<Topology> sink) {}

    /**
     * @param probe asks a node; on the monitor's own connection, since those of the pool may all be in use
     * @param user receives changes, and says whether a node still answers calls
     * @param timers measures the intervals
     * @param clock the clock of reports, in nanoseconds; never goes back, as {@link System#nanoTime}
     */
    public TopologyMonitor(
            List<Node> nodes,
            Function<Node, Mono<NodeReport>> probe,
            NodeUser user,
            Scheduler timers,
            LongSupplier clock) {
        this.probe = probe;
        this.user = user;
        this.clock = clock;
        this.timers = timers;
        this.topology = Topology.of(nodes);
        this.polls = nodes.stream()
                .map(node -> new NodePoll(timers, clock, () -> ask(node)))
                .toList();
    }

    /** Starts polling, at the first call. */
    public void start() {
        if (started.compareAndSet(false, true)) {
            recheck();
        }
    }

    /** The nodes as they are known now. */
    public Topology current() {
        return topology;
    }

    /**
     * A replica has replayed up to a position, as a caller found out. It counts like the answer to a probe.
     *
     * @param askedAt when it was asked, by {@link #now}
     */
    public void replayed(Node node, Lsn position, long askedAt) {
        update(known -> known.replayed(node, position, askedAt));
    }

    /** The clock of reports, in nanoseconds. */
    public long now() {
        return clock.getAsLong();
    }

    /** Asks every node now, unless it is being asked. */
    public void recheck() {
        if (!closed) {
            polls.forEach(NodePoll::now);
        }
    }

    /** Whether fewer than {@value #MOST_WAITING} calls wait. */
    public boolean hasRoom() {
        return waiters.size() < MOST_WAITING;
    }

    /**
     * The first topology that meets a condition: at once if the current one does. Nodes are polled quickly until then or until the
     * cancellation. Never fails; ends without a value when the monitor is closed. Signals come on a thread of the monitor, or at once on the
     * subscriber's.
     */
    public Mono<Topology> await(Predicate<Topology> condition) {
        return Mono.create(sink -> {
            Waiter waiter = new Waiter(condition, sink);
            // added first: a change in between must not be missed, and a subscriber that has left already is removed at
            // once
            waiters.add(waiter);
            sink.onDispose(() -> waiters.remove(waiter));
            Topology now = topology;
            if (closed) {
                sink.success();
            } else if (condition.test(now)) {
                sink.success(now);
            } else {
                recheck();
            }
        });
    }

    private Mono<Duration> ask(Node node) {
        return Mono.defer(() -> {
            long asked = now();
            return Mono.defer(() -> probe.apply(node))
                    .timeout(PROBE_TIMEOUT, Mono.error(TopologyMonitor::noAnswer), timers)
                    .switchIfEmpty(Mono.error(() -> new IllegalStateException("the probe gave no report")))
                    .doOnNext(report -> update(known -> known.answered(node, report, asked)))
                    .onErrorResume(failure -> {
                        notAnswered(node, asked, failure);
                        return Mono.empty();
                    })
                    .then(Mono.fromSupplier(this::interval));
        });
    }

    private void notAnswered(Node node, long asked, Throwable failure) {
        logger.debug("{} does not answer: {}", node, failure.toString());
        if (!user.hasAnsweredSince(node, asked)) {
            update(known -> known.failed(node, failure));
        }
    }

    private static Throwable noAnswer() {
        return new TimeoutException("no answer within " + PROBE_TIMEOUT.toSeconds() + " s");
    }

    private Duration interval() {
        boolean quick = !waiters.isEmpty() || (changed && now() - changedAt < QUICK_AFTER_CHANGE.toNanos());
        return quick ? QUICK_INTERVAL : INTERVAL;
    }

    private void update(UnaryOperator<Topology> change) {
        Topology before;
        Topology after;
        synchronized (this) {
            before = topology;
            after = change.apply(before);
            topology = after;
        }
        if (after == before) {
            return;
        }
        for (NodeStatus each : after.nodes()) {
            Standing earlier = before.status(each.node()).standing();
            if (earlier == Standing.PRIMARY && each.standing() == Standing.FENCED) {
                user.replaced(each.node());
            } else if (earlier != each.standing() && earlier != Standing.UNKNOWN) {
                user.roleChanged(each.node());
            }
            if (before.status(each.node()).isReachable() && !each.isReachable()) {
                user.lost(each.node());
            }
        }
        if (!roles(before).equals(roles(after))) {
            changed = true;
            changedAt = now();
            if (after.nodes().stream()
                    .anyMatch(each -> each.standing() == Standing.FENCED || each.standing() == Standing.FOREIGN)) {
                logger.warn("{}", after);
            } else {
                logger.info("{}", after);
            }
        }
        for (Waiter each : waiters) {
            if (each.condition.test(after)) {
                each.sink.success(after);
            }
        }
    }

    private static List<Object> roles(Topology topology) {
        List<Object> roles = new ArrayList<>();
        roles.add(topology.timeline());
        for (NodeStatus each : topology.nodes()) {
            roles.add(each.standing());
            roles.add(each.isReachable());
        }
        return roles;
    }

    /** Whether it was closed: then nothing changes any more. */
    public boolean isClosed() {
        return closed;
    }

    /** Stops polling. Calls that wait end without a value. */
    @Override
    public void close() {
        closed = true;
        polls.forEach(NodePoll::close);
        for (Waiter each : waiters) {
            each.sink.success();
        }
    }
}
