package io.headgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a cluster does on whatever backend: each backend has a class that runs these tests on it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ClusterBackend backend;
    private @Nullable PostgresCluster started;

    ClusterContract(ClusterBackend backend) {
        this.backend = backend;
    }

    @BeforeAll
    void startCluster() {
        started = PostgresCluster.builder()
                .backend(backend)
                .replicas(2)
                .pooled(true)
                .poolSize(4)
                .tls(true)
                .setting("log_disconnections", "on")
                .bouncerSetting("server_login_retry", "1")
                .bouncerSetting("query_wait_timeout", "5")
                .initSql("CREATE TABLE track(id int PRIMARY KEY, title text)")
                .start();
    }

    @AfterEach
    void undoFaults() {
        cluster().reset();
        cluster().primary().execute("TRUNCATE track");
    }

    @AfterAll
    void closeCluster() {
        if (started != null) {
            started.close();
        }
    }

    PostgresCluster cluster() {
        if (started == null) {
            throw new IllegalStateException("the cluster has not been started");
        }
        return started;
    }

    private PostgresNode node(int index) {
        return cluster().nodes().get(index);
    }

    @Test
    void replicasFollowThePrimaryAndEachPoolerReachesItsOwnNode() throws SQLException {
        node(0).execute("INSERT INTO track VALUES (?, ?)", 1, "one");
        cluster().awaitReplicasCaughtUp();
        for (PostgresNode node : cluster().nodes()) {
            assertThat(node.isPrimary()).isEqualTo(node == node(0));
            try (Connection connection = pooled(node)) {
                assertThat(value(connection, "SELECT title FROM track WHERE id = 1"))
                        .isEqualTo("one");
                assertThat(value(connection, "SELECT pg_is_in_recovery()")).isEqualTo(node == node(0) ? "f" : "t");
            }
        }
    }

    @Test
    void settingsAreTheKitsAndTheTests() {
        assertThat(node(2)
                        .query("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes',"
                                + " 'server_encoding', 'shared_buffers', 'log_disconnections',"
                                + " 'wal_keep_size', 'max_wal_senders', 'track_commit_timestamp', 'ssl')"
                                + " ORDER BY name COLLATE \"C\"")
                        .stream()
                        .map(row -> row.get("name") + "=" + row.get("setting"))
                        .toList())
                .containsExactly(
                        "fsync=off",
                        "full_page_writes=on",
                        "log_disconnections=on",
                        "max_wal_senders=20",
                        "server_encoding=UTF8",
                        "shared_buffers=4096",
                        "ssl=on",
                        "track_commit_timestamp=on",
                        "wal_keep_size=1024");
        assertThat(node(2).queryValue("SELECT datcollate FROM pg_database WHERE datname = 'app'"))
                .isEqualTo("C");
    }

    @Test
    void serversProveWhoTheyAre() throws SQLException {
        String trusted = "&sslmode=verify-full&sslrootcert=" + cluster().caCertificate();
        try (Connection connection = DriverManager.getConnection(node(1).jdbcUrl() + trusted)) {
            assertThat(value(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
                    .isEqualTo("t");
        }
        try (Connection connection = DriverManager.getConnection(pooledJdbcUrl(node(1)) + trusted)) {
            assertThat(value(connection, "SELECT 1")).isEqualTo("1");
        }
        String untrusted = "&sslmode=verify-full&sslrootcert=" + cluster().unrelatedCaCertificate();
        for (String url : List.of(node(1).jdbcUrl(), pooledJdbcUrl(node(1)))) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(
                            () -> DriverManager.getConnection(url + untrusted).close())
                    .withMessageContaining("PKIX path");
        }
    }

    @Test
    void restartedNodeKeepsItsPortAndItsRows() {
        int port = node(0).port();
        node(0).execute("INSERT INTO track VALUES (1, 'one')");
        node(0).restart();
        assertThat(node(0).port()).isEqualTo(port);
        assertThat(node(0).queryValue("SELECT count(*) FROM track")).isEqualTo("1");
    }

    @Test
    void stoppedNodeRefusesClients() throws SQLException {
        try (Connection open = DriverManager.getConnection(node(1).jdbcUrl())) {
            node(1).stop();
            assertThat(node(1).isRunning()).isFalse();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> value(open, "SELECT 1"))
                    .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
        }
        assertRefused(node(1).host(), node(1).port());
    }

    @Test
    void killedNodeDropsItsClientsAndRecoversWhatWasCommitted() throws SQLException {
        node(0).execute("INSERT INTO track VALUES (1, 'one')");
        try (Connection open = DriverManager.getConnection(node(0).jdbcUrl())) {
            open.setAutoCommit(false);
            try (Statement statement = open.createStatement()) {
                statement.execute("INSERT INTO track VALUES (2, 'two')");
            }
            node(0).kill();
            assertThat(node(0).isRunning()).isFalse();
            assertThatExceptionOfType(SQLException.class).isThrownBy(open::commit);
        }
        assertRefused(node(0).host(), node(0).port());
        node(0).start();
        assertThat(node(0).logTail(50)).contains("database system was not properly shut down");
        assertThat(node(0).queryValue("SELECT string_agg(title, ',') FROM track"))
                .isEqualTo("one");
    }

    @Test
    void poolerReportsAKilledNodeAndFindsItAgain() throws SQLException {
        try (Connection connection = pooled(node(0))) {
            assertThat(value(connection, "SELECT 1")).isEqualTo("1");
            node(0).kill();
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> value(connection, "SELECT 1"));
        }
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> {
            try (Connection connection = pooled(node(0))) {
                value(connection, "SELECT 1");
            }
        });
        node(0).start();
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            try (Connection connection = pooled(node(0))) {
                assertThat(value(connection, "SELECT 1")).isEqualTo("1");
            }
        });
    }

    @Test
    void frozenNodeAnswersNothingUntilItIsThawed() throws Exception {
        try (Connection open = DriverManager.getConnection(node(1).jdbcUrl())) {
            node(1).freeze();
            assertThat(node(1).isRunning()).isTrue();
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return value(open, "SELECT 42");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> answer.get(500, TimeUnit.MILLISECONDS));
            node(1).thaw();
            assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("42");
        }
    }

    @Test
    void frozenNodeCanBeKilled() {
        node(1).freeze();
        node(1).kill();
        assertThat(node(1).isRunning()).isFalse();
        node(1).start();
        assertThat(node(1).isPrimary()).isFalse();
    }

    @Test
    void promotedReplicaTakesWritesAndTheOldPrimaryFollowsIt() {
        node(0).kill();
        node(1).promote();
        assertThat(cluster().primary()).isSameAs(node(1));
        node(2).follow(node(1));
        node(0).follow(node(1));
        node(1).execute("INSERT INTO track VALUES (1, 'after')");
        cluster().awaitReplicasCaughtUp();
        assertThat(node(0).queryValue("SELECT title FROM track")).isEqualTo("after");
        assertThat(node(2).queryValue("SELECT title FROM track")).isEqualTo("after");
        cluster().reset();
        assertThat(cluster().primary()).isSameAs(node(0));
        assertThat(node(1).isPrimary()).isFalse();
    }

    @Test
    void pausedReplayShowsThePastUntilItGoesOn() {
        cluster().awaitReplicasCaughtUp();
        node(2).pauseReplay();
        node(0).execute("INSERT INTO track VALUES (1, 'one')");
        assertThat(node(2).queryValue("SELECT count(*) FROM track")).isEqualTo("0");
        node(2).resumeReplay();
        cluster().awaitReplicasCaughtUp();
        assertThat(node(2).queryValue("SELECT count(*) FROM track")).isEqualTo("1");
    }

    @Test
    void backendsAreTerminatedAndCrashed() throws SQLException {
        try (Connection open = DriverManager.getConnection(node(0).jdbcUrl())) {
            assertThat(node(0).killBackends("usename = 'app'")).isPositive();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> value(open, "SELECT 1"))
                    .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
        }
        try (Connection open = DriverManager.getConnection(node(0).jdbcUrl())) {
            node(0).crashBackend(Integer.parseInt(value(open, "SELECT pg_backend_pid()")));
        }
        assertThat(node(0).logTail(50)).contains("was terminated by signal 9");
        assertThatExceptionOfType(ClusterException.class)
                .isThrownBy(() -> node(0).crashBackend(1))
                .withMessageContaining("Process 1 is none of node-1's");
    }

    @Test
    void poolerIsKilledFrozenAndStartedOnItsPort() throws Exception {
        PgBouncer bouncer = node(0).bouncer();
        int port = bouncer.port();
        bouncer.kill();
        assertThat(bouncer.isRunning()).isFalse();
        assertRefused(bouncer.host(), port);
        bouncer.start();
        assertThat(bouncer.port()).isEqualTo(port);
        try (Connection connection = pooled(node(0))) {
            bouncer.freeze();
            CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return connection.isValid(0);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> answer.get(500, TimeUnit.MILLISECONDS));
            bouncer.thaw();
            assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            bouncer.restart();
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> value(connection, "SELECT 1"));
        }
    }

    @Test
    void adminConsoleHoldsClientsBackAndLetsThemGo() throws SQLException {
        PgBouncer bouncer = node(0).bouncer();
        assertThat(bouncer.version()).startsWith("1.2");
        bouncer.killDatabase();
        assertThat(bouncer.show("DATABASES"))
                .anySatisfy(row -> assertThat(row).containsEntry("name", "app").containsEntry("paused", "1"));
        bouncer.resume();
        try (Connection connection = pooled(node(0))) {
            assertThat(value(connection, "SELECT 1")).isEqualTo("1");
        }
        bouncer.command("SET query_wait_timeout = 9");
        bouncer.reload();
        assertThat(bouncer.show("CONFIG"))
                .anySatisfy(row -> assertThat(row)
                        .containsEntry("key", "query_wait_timeout")
                        .containsEntry("value", "5"));
    }

    private static void assertRefused(String host, int port) {
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(host, port));
    }

    private static void connect(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 5_000);
        }
    }

    private static String pooledJdbcUrl(PostgresNode node) {
        return node.jdbcUrl()
                .replace(":" + node.port() + "/", ":" + node.bouncer().port() + "/");
    }

    private static Connection pooled(PostgresNode node) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("prepareThreshold", "0");
        properties.setProperty("socketTimeout", "20");
        return DriverManager.getConnection(pooledJdbcUrl(node), properties);
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
