package io.headgate.routing;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.driver.netty.NettyDriver;
import io.headgate.pool.NodePool;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.node.LanesAndLeases;
import io.headgate.routing.topology.NodeProbes;
import io.headgate.routing.topology.NodeStatus.Standing;
import io.headgate.routing.topology.RecordingUser;
import io.headgate.routing.topology.TopologyMonitor;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The driver, the pools and the monitor for the nodes of a real cluster, each behind its PgBouncer. */
public final class RealNodes implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final SqlDriver driver = NettyDriver.withOwnLoops(DataAccessListener.NONE);
    private final Scheduler timers = Schedulers.newSingle("monitor", true);
    private final Map<Node, ConnectionSettings> settings = new LinkedHashMap<>();
    private final Map<Node, NodePool> pools = new LinkedHashMap<>();
    private final NodeProbes probes = new NodeProbes(node -> driver.connect(settings.get(node)));
    private final TopologyMonitor monitor;

    /** Starts the monitor. */
    public RealNodes(PostgresCluster cluster) {
        for (PostgresNode each : cluster.nodes()) {
            ConnectionSettings of = ConnectionSettings.parse(each.pooledUrl());
            settings.put(of.node(), of);
            pools.put(
                    of.node(),
                    LanesAndLeases.create(
                            of.node(),
                            driver.connect(of),
                            PoolOptions.builder().build(),
                            DataAccessListener.NONE,
                            Schedulers.parallel()));
        }
        monitor = new TopologyMonitor(
                List.copyOf(settings.keySet()), probes::ask, new RecordingUser(), timers, System::nanoTime);
        monitor.start();
    }

    public TopologyMonitor monitor() {
        return monitor;
    }

    public ReplicaRouter router(RoutingOptions options) {
        return new ReplicaRouter(pools, monitor, options, DataAccessListener.NONE, Schedulers.parallel());
    }

    /** Waits until a primary and this many replicas are known. */
    public void await(int replicas) {
        monitor.await(topology -> topology.primary().isPresent()
                        && topology.nodes().stream()
                                        .filter(each -> each.standing() == Standing.REPLICA && each.isReachable())
                                        .count()
                                == replicas)
                .block(SOON);
    }

    @Override
    public void close() {
        monitor.close();
        probes.close().block(SOON);
        pools.values().forEach(each -> each.close(SOON).block(SOON));
        driver.close().block(SOON);
        timers.dispose();
    }
}
