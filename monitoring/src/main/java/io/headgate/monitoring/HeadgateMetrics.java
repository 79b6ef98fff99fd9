package io.headgate.monitoring;

import io.headgate.core.SqlStatement;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.observe.Receipt;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolState;
import io.headgate.routing.topology.Topology;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Records the events of one client in a Micrometer registry:
 *
 * <pre>{@code
 * HeadgateMetrics metrics = new HeadgateMetrics();
 * metrics.bindTo(registry);
 * Headgate db = Headgate.builder().node(url).listener(metrics).build();
 * metrics.watch(db::poolState);
 * }</pre>
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>type</th><th>tags</th><th>what it counts</th></tr>
 * <tr><td>{@code headgate.statements}</td><td>timer</td><td>node, outcome</td><td>statements answered, from sending to the
 *     answer; outcome is {@code success}, or for a failed statement {@code not_executed}, {@code executed}, {@code
 *     unknown}</td></tr>
 * <tr><td>{@code headgate.statements.reprepared}</td><td>counter</td><td>node</td><td>stale prepared statements repeated
 *     unseen</td></tr>
 * <tr><td>{@code headgate.acquire}</td><td>timer</td><td>node</td><td>connections lent, by the wait for them</td></tr>
 * <tr><td>{@code headgate.acquire.failed}</td><td>counter</td><td>node</td><td>callers that got no connection: time-out
 *     or queue full</td></tr>
 * <tr><td>{@code headgate.leaked}</td><td>counter</td><td>node</td><td>leases held for too long</td></tr>
 * <tr><td>{@code headgate.cancelled}</td><td>counter</td><td>node</td><td>callers that gave up</td></tr>
 * <tr><td>{@code headgate.connections.opened}</td><td>timer</td><td>node</td><td>connections opened, by the time taken
 *     </td></tr>
 * <tr><td>{@code headgate.connections.failed}</td><td>counter</td><td>node</td><td>connections that could not be opened
 *     </td></tr>
 * <tr><td>{@code headgate.connections.closed}</td><td>counter</td><td>node, reason</td><td>connections closed; reason is
 *     one of {@link DataAccessListener.CloseReason}, in lower case</td></tr>
 * <tr><td>{@code headgate.pool.open}, {@code .connecting}, {@code .idle}, {@code .leased}, {@code .lanes},
 *     {@code .in.flight}, {@code .waiting},
 *     {@code .max.connections}, {@code .max.waiting}</td><td>gauges</td><td></td><td>{@link PoolState}</td></tr>
 * <tr><td>{@code headgate.routed}</td><td>counter</td><td>node, role, reason</td><td>calls of a client of several nodes, by where they
 *     went and why: {@link Receipt.Route#reason}</td></tr>
 * <tr><td>{@code headgate.node.primary}, {@code .reachable}, {@code .bytes.behind}, {@code .seconds.behind}</td><td>gauges</td><td>node</td>
 *     <td>the nodes as they are known, after {@code metrics.watchNodes(db::topology)}; behind is NaN while it is not known</td></tr>
 * </table>
 *
 * <p>Node is host and port, so there are as many tag values as nodes; SQL texts are never tags. A node's meters appear, at
 * zero, with its first event. Add your own tags to distinguish several clients of a service.
 *
 * <p>Records on the thread of the event, without a lock; the meters of a node are looked up in the registry once. Events before
 * {@link #bindTo} are not counted. Safe for use by many threads.
 */
public final class HeadgateMetrics implements MeterBinder, DataAccessListener {

    private final Tags tags;
    private final LongSupplier clock;

    // changed under this object's lock, read without it
    private volatile RegisteredMeters[] registries = {};
    private @Nullable Supplier<PoolState> pool;
    private @Nullable Supplier<Topology> nodes;

    /** Meters without further tags. */
    public HeadgateMetrics() {
        this(Tags.empty());
    }

    /**
     * Meters with tags of the application's own.
     *
     * @param tags added to every meter, such as {@code client=music}
     */
    public HeadgateMetrics(Iterable<Tag> tags) {
        this(tags, System::nanoTime);
    }

    /** @param clock as {@link System#nanoTime} */
    HeadgateMetrics(Iterable<Tag> tags, LongSupplier clock) {
        this.tags = Tags.of(tags);
        this.clock = clock;
    }

    /** From now on also records into this registry. Does nothing for a registry that is already bound. */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        for (RegisteredMeters meters : registries) {
            if (meters.isIn(registry)) {
                return;
            }
        }
        RegisteredMeters meters = new RegisteredMeters(registry, tags);
        if (pool != null) {
            meters.watch(pool);
        }
        if (nodes != null) {
            meters.watchNodes(nodes);
        }
        List<RegisteredMeters> more = new ArrayList<>(List.of(registries));
        more.add(meters);
        registries = more.toArray(RegisteredMeters[]::new);
    }

    /**
     * Adds the gauges of a pool, read whenever the registry is.
     *
     * @param state supplies the current state; must not block
     * @throws IllegalStateException if a pool is already watched: a second pool needs its own metrics and tags
     */
    public synchronized void watch(Supplier<PoolState> state) {
        if (pool != null) {
            throw new IllegalStateException("a pool is watched already; give each client a HeadgateMetrics of its own,"
                    + " with a tag that tells them apart");
        }
        pool = Objects.requireNonNull(state, "state");
        for (RegisteredMeters meters : registries) {
            meters.watch(state);
        }
    }

    /**
     * Adds the gauges of the nodes of a client, read whenever the registry is.
     *
     * @param topology supplies the nodes as they are known now; must not block
     * @throws IllegalStateException if nodes are already watched
     */
    public synchronized void watchNodes(Supplier<Topology> topology) {
        if (nodes != null) {
            throw new IllegalStateException("nodes are watched already; give each client a HeadgateMetrics of its own,"
                    + " with a tag that tells them apart");
        }
        nodes = Objects.requireNonNull(topology, "topology");
        for (RegisteredMeters meters : registries) {
            meters.watchNodes(topology);
        }
    }

    @Override
    public void routed(Receipt.Route choice, ContextView context) {
        for (RegisteredMeters meters : registries) {
            meters.of(choice.node()).routed(choice);
        }
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        Node node = operation.node();
        if (node == null) {
            return Observation.NONE;
        }
        long since = clock.getAsLong();
        return error -> {
            long nanos = clock.getAsLong() - since;
            for (RegisteredMeters meters : registries) {
                meters.of(node).statementEnded(nanos, error);
            }
        };
    }

    @Override
    public void statementReprepared(Node node, SqlStatement statement, String sqlState) {
        each(node, meters -> meters.statementsReprepared.increment());
    }

    @Override
    public void connectionOpened(Node node, long nanos) {
        each(node, meters -> NodeMeters.record(meters.connectionsOpened, nanos));
    }

    @Override
    public void connectionFailed(Node node, Throwable error) {
        each(node, meters -> meters.connectionsFailed.increment());
    }

    @Override
    public void connectionClosed(Node node, CloseReason reason) {
        each(node, meters -> meters.connectionClosed(reason));
    }

    @Override
    public void acquired(Node node, long nanos, ContextView context) {
        for (RegisteredMeters meters : registries) {
            NodeMeters.record(meters.of(node).acquire, nanos);
        }
    }

    @Override
    public void acquireFailed(Node node, Throwable error, ContextView context) {
        each(node, meters -> meters.acquireFailed.increment());
    }

    @Override
    public void leaseLeaked(Node node, String report) {
        each(node, meters -> meters.leaked.increment());
    }

    @Override
    public void cancelled(Node node) {
        each(node, meters -> meters.cancelled.increment());
    }

    private void each(Node node, Consumer<NodeMeters> recording) {
        for (RegisteredMeters meters : registries) {
            recording.accept(meters.of(node));
        }
    }
}
