package io.headgate.monitoring;

import io.headgate.core.topology.Node;
import io.headgate.pool.PoolState;
import io.headgate.routing.topology.NodeStatus;
import io.headgate.routing.topology.NodeStatus.Standing;
import io.headgate.routing.topology.Topology;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The meters in one registry; those of a node are created at its first event. Safe for use by many threads. */
final class RegisteredMeters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final ConcurrentHashMap<Node, NodeMeters> nodes = new ConcurrentHashMap<>();

    RegisteredMeters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
    }

    boolean isIn(MeterRegistry other) {
        return registry == other;
    }

    NodeMeters of(Node node) {
        NodeMeters known = nodes.get(node);
        // registering twice returns the same meters, so a race of two threads is harmless
        return known != null ? known : nodes.computeIfAbsent(node, name -> new NodeMeters(registry, tags, name));
    }

    void watch(Supplier<PoolState> pool) {
        gauge("open", "connections open", pool, PoolState::open);
        gauge("connecting", "connections being opened", pool, PoolState::connecting);
        gauge("idle", "connections open and unused", pool, PoolState::idle);
        gauge("leased", "connections lent, or on their way back to rest", pool, PoolState::leased);
        gauge("lanes", "connections that are lanes", pool, PoolState::lanes);
        gauge("in.flight", "statements under way on lanes", pool, PoolState::inFlight);
        gauge("waiting", "callers that wait for a connection", pool, PoolState::waiting);
        gauge("max.connections", "most connections open at once", pool, PoolState::maxConnections);
        gauge("max.waiting", "most callers that wait", pool, PoolState::maxWaiting);
    }

    /** The nodes themselves stay the same. */
    void watchNodes(Supplier<Topology> topology) {
        for (NodeStatus each : topology.get().nodes()) {
            Node node = each.node();
            nodeGauge(
                    "primary",
                    "1 for the primary, 0 for another node",
                    node,
                    topology,
                    (known, status) -> status.standing() == Standing.PRIMARY ? 1 : 0);
            nodeGauge(
                    "reachable",
                    "1 if the last probe was answered, else 0",
                    node,
                    topology,
                    (known, status) -> status.isReachable() ? 1 : 0);
            nodeGauge(
                    "bytes.behind",
                    "bytes of the write-ahead log that are not replayed",
                    node,
                    topology,
                    (known, status) -> orNaN(known.bytesBehind(status)));
            nodeGauge(
                    "seconds.behind",
                    "age of the state that the node shows, in seconds, at most",
                    node,
                    topology,
                    (known, status) -> {
                        Duration age = known.age(status, System.nanoTime());
                        return age == null ? Double.NaN : age.toNanos() / 1e9;
                    });
        }
    }

    private static double orNaN(@Nullable Long value) {
        return value == null ? Double.NaN : (double) value;
    }

    private void nodeGauge(
            String name,
            String description,
            Node node,
            Supplier<Topology> topology,
            ToDoubleBiFunction<Topology, NodeStatus> figure) {
        Supplier<Number> current = () -> {
            Topology known = topology.get();
            return figure.applyAsDouble(known, known.status(node));
        };
        Gauge.builder("headgate.node." + name, current)
                .description(description)
                .tags(tags.and("node", node.name()))
                .register(registry);
    }

    private void gauge(String name, String description, Supplier<PoolState> pool, ToIntFunction<PoolState> figure) {
        Gauge.builder("headgate.pool." + name, () -> figure.applyAsInt(pool.get()))
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
