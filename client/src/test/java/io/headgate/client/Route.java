package io.headgate.client;

import io.headgate.testkit.PgBouncerRelease;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The ways to PostgreSQL that every integration test goes: the same suite has to be green on each. PgBouncer has fewer
 * server connections than the clients under test have connections, so that statements really change servers.
 */
enum Route {
    DIRECT(PgBouncerRelease.CURRENT, "direct"),
    PGBOUNCER(PgBouncerRelease.CURRENT, "pgbouncer"),
    PGBOUNCER_LEGACY(PgBouncerRelease.LEGACY, "legacy");

    static final int SERVER_CONNECTIONS = 3;

    private static final Map<PgBouncerRelease, PostgresCluster> CLUSTERS = new EnumMap<>(PgBouncerRelease.class);

    private final PgBouncerRelease release;
    private final String option;

    Route(PgBouncerRelease release, String option) {
        this.release = release;
        this.option = option;
    }

    /**
     * The routes this run goes: all, but for {@code ./dev test --route}, which names one, and {@code --without-legacy}.
     * {@link EveryRoute} takes them from here.
     */
    static List<Route> selected() {
        String wanted = System.getProperty("headgate.test.route", "");
        boolean withoutLegacy = Boolean.getBoolean("headgate.test.without-legacy");
        List<Route> routes = Stream.of(values())
                .filter(route -> wanted.isEmpty() || route.option.equals(wanted))
                .filter(route -> !withoutLegacy || route != PGBOUNCER_LEGACY)
                .toList();
        if (routes.isEmpty()) {
            throw new IllegalStateException("headgate.test.route is \"" + wanted
                    + "\" but must be direct, pgbouncer or, unless headgate.test.without-legacy is set, legacy");
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

    String url() {
        return this == DIRECT ? node().url() : node().pooledUrl();
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
            return CLUSTERS.containsKey(release);
        }
    }

    /** Started at first use and kept for the JVM, at whose end the testkit stops it. */
    PostgresCluster cluster() {
        synchronized (CLUSTERS) {
            return CLUSTERS.computeIfAbsent(release, Route::start);
        }
    }

    private static PostgresCluster start(PgBouncerRelease release) {
        return PostgresCluster.builder()
                .replicas(0)
                .pooled(true)
                .pgbouncer(release)
                .poolSize(SERVER_CONNECTIONS)
                .bouncerSetting("server_login_retry", "0.1")
                .bouncerSetting("max_client_conn", "200")
                .start();
    }
}
