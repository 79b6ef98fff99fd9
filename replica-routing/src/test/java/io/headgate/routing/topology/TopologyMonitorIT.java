package io.headgate.routing.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.topology.Node;
import io.headgate.routing.RealNodes;
import io.headgate.routing.topology.NodeStatus.Standing;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The monitor on a real cluster of three, each behind its PgBouncer. */
class TopologyMonitorIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static PostgresCluster cluster;

    private final Map<Node, PostgresNode> servers = new HashMap<>();
    private RealNodes nodes;
    private TopologyMonitor monitor;

    @BeforeAll
    static void startCluster() {
        cluster = PostgresCluster.builder().pooled(true).replicas(2).start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void start() {
        cluster.reset();
        for (PostgresNode each : cluster.nodes()) {
            servers.put(ConnectionSettings.parse(each.pooledUrl()).node(), each);
        }
        nodes = new RealNodes(cluster);
        monitor = nodes.monitor();
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private Topology await(Predicate<Topology> condition) {
        return monitor.await(condition).block(SOON);
    }

    private static long count(Topology topology, Standing standing) {
        return topology.nodes().stream()
                .filter(each -> each.standing() == standing && each.isReachable())
                .count();
    }

    private PostgresNode primaryOf(Topology topology) {
        return servers.get(topology.primary().orElseThrow().node());
    }

    @Test
    void itFindsThePrimaryAndItsReplicas() {
        Topology found =
                await(topology -> count(topology, Standing.REPLICA) == 2 && count(topology, Standing.PRIMARY) == 1);
        assertThat(primaryOf(found)).isEqualTo(cluster.primary());
        assertThat(found.nodes()).extracting(each -> each.report().systemId()).containsOnly(found.systemId());
    }

    /** Nothing is written, so a position behind a page's header would never be reached. */
    @Test
    void replicasReachThePositionOfAQuietPrimary() {
        for (int i = 0; i < 300; i++) {
            cluster.primary().execute("SELECT pg_logical_emit_message(true, 'a', repeat('x', " + (20 + i) + "))");
        }
        await(topology ->
                topology.nodes().stream().allMatch(each -> Long.valueOf(0).equals(topology.bytesBehind(each))));
    }

    @Test
    void aReplicaWhoseReplayIsPausedFallsBehind() {
        await(topology -> count(topology, Standing.REPLICA) == 2);
        PostgresNode paused = cluster.replicas().get(0);
        paused.pauseReplay();
        cluster.primary().execute("SELECT pg_logical_emit_message(true, 'a', repeat('x', 1000))");
        Topology behind = await(topology -> topology.nodes().stream().anyMatch(each -> {
            Long bytes = topology.bytesBehind(each);
            return bytes != null && bytes >= 1_000 && servers.get(each.node()).equals(paused);
        }));
        NodeStatus status = behind.nodes().stream()
                .filter(each -> servers.get(each.node()).equals(paused))
                .findFirst()
                .orElseThrow();
        await(topology ->
                topology.age(topology.status(status.node()), monitor.now()).compareTo(Duration.ofSeconds(1)) > 0);
        paused.resumeReplay();
        await(topology ->
                topology.age(topology.status(status.node()), monitor.now()).compareTo(Duration.ofSeconds(1)) < 0);
    }

    @Test
    void aPromotionIsSeenAndTheOldPrimaryFencedWhenItComesBack() {
        Topology before =
                await(topology -> count(topology, Standing.REPLICA) == 2 && count(topology, Standing.PRIMARY) == 1);
        PostgresNode old = cluster.primary();
        PostgresNode next = cluster.replicas().get(0);
        old.kill();
        await(topology ->
                !topology.status(before.primary().orElseThrow().node()).isReachable());
        next.promote();
        long promoted = System.nanoTime();
        Topology after = await(topology -> topology.timeline() > before.timeline());
        assertThat(Duration.ofNanos(System.nanoTime() - promoted)).isLessThan(Duration.ofSeconds(1));
        assertThat(primaryOf(after)).isEqualTo(next);
        assertThat(after.hasSurvived(
                        before.timeline(),
                        before.status(after.primary().orElseThrow().node())
                                .report()
                                .position()))
                .isTrue();
        old.start();
        Topology fenced = await(topology -> count(topology, Standing.FENCED) == 1);
        assertThat(primaryOf(fenced)).isEqualTo(next);
        old.follow(next);
        cluster.nodes().stream()
                .filter(each -> !each.equals(old) && !each.equals(next))
                .forEach(each -> each.follow(next));
        await(topology -> count(topology, Standing.REPLICA) == 2 && count(topology, Standing.FENCED) == 0);
    }
}
