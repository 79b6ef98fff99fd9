package io.headgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PostgresClusterIT {

    @Test
    void everyNodeHasWhatThePrimaryWrote() {
        try (PostgresCluster cluster = PostgresCluster.builder()
                .replicas(2)
                .pooled(true)
                .initSql("CREATE TABLE track(id int PRIMARY KEY, title text); INSERT INTO track VALUES (1, 'one')")
                .initSql("INSERT INTO track VALUES (2, 'two')")
                .start()) {
            cluster.primary().execute("INSERT INTO track VALUES (?, ?)", 3, "three");
            cluster.awaitReplicasCaughtUp();

            assertThat(cluster.nodes()).hasSize(3).first().isEqualTo(cluster.primary());
            assertThat(cluster.replicas()).hasSize(2).doesNotContain(cluster.primary());
            for (PostgresNode node : cluster.nodes()) {
                assertThat(node.query("SELECT title FROM track ORDER BY id"))
                        .extracting(row -> row.get("title"))
                        .containsExactly("one", "two", "three");
                assertThat(node.isPrimary()).isEqualTo(node == cluster.primary());
                assertThat(node.bouncer().version()).matches("1\\.(2[1-9]|[3-9]\\d).*");
            }
            assertThat(cluster.primary().query("SELECT application_name FROM pg_stat_replication"))
                    .extracting(row -> row.get("application_name"))
                    .containsExactlyInAnyOrder("node-2", "node-3");
        }
    }

    @Test
    void settingsNamesAndCredentialsAreTheOnesAskedFor() throws SQLException {
        try (PostgresCluster cluster = PostgresCluster.builder()
                .setting("max_connections", "42")
                .setting("application_name", "it's quoted")
                .database("music")
                .credentials("player", "p@ss/w:rd?\"'")
                .pooled(true)
                .poolSize(3)
                .maxPreparedStatements(17)
                .bouncerSetting("query_wait_timeout", "7")
                .initSql("CREATE TABLE owned()")
                .start()) {
            PostgresNode node = cluster.primary();
            assertThat(node.queryValue("SHOW max_connections")).isEqualTo("42");
            assertThat(node.queryValue("SELECT reset_val FROM pg_settings WHERE name = 'application_name'"))
                    .isNotNull();
            assertThat(node.queryValue("SELECT tableowner FROM pg_tables WHERE tablename = 'owned'"))
                    .isEqualTo("player");
            assertThat(node.url())
                    .isEqualTo("postgresql://player:p%40ss%2Fw%3Ard%3F%22%27@127.0.0.1:" + node.port() + "/music");
            assertThat(node.pooledUrl()).contains(":" + node.bouncer().port() + "/music");
            assertThat(node.bouncer().show("CONFIG"))
                    .extracting(row -> row.get("key") + "=" + row.get("value"))
                    .contains("default_pool_size=3", "max_prepared_statements=17", "query_wait_timeout=7");
            for (String url : List.of(
                    node.jdbcUrl(),
                    node.jdbcUrl()
                            .replace(":" + node.port(), ":" + node.bouncer().port()))) {
                try (Connection connection = DriverManager.getConnection(url);
                        ResultSet row = connection.createStatement().executeQuery("SELECT current_user")) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(1)).isEqualTo("player");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PasswordAuthentication.class)
    void wrongPasswordsAreRefusedByServerAndPooler(PasswordAuthentication authentication) {
        try (PostgresCluster cluster = PostgresCluster.builder()
                .authentication(authentication)
                .pooled(true)
                .start()) {
            PostgresNode node = cluster.primary();
            assertThat(node.queryValue("SELECT left(rolpassword, 3) FROM pg_authid WHERE rolname = 'app'"))
                    .isEqualTo(authentication == PasswordAuthentication.MD5 ? "md5" : "SCR");
            assertThat(node.bouncer().show("DATABASES"))
                    .extracting(row -> row.get("name"))
                    .contains("app");
            for (int port : List.of(node.port(), node.bouncer().port())) {
                String url = "jdbc:postgresql://127.0.0.1:" + port + "/app";
                assertThat(canConnect(url, "secret")).isTrue();
                assertThatThrownBy(() -> DriverManager.getConnection(url, "app", "wrong"))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("authentication failed");
            }
        }
    }

    private static boolean canConnect(String url, String password) {
        try (Connection connection = DriverManager.getConnection(url, "app", password)) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    @Test
    void olderVersionIsFetchedAndReplicatesToo() {
        try (PostgresCluster cluster =
                PostgresCluster.builder().version("14").replicas(1).start()) {
            assertThat(cluster.primary().queryValue("SHOW server_version")).startsWith("14.");
            cluster.primary().execute("CREATE TABLE old AS SELECT 1 AS n");
            cluster.awaitReplicasCaughtUp();
            assertThat(cluster.replicas().get(0).queryValue("SELECT n FROM old"))
                    .isEqualTo("1");
        }
    }

    @Test
    void failedStartSaysWhyAndLeavesNothing() {
        LiveServers before = LiveServers.now();
        assertThatThrownBy(() -> PostgresCluster.builder()
                        .setting("shared_buffers", "lots")
                        .start())
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("shared_buffers")
                .hasMessageContaining("lots");
        assertThat(LiveServers.now()).isEqualTo(before);
        assertThatThrownBy(() ->
                        PostgresCluster.builder().initSql("CREATE TABEL t()").start())
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("TABEL");
        assertThat(LiveServers.now()).isEqualTo(before);
    }

    @Test
    void closedClusterLeavesNothingEvenWhenServersAreFrozenOrKilled() {
        LiveServers before = LiveServers.now();
        PostgresCluster cluster =
                PostgresCluster.builder().replicas(1).pooled(true).start();
        assertThat(LiveServers.now()).isNotEqualTo(before);
        cluster.replicas().get(0).freeze();
        cluster.replicas().get(0).bouncer().freeze();
        cluster.primary().kill();
        cluster.close();
        cluster.close();
        assertThat(LiveServers.now()).isEqualTo(before);
        assertThatThrownBy(() -> cluster.primary().start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
