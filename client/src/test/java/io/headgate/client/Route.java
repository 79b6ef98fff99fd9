package io.headgate.client;

import io.headgate.testkit.PgBouncerRelease;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresClusterBuilder;
import io.headgate.testkit.PostgresNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The ways to PostgreSQL that every integration test goes: the same suite has to be green on each. PgBouncer has fewer
 * server connections than the clients under test have connections, so that statements really change servers.
 */
enum Route {
    DIRECT(PgBouncerRelease.CURRENT, "direct"),
    PGBOUNCER(PgBouncerRelease.CURRENT, "pgbouncer"),
    PGBOUNCER_LEGACY(PgBouncerRelease.LEGACY, "legacy"),
    /** Three nodes, each behind its PgBouncer: reads go to the replicas. */
    REPLICAS(PgBouncerRelease.CURRENT, "replicas");

    static final int SERVER_CONNECTIONS = 3;

    private static final Map<Route, PostgresCluster> CLUSTERS = new EnumMap<>(Route.class);

    private final PgBouncerRelease release;
    private final String option;

    Route(PgBouncerRelease release, String option) {
        this.release = release;
        this.option = option;
    }

    /**
     * The routes this run goes: all to one node, but for {@code ./dev test --route}, which names one, and {@code --without-legacy}; in
     * long runs also to three. {@link EveryRoute} takes them from here.
     */
    static List<Route> selected() {
        return selected(Boolean.getBoolean("headgate.test.long"));
    }

    /** The same, and to three nodes in short runs too. {@link EveryRouteAndReplicas} takes them from here. */
    static List<Route> selectedAndReplicas() {
        return selected(true);
    }

    private static List<Route> selected(boolean withReplicas) {
        String wanted = System.getProperty("headgate.test.route", "");
        boolean withoutLegacy = Boolean.getBoolean("headgate.test.without-legacy");
        List<Route> routes = Stream.of(values())
                .filter(route -> wanted.isEmpty() ? route != REPLICAS || withReplicas : route.option.equals(wanted))
                .filter(route -> !withoutLegacy || route != PGBOUNCER_LEGACY)
                .toList();
        if (routes.isEmpty()) {
            throw new IllegalStateException(
                    "headgate.test.route is \"" + wanted
                            + "\" but must be direct, pgbouncer, replicas or, unless headgate.test.without-legacy is set, legacy");
        }
        return routes;
    }

    /** Those of {@link #selected()} with a PgBouncer on them; none when the run goes straight to PostgreSQL. */
    static List<Route> selectedPooled() {
        return selected().stream().filter(route -> route != DIRECT).toList();
    }

    PostgresNode node() {
        return cluster().primary();
    }

    /** Of all nodes, as libpq has it. */
    String url() {
        if (this == REPLICAS) {
            String hosts = cluster().nodes().stream()
                    .map(PostgresNode::pooledUrl)
                    .map(url -> url.replaceAll("^.*@|/[^/]*$", ""))
                    .collect(Collectors.joining(","));
            return node().pooledUrl().replaceAll("@[^/]*", "@" + hosts);
        }
        return this == DIRECT ? node().url() : node().pooledUrl();
    }

    /** For JDBC beside the client under test: what it commits is on every node. */
    String jdbcUrl() {
        return node().jdbcUrl() + (this == REPLICAS ? "&options=-c%20synchronous_commit=remote_apply" : "");
    }

    /** How many sessions of the clients under test run something or are in a transaction, and what they are at. */
    String sessionsAtWork() {
        return node().queryValue(
                        "SELECT count(*) || coalesce(string_agg(format(E'\\n%s %s %s since %s: %s', pid, state, wait_event,"
                                + " clock_timestamp() - state_change, query), ''), '')"
                                + " FROM pg_stat_activity WHERE usename = 'app' AND state <> 'idle'");
    }

    /** Ends what {@link #sessionsAtWork} tells of. */
    void endSessionsAtWork() {
        node().queryValue("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE usename = 'app' AND state <> 'idle'");
    }

    boolean isStarted() {
        synchronized (CLUSTERS) {
            return CLUSTERS.containsKey(ofCluster());
        }
    }

    /** Two routes lead to one cluster. */
    private Route ofCluster() {
        return this == DIRECT ? PGBOUNCER : this;
    }

    /** Started at first use and kept for the JVM, at whose end the testkit stops it. */
    PostgresCluster cluster() {
        synchronized (CLUSTERS) {
            return CLUSTERS.computeIfAbsent(ofCluster(), Route::start);
        }
    }

    private static PostgresCluster start(Route route) {
        PostgresClusterBuilder cluster = PostgresCluster.builder()
                .replicas(0)
                .pooled(true)
                .pgbouncer(route.release)
                .poolSize(SERVER_CONNECTIONS)
                .bouncerSetting("server_login_retry", "0.1")
                .bouncerSetting("max_client_conn", "200");
        return route == REPLICAS ? startReplicas(cluster) : cluster.start();
    }

    /** The tests' own writes wait for the replicas, because the client knows nothing of them. Those of the client do not. */
    private static PostgresCluster startReplicas(PostgresClusterBuilder cluster) {
        PostgresCluster started = cluster.replicas(2)
                .setting("synchronous_standby_names", "ANY 2 (*)")
                .setting("synchronous_commit", "local")
                .start();
        started.primary().execute("ALTER ROLE CURRENT_USER SET synchronous_commit = remote_apply");
        return started;
    }
}
