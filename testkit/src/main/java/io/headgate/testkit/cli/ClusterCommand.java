package io.headgate.testkit.cli;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * Starts a cluster, prints each node's URLs and keeps it until the process is terminated.
 *
 * <p>Ctrl-C and SIGTERM end the JVM with its usual exit codes, 130 and 143, after a shutdown hook has stopped every
 * server.
 */
final class ClusterCommand {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private final PrintStream out;
    private final PrintStream err;

    ClusterCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) throws InterruptedException {
        int code = new ClusterCommand(System.out, System.err).run(List.of(arguments));
        System.exit(code);
    }

    /** Returns only when no cluster was started. */
    private int run(List<String> commandLine) throws InterruptedException {
        ClusterArguments arguments;
        try {
            arguments = ClusterArguments.parse(commandLine);
        } catch (IllegalArgumentException e) {
            err.println("cluster: " + e.getMessage() + " (./dev cluster --help)");
            return WRONG_USAGE;
        }
        PostgresCluster cluster;
        try {
            cluster = arguments.cluster().start();
        } catch (ClusterException e) {
            err.println("cluster: " + e.getMessage());
            return FAILED;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster), "cluster-stop"));
        print(cluster, arguments.pooled());
        new CountDownLatch(1).await();
        throw new AssertionError("nothing counts the latch down");
    }

    private void print(PostgresCluster cluster, boolean pooled) {
        for (PostgresNode node : cluster.nodes()) {
            String role = node == cluster.primary() ? "primary" : "replica";
            out.printf(Locale.ROOT, "%s %s%n", node.name(), role);
            if (pooled) {
                out.printf(
                        Locale.ROOT,
                        "  pooled  %s  (PgBouncer %s)%n",
                        node.pooledUrl(),
                        node.bouncer().version());
            }
            out.printf(Locale.ROOT, "  direct  %s%n", node.url());
            out.printf(Locale.ROOT, "  r2dbc   %s%n", r2dbcUrl(pooled ? node.pooledUrl() : node.url()));
            out.printf(Locale.ROOT, "  jdbc    %s%n", node.jdbcUrl());
        }
        out.println("Running. Ctrl-C stops it.");
        out.flush();
    }

    /** The same node for Headgate's R2DBC driver. */
    private static String r2dbcUrl(String url) {
        return "r2dbc:headgate" + url.substring(url.indexOf("://"));
    }

    private void stop(PostgresCluster cluster) {
        cluster.close();
        out.println("Stopped.");
        out.flush();
    }
}
