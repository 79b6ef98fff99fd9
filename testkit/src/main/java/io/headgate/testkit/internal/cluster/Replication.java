package io.headgate.testkit.internal.cluster;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.PostgresNode;
import io.headgate.testkit.internal.Address;
import io.headgate.testkit.internal.Await;
import io.headgate.testkit.internal.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the primary and the upstream of each replica. Not thread-safe, except {@link #primary()}.
 *
 * @see <a href="https://www.postgresql.org/docs/18/warm-standby.html">PostgreSQL, Log-Shipping Standby Servers</a>
 */
final class Replication {
    /** A standby with a matching history streams within milliseconds; a standby with a diverged history retries for ever. */
    private static final Duration FITTING = Duration.ofSeconds(5);

    private volatile @Nullable RunningNode primary;
    private boolean historyForked;

    RunningNode primary() {
        return Objects.requireNonNull(primary, "the cluster has started");
    }

    void startsAs(RunningNode node) {
        this.primary = node;
    }

    void promote(RunningNode node) {
        if (node.isPrimary()) {
            throw new ClusterException(node.name() + " is a primary already");
        }
        if (!"true".equals(node.queryValue("SELECT pg_promote(true, 30)"))) {
            throw new ClusterException(node.name() + " was not promoted within 30 s\n" + node.logTail(30));
        }
        primary = node;
        historyForked = true;
    }

    void follow(RunningNode node, PostgresNode upstream) {
        if (!(upstream instanceof RunningNode source) || source == node || !source.isRunning()) {
            throw new ClusterException(node.name() + " cannot follow " + upstream
                    + "; it must be another, running node of the same cluster");
        }
        if (node == primary) {
            throw new ClusterException(
                    node.name() + " is the cluster's primary; promote another node before it becomes a replica");
        }
        // A node that is down may be a former primary; starting it to check would make two primaries.
        if (!node.isRunning() || node.isPrimary() || !redirect(node, source)) {
            cloneFrom(node, source);
        }
    }

    /** Redirects a running standby to a new source. False when the histories do not match. */
    private static boolean redirect(RunningNode node, RunningNode source) {
        String conninfo = source.server().conninfoForStandby(node.name()).replace("'", "''");
        node.execute("ALTER SYSTEM SET primary_conninfo = '" + conninfo + "'");
        node.execute("SELECT pg_reload_conf()");
        return Await.holds(FITTING, () -> streams(node, source));
    }

    static void cloneFrom(RunningNode node, RunningNode source) {
        PostgresServer server = node.server();
        server.stop();
        server.cloneFrom(source.server());
        server.start();
        awaitStreaming(node, source);
    }

    static void awaitStreaming(RunningNode node, RunningNode source) {
        Await.until(
                () -> streams(node, source),
                () -> node.name() + " does not stream from " + source.name() + "\n" + node.logTail(30));
    }

    static boolean streams(RunningNode node, RunningNode source) {
        Address from = source.server().peerAddress();
        List<Map<String, @Nullable Object>> rows = node.query(
                "SELECT 1 FROM pg_stat_wal_receiver WHERE status = 'streaming' AND sender_host = ? AND sender_port = ?",
                from.host(),
                from.port());
        return !rows.isEmpty();
    }

    static void awaitCaughtUp(RunningNode node, RunningNode source) {
        String written = source.queryValue("SELECT pg_current_wal_flush_lsn()::text");
        Await.until(
                () -> "true".equals(node.queryValue("SELECT pg_last_wal_replay_lsn() >= ?::pg_lsn", written)),
                () -> node.name() + " has not replayed up to " + written + " of " + source.name() + " but only to "
                        + node.queryValue("SELECT pg_last_wal_replay_lsn()::text"));
    }

    /**
     * Makes the first node the primary and all others its replicas.
     *
     * @param nodes all nodes; the first one runs; a node that does not run is cloned anew
     */
    void restore(List<RunningNode> nodes) {
        RunningNode origin = nodes.get(0);
        for (RunningNode node : nodes) {
            if (node.isRunning() && !node.isPrimary()) {
                node.resumeReplay();
            }
        }
        if (!origin.isPrimary()) {
            promote(origin);
        }
        primary = origin;
        for (RunningNode node : nodes.subList(1, nodes.size())) {
            boolean standby = node.isRunning() && !node.isPrimary();
            if (!standby || !(streams(node, origin) || (!historyForked && redirect(node, origin)))) {
                cloneFrom(node, origin);
            }
        }
        historyForked = false;
    }
}
