package io.headgate.client;

import io.headgate.testkit.FaultProxy;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes random faults in a cluster with synchronous replication, one after the other, and a number of failovers at equal distances. */
final class ReplicaFaults implements Callable<Integer> {

    private static final Logger logger = LoggerFactory.getLogger(ReplicaFaults.class);

    private final PostgresCluster cluster;
    private final Random random;
    private final Duration length;
    private final int failovers;

    /** @param length after which no fault begins any more */
    ReplicaFaults(PostgresCluster cluster, long seed, Duration length, int failovers) {
        this.cluster = cluster;
        this.random = new Random(seed);
        this.length = length;
        this.failovers = failovers;
    }

    /** How many failovers there were. */
    @Override
    public Integer call() throws InterruptedException {
        long start = System.nanoTime();
        int done = 0;
        for (long passed = 0; passed < length.toNanos(); passed = System.nanoTime() - start) {
            if (done < failovers && passed >= length.toNanos() / (failovers + 1) * (done + 1)) {
                failover();
                done++;
            } else {
                fault();
            }
            pause(800);
        }
        return done;
    }

    private void fault() throws InterruptedException {
        PostgresNode any = oneOf(cluster.nodes());
        PostgresNode replica = oneOf(cluster.replicas());
        switch (random.nextInt(6)) {
            case 0 -> {
                replica.pauseReplay();
                pause(1_500);
                replica.resumeReplay();
            }
            case 1 -> {
                replica.kill();
                pause(1_000);
                replica.start();
            }
            case 2 -> any.bouncer().restart();
            case 3 -> any.bouncer().proxy().resetAll();
            case 4 -> {
                FaultProxy network = any.bouncer().proxy();
                network.latency(Duration.ofMillis(1 + random.nextInt(20)));
                pause(1_000);
                network.heal();
            }
            default -> any.killBackends("usename = 'app'");
        }
    }

    /** From now on no write is acknowledged before one replica has it. At the start of a cluster, nobody could create its roles. */
    static void replicatesSynchronously(PostgresCluster cluster) {
        for (PostgresNode each : cluster.nodes()) {
            each.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
            each.execute("SELECT pg_reload_conf()");
        }
    }

    /** The primary dies, a replica replaces it, and the dead one comes back as a replica. */
    PostgresNode failover() {
        PostgresNode dead = cluster.primary();
        dead.kill();
        PostgresNode next = furthestReplica(cluster);
        next.promote();
        logger.info("{} has replaced {}", next.name(), dead.name());
        followedByTheOthers(cluster, next);
        return next;
    }

    static void followedByTheOthers(PostgresCluster cluster, PostgresNode primary) {
        List<PostgresNode> others = new ArrayList<>(cluster.nodes());
        others.remove(primary);
        // those that run need no clone
        others.sort(Comparator.comparing(PostgresNode::isRunning).reversed());
        others.forEach(each -> each.follow(primary));
    }

    /** With synchronous replication to any one replica, the furthest has all acknowledged writes. */
    static PostgresNode furthestReplica(PostgresCluster cluster) {
        return cluster.replicas().stream()
                .filter(PostgresNode::isRunning)
                .max(Comparator.comparingLong(ReplicaFaults::received))
                .orElseThrow();
    }

    private static long received(PostgresNode replica) {
        String bytes = replica.queryValue(
                "SELECT (greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())" + " - '0/0'::pg_lsn)::bigint");
        return bytes == null ? 0 : Long.parseLong(bytes);
    }

    private PostgresNode oneOf(List<PostgresNode> nodes) {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void pause(int most) throws InterruptedException {
        Thread.sleep(200 + random.nextInt(most));
    }
}
