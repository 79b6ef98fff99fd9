package io.headgate.testkit.cli;

import io.headgate.testkit.PgBouncerRelease;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresClusterBuilder;
import java.util.Iterator;
import java.util.List;

/**
 * The parsed command line; {@code ./dev cluster --help} describes it.
 *
 * @param pooled whether a PgBouncer stands in front of each node
 * @param cluster the cluster as described so far, not started
 */
record ClusterArguments(boolean pooled, PostgresClusterBuilder cluster) {
    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException naming the option or value that is wrong
     */
    static ClusterArguments parse(List<String> arguments) {
        boolean legacy = false;
        boolean direct = false;
        PostgresClusterBuilder cluster = PostgresCluster.builder();
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--legacy" -> legacy = true;
                case "--direct" -> direct = true;
                case "--replicas" -> cluster.replicas(number(option, value(option, rest)));
                case "--version" -> cluster.version(value(option, rest));
                case "--setting" -> setting(cluster, value(option, rest));
                default -> throw new IllegalArgumentException("unknown option '" + option + "'");
            }
        }
        if (legacy && direct) {
            throw new IllegalArgumentException(
                    "--legacy chooses a PgBouncer and --direct does without one: give one of them");
        }
        cluster.pooled(!direct);
        if (legacy) {
            cluster.pgbouncer(PgBouncerRelease.LEGACY);
        }
        return new ClusterArguments(!direct, cluster);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return rest.next();
    }

    private static int number(String option, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " needs a whole number, not '" + value + "'", e);
        }
    }

    private static void setting(PostgresClusterBuilder cluster, String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("--setting needs NAME=VALUE, not '" + assignment + "'");
        }
        cluster.setting(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
}
