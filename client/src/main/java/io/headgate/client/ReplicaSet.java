package io.headgate.client;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.reactive.LastingTimers;
import io.headgate.core.topology.Node;
import io.headgate.pool.NodePool;
import io.headgate.routing.ReplicaRouter;
import io.headgate.routing.topology.NodeProbes;
import io.headgate.routing.topology.NodeUser;
import io.headgate.routing.topology.TopologyMonitor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Several nodes of one cluster: the monitor of their roles, and the router over their pools. */
final class ReplicaSet implements NodeUser {

    private final NodeProbes probes;
    private final TopologyMonitor monitor;
    private final ReplicaRouter router;
    private final Map<Node, NodePool> pools = new LinkedHashMap<>();

    /** Starts nothing: the first call does. */
    ReplicaSet(HeadgateConfig config, SqlDriver driver, List<NodePool> poolsOfNodes) {
        Map<Node, ConnectionSettings> settings = new LinkedHashMap<>();
        config.nodes().forEach(each -> settings.put(each.node(), each));
        poolsOfNodes.forEach(each -> pools.put(each.node(), each));
        Scheduler timers = LastingTimers.of(Schedulers.parallel());
        probes = new NodeProbes(node -> driver.connect(Objects.requireNonNull(settings.get(node))));
        monitor = new TopologyMonitor(List.copyOf(settings.keySet()), probes::ask, this, timers, System::nanoTime);
        router = new ReplicaRouter(pools, monitor, config.routing(), config.listener(), timers);
    }

    @Override
    public void roleChanged(Node node) {
        pool(node).roleChanged();
    }

    @Override
    public void replaced(Node node) {
        pool(node).abandon("another node has replaced it");
    }

    /** A call must not wait there while another node can serve it. */
    @Override
    public void lost(Node node) {
        pool(node).refuseWaiting("it does not answer");
    }

    @Override
    public boolean hasAnsweredSince(Node node, long nanos) {
        return router.hasAnsweredSince(node, nanos);
    }

    private NodePool pool(Node node) {
        return Objects.requireNonNull(pools.get(node));
    }

    ReplicaRouter router() {
        return router;
    }

    /** Ends the polling, and the calls that wait for a node. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            router.close();
            monitor.close();
            return probes.close();
        });
    }
}
