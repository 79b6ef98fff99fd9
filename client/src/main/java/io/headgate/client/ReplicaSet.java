package io.headgate.client;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.topology.Node;
import io.headgate.pool.NodePool;
import io.headgate.pool.concurrent.LastingTimers;
import io.headgate.routing.ReplicaRouter;
import io.headgate.routing.topology.NodeProbes;
import io.headgate.routing.topology.TopologyMonitor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Several nodes of one cluster: the monitor of their roles, and the router over their pools. */
final class ReplicaSet {

    private final NodeProbes probes;
    private final TopologyMonitor monitor;
    private final ReplicaRouter router;

    /** Starts nothing: the first call does. */
    ReplicaSet(HeadgateConfig config, SqlDriver driver, List<NodePool> pools) {
        Map<Node, ConnectionSettings> settings = new LinkedHashMap<>();
        config.nodes().forEach(each -> settings.put(each.node(), each));
        Map<Node, NodePool> byNode = new LinkedHashMap<>();
        pools.forEach(each -> byNode.put(each.node(), each));
        Scheduler timers = LastingTimers.of(Schedulers.parallel());
        probes = new NodeProbes(node -> driver.connect(Objects.requireNonNull(settings.get(node))));
        monitor = new TopologyMonitor(
                List.copyOf(settings.keySet()),
                probes::ask,
                node -> roleChanged(byNode, node),
                timers,
                System::nanoTime);
        router = new ReplicaRouter(byNode, monitor, config.routing(), timers);
    }

    private static void roleChanged(Map<Node, NodePool> pools, Node node) {
        Objects.requireNonNull(pools.get(node)).roleChanged();
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
