package io.headgate.client;

import io.headgate.testkit.PgBouncerRelease;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.util.EnumMap;
import java.util.Map;

/**
 * The ways to PostgreSQL that every integration test goes: the same suite has to be green on each. PgBouncer has fewer
 * server connections than the clients under test have connections, so that statements really change servers.
 */
enum Route {
    DIRECT(PgBouncerRelease.CURRENT),
    PGBOUNCER(PgBouncerRelease.CURRENT),
    PGBOUNCER_LEGACY(PgBouncerRelease.LEGACY);

    static final int SERVER_CONNECTIONS = 3;

    private static final Map<PgBouncerRelease, PostgresCluster> CLUSTERS = new EnumMap<>(PgBouncerRelease.class);

    private final PgBouncerRelease release;

    Route(PgBouncerRelease release) {
        this.release = release;
    }

    PostgresNode node() {
        return cluster().primary();
    }

    String url() {
        return this == DIRECT ? node().url() : node().pooledUrl();
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
