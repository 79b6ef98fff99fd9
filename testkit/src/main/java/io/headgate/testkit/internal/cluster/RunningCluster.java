package io.headgate.testkit.internal.cluster;

import io.headgate.testkit.ClusterBackend;
import io.headgate.testkit.ClusterException;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import io.headgate.testkit.internal.PostgresServer;
import io.headgate.testkit.internal.Server;
import io.headgate.testkit.internal.ServerCertificates;
import io.headgate.testkit.internal.ServerRuntime;
import io.headgate.testkit.internal.ServerRuntimeProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster on top of the {@link ServerRuntime} that runs its servers. */
public final class RunningCluster implements PostgresCluster {
    private static final Logger LOG = LoggerFactory.getLogger(RunningCluster.class);

    private final ClusterSettings settings;
    private final ServerRuntime runtime;
    private final Replication replication = new Replication();
    private final List<RunningNode> nodes = new ArrayList<>();

    private RunningCluster(ClusterSettings settings, ServerRuntime runtime) {
        this.settings = settings;
        this.runtime = runtime;
    }

    /**
     * Starts a cluster.
     *
     * @param settings the settings of the cluster
     * @return the running cluster
     * @throws ClusterException when it cannot be started; nothing is left behind
     */
    public static RunningCluster start(ClusterSettings settings) {
        RunningCluster cluster =
                new RunningCluster(settings, providerOf(settings.backend()).open(settings));
        try {
            cluster.startServers();
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    private static ServerRuntimeProvider providerOf(ClusterBackend backend) {
        for (ServerRuntimeProvider provider :
                ServiceLoader.load(ServerRuntimeProvider.class, RunningCluster.class.getClassLoader())) {
            if (provider.backend() == backend) {
                return provider;
            }
        }
        throw new ClusterException("No provider for the backend " + backend + " is on the class path; use "
                + ClusterBackend.EMBEDDED + " or add the artifact that has it");
    }

    private void startServers() {
        RunningNode first = addNode();
        first.server().initialize();
        first.server().start();
        replication.startsAs(first);
        createDatabase(first);
        for (int i = 0; i < settings.replicas(); i++) {
            RunningNode replica = addNode();
            Replication.cloneFrom(replica, first);
        }
        if (settings.pooled()) {
            for (int i = 0; i < nodes.size(); i++) {
                Server bouncer =
                        runtime.pgbouncer("bouncer-" + (i + 1), nodes.get(i).server());
                bouncer.start();
                nodes.get(i).putInFront(new RunningPgBouncer(bouncer, settings.database()));
            }
        }
    }

    private RunningNode addNode() {
        PostgresServer server = runtime.postgres("node-" + (nodes.size() + 1));
        RunningNode node = new RunningNode(server, settings, replication);
        nodes.add(node);
        return node;
    }

    private void createDatabase(RunningNode node) {
        Jdbc maintenance = Jdbc.superuser(node.server().address(), ClusterSettings.SUPERUSER);
        maintenance.execute("CREATE ROLE \"" + settings.user() + "\" LOGIN PASSWORD '"
                + settings.password().replace("'", "''") + "'");
        if (!settings.database().equals(ClusterSettings.SUPERUSER)) {
            maintenance.execute("CREATE DATABASE \"" + settings.database() + "\" OWNER \"" + settings.user() + "\"");
        }
        Jdbc application = Jdbc.application(node.server().address(), settings);
        settings.initSql().forEach(sql -> application.execute(sql));
    }

    @Override
    public PostgresNode primary() {
        return replication.primary();
    }

    @Override
    public List<PostgresNode> replicas() {
        List<PostgresNode> replicas = new ArrayList<>(nodes);
        replicas.remove(replication.primary());
        return List.copyOf(replicas);
    }

    @Override
    public List<PostgresNode> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public void awaitReplicasCaughtUp() {
        RunningNode source = replication.primary();
        for (RunningNode node : nodes) {
            if (node != source && node.isRunning()) {
                Replication.awaitCaughtUp(node, source);
            }
        }
    }

    @Override
    public void reset() {
        for (RunningNode node : nodes) {
            try {
                node.revive();
            } catch (ClusterException e) {
                if (node == nodes.get(0)) {
                    throw e;
                }
                LOG.info("{} does not start again and is cloned anew", node.name(), e);
            }
        }
        replication.restore(nodes);
        nodes.forEach(RunningNode::forgetFaults);
    }

    /**
     * Whether any operation since the start or the last reset may have left a fault behind.
     *
     * @return true when {@link #reset()} may have work to do
     */
    public boolean isFaulted() {
        return nodes.stream().anyMatch(node -> node.faulted() || node.hasProxy());
    }

    @Override
    public Path caCertificate() {
        return certificates().caCertificate();
    }

    @Override
    public Path unrelatedCaCertificate() {
        return certificates().unrelatedCaCertificate();
    }

    private ServerCertificates certificates() {
        return runtime.certificates()
                .orElseThrow(
                        () -> new IllegalStateException("The cluster has no certificates; start it with tls(true)"));
    }

    @Override
    public void close() {
        nodes.forEach(RunningNode::close);
        runtime.close();
    }

    @Override
    public String toString() {
        return "PostgresCluster" + nodes;
    }
}
