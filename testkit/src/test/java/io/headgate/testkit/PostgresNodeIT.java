package io.headgate.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.testkit.junit.SharedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

@SharedPostgres(replicas = 1, pooled = true)
class PostgresNodeIT {
    private final PostgresCluster cluster;
    private final PostgresNode node;

    PostgresNodeIT(PostgresCluster cluster) {
        this.cluster = cluster;
        this.node = cluster.primary();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(node.jdbcUrl());
    }

    @Test
    void queriesGiveTypedRowsAndNulls() {
        assertThat(node.query("SELECT 1 AS a, NULL::text AS b, 'x' AS c, ARRAY[1, 2] AS d WHERE 1 = ?", 1))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("a", 1)
                        .containsEntry("b", null)
                        .containsEntry("c", "x")
                        .containsEntry("d", List.of(1, 2)));
        assertThat(node.queryValue("SELECT NULL")).isNull();
        assertThat(node.queryValue("SELECT '{\"a\": 1}'::jsonb ? 'a'")).isEqualTo("true");
        assertThatThrownBy(() -> node.queryValue("SELECT 1 AS a, 2 AS b"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("1 rows with 2 columns");
        assertThatThrownBy(() -> node.query("SELECT 1 AS a, 2 AS a"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("two columns called \"a\"");
        assertThatThrownBy(() -> node.query("SELECT nothing"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("SELECT nothing")
                .hasCauseInstanceOf(SQLException.class);
    }

    @Test
    void executeRunsSeveralStatementsAndCountsRows() {
        node.execute("DROP TABLE IF EXISTS counted; CREATE TABLE counted(n int)");
        assertThat(node.execute("INSERT INTO counted SELECT generate_series(1, ?)", 5))
                .isEqualTo(5);
        assertThat(node.execute("DELETE FROM counted WHERE n > 3")).isEqualTo(2);
    }

    @Test
    void stoppedNodeRefusesAndComesBackOnItsPortWithItsData() throws SQLException {
        int port = node.port();
        node.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 7 AS n");
        try (Connection connection = connect()) {
            node.stop();
            assertThat(node.isRunning()).isFalse();
            assertThat(connection.isValid(1)).isFalse();
        }
        assertThatThrownBy(this::connect).isInstanceOf(SQLException.class).hasMessageContaining("refused");
        node.start();
        assertThat(node.port()).isEqualTo(port);
        assertThat(node.queryValue("SELECT n FROM kept")).isEqualTo("7");
    }

    @Test
    void killedNodeLeavesNoProcessAndRecoversItsData() {
        node.execute("DROP TABLE IF EXISTS survived; CREATE TABLE survived AS SELECT generate_series(1, 1000) AS n");
        String postmaster = requireNonNull(node.queryValue("SELECT pg_read_file('postmaster.pid')"));
        ProcessHandle process = ProcessHandle.of(
                        Long.parseLong(postmaster.lines().findFirst().orElseThrow()))
                .orElseThrow();
        List<ProcessHandle> children = process.descendants().toList();
        assertThat(children).hasSizeGreaterThan(3);

        node.kill();

        assertThat(node.isRunning()).isFalse();
        assertThat(children).noneMatch(child -> LiveServers.runs(child.pid()));
        node.start();
        assertThat(node.queryValue("SELECT count(*) FROM survived")).isEqualTo("1000");
        assertThat(node.logTail(100)).contains("was not properly shut down");
    }

    @Test
    void frozenNodeKeepsConnectionsButAnswersNothingUntilThawed() throws Exception {
        try (Connection connection = connect()) {
            node.freeze();
            CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return connection.createStatement().execute("SELECT 1");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(node.isRunning()).isTrue();
            node.thaw();
            assertThat(answer.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void frozenNodeCanBeStoppedAndKilled() {
        node.freeze();
        node.stop();
        node.start();
        node.freeze();
        node.kill();
        node.start();
        assertThat(node.queryValue("SELECT 1")).isEqualTo("1");
    }

    @Test
    void killedBackendsAreTheOnesThatThePredicateNames() throws SQLException {
        try (Connection spared = connect();
                Connection hit = DriverManager.getConnection(node.jdbcUrl() + "&ApplicationName=hit")) {
            assertThat(node.killBackends("application_name = 'hit'")).isEqualTo(1);
            assertThat(hit.isValid(1)).isFalse();
            assertThat(spared.isValid(1)).isTrue();
            assertThat(node.killBackends()).isEqualTo(1);
            assertThatThrownBy(() -> spared.createStatement().execute("SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
        }
    }

    @Test
    void crashedBackendTakesAllConnectionsAndTheServerRecovers() throws SQLException {
        try (Connection victim = connect();
                Connection bystander = connect()) {
            victim.setAutoCommit(false);
            var row = victim.createStatement().executeQuery("SELECT pg_backend_pid()");
            assertThat(row.next()).isTrue();
            node.crashBackend(row.getInt(1));
            assertThat(victim.isValid(1)).isFalse();
            assertThat(bystander.isValid(1)).isFalse();
        }
        assertThat(node.queryValue("SELECT 1")).isEqualTo("1");
        assertThatThrownBy(() -> node.crashBackend((int) ProcessHandle.current().pid()))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("none of node-1's");
    }

    @Test
    void pausedReplicaLagsUntilResumed() {
        PostgresNode replica = cluster.replicas().get(0);
        node.execute("DROP TABLE IF EXISTS lagging; CREATE TABLE lagging(n int)");
        cluster.awaitReplicasCaughtUp();
        replica.pauseReplay();
        node.execute("INSERT INTO lagging VALUES (1)");
        String written = node.queryValue("SELECT pg_current_wal_flush_lsn()::text");
        await().until(() ->
                "true".equals(replica.queryValue("SELECT pg_last_wal_receive_lsn() >= ?::pg_lsn", written)));
        assertThat(replica.queryValue("SELECT count(*) FROM lagging")).isEqualTo("0");
        replica.resumeReplay();
        cluster.awaitReplicasCaughtUp();
        assertThat(replica.queryValue("SELECT count(*) FROM lagging")).isEqualTo("1");
        assertThatThrownBy(node::pauseReplay).isInstanceOf(ClusterException.class);
    }

    @Test
    void proxyOfTheNodeCutsItsClientsOnly() throws SQLException {
        String through = node.proxy().through(node.jdbcUrl());
        try (Connection proxied = DriverManager.getConnection(through);
                Connection direct = connect()) {
            assertThat(proxied.isValid(1)).isTrue();
            assertThat(node.proxy().openConnections()).isEqualTo(1);
            node.proxy().resetAll();
            assertThat(proxied.isValid(1)).isFalse();
            assertThat(direct.isValid(1)).isTrue();
        }
    }
}
