package io.headgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.testkit.junit.SharedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

class PgBouncerIT {

    @Nested
    @SharedPostgres(pooled = true, bouncerSettings = "default_pool_size=4")
    class Current extends Contract {
        Current(PostgresCluster cluster) {
            super(cluster);
        }

        @Test
        void isNewEnoughToKeepPreparedStatements() throws SQLException {
            assertThat(bouncer.version()).matches("1\\.(2[1-9]|[3-9]\\d).*");
            assertThat(preparedTwice()).isNull();
        }
    }

    @Nested
    @DisabledIfSystemProperty(
            named = "headgate.test.without-legacy",
            matches = "true",
            disabledReason = "run without PgBouncer 1.18")
    @SharedPostgres(pooled = true, pgbouncer = PgBouncerRelease.LEGACY, bouncerSettings = "default_pool_size=4")
    class Legacy extends Contract {
        Legacy(PostgresCluster cluster) {
            super(cluster);
        }

        @Test
        void isTooOldToKeepPreparedStatements() throws SQLException {
            assertThat(bouncer.version()).matches("1\\.(1\\d|20).*");
            assertThat(preparedTwice()).isEqualTo("42P05");
        }
    }

    abstract static class Contract {
        final PostgresNode node;
        final PgBouncer bouncer;

        Contract(PostgresCluster cluster) {
            this.node = cluster.primary();
            this.bouncer = node.bouncer();
        }

        Connection connect(String options) throws SQLException {
            return DriverManager.getConnection(
                    node.jdbcUrl().replace(":" + node.port(), ":" + bouncer.port()) + options);
        }

        Connection connect() throws SQLException {
            return connect("&prepareThreshold=0");
        }

        /** Prepares one statement name on two clients of one server connection; gives the SQLSTATE of the failure. */
        @Nullable
        String preparedTwice() throws SQLException {
            try (Connection one = connect("&prepareThreshold=-1");
                    Connection two = connect("&prepareThreshold=-1")) {
                one.prepareStatement("SELECT 1").executeQuery();
                two.prepareStatement("SELECT 2").executeQuery();
                return null;
            } catch (SQLException e) {
                return e.getSQLState();
            }
        }

        @Test
        void poolsShowItsClientsAndServers() throws SQLException {
            try (Connection connection = connect()) {
                assertThat(connection.isValid(1)).isTrue();
                assertThat(bouncer.show("POOLS"))
                        .filteredOn(row -> "app".equals(row.get("database")))
                        .singleElement()
                        .satisfies(row -> assertThat(row)
                                .containsEntry("user", "app")
                                .containsEntry("pool_mode", "transaction")
                                .containsEntry("cl_active", "1"));
                assertThat(bouncer.show("SERVERS"))
                        .extracting(row -> row.get("port"))
                        .contains("" + node.port());
            }
        }

        @Test
        void pausedPoolerHoldsStatementsBackUntilResumed() throws Exception {
            try (Connection connection = connect()) {
                bouncer.pause();
                CompletableFuture<Boolean> answer = select(connection);
                await().until(() -> waiting() == 1);
                assertThat(answer).isNotDone();
                bouncer.resume();
                assertThat(answer.get(10, TimeUnit.SECONDS)).isTrue();
                bouncer.resume();
            }
        }

        @Test
        void killedDatabaseDropsItsClientsUntilResumed() throws Exception {
            try (Connection connection = connect()) {
                connection.setAutoCommit(false);
                connection.createStatement().execute("SELECT 1");
                bouncer.killDatabase();
                assertThatThrownBy(() -> connection.createStatement().execute("SELECT 1"))
                        .isInstanceOf(SQLException.class);
            }
            bouncer.resume();
            try (Connection connection = connect()) {
                assertThat(connection.isValid(1)).isTrue();
            }
        }

        @Test
        void reconnectReplacesServerConnections() throws SQLException {
            try (Connection connection = connect()) {
                long before = backend(connection);
                assertThat(backend(connection)).isEqualTo(before);
                bouncer.reconnect();
                await().until(() -> backend(connection) != before);
            }
        }

        @Test
        void reloadUndoesWhatSetChanged() {
            bouncer.command("SET query_wait_timeout = 3");
            assertThat(config("query_wait_timeout")).startsWith("3");
            bouncer.reload();
            assertThat(config("query_wait_timeout")).startsWith("120");
            assertThatThrownBy(() -> bouncer.command("NONSENSE"))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("NONSENSE");
        }

        @Test
        void killedAndStoppedPoolerComesBackOnItsPort() throws SQLException {
            int port = bouncer.port();
            try (Connection connection = connect()) {
                bouncer.kill();
                assertThat(bouncer.isRunning()).isFalse();
                assertThat(connection.isValid(1)).isFalse();
            }
            bouncer.start();
            try (Connection connection = connect()) {
                assertThat(connection.isValid(1)).isTrue();
                bouncer.stop();
                assertThat(bouncer.isRunning()).isFalse();
            }
            assertThatThrownBy(this::connect).isInstanceOf(SQLException.class).hasMessageContaining("refused");
            bouncer.start();
            assertThat(bouncer.port()).isEqualTo(port);
            bouncer.restart();
            assertThat(bouncer.logTail(200)).contains("process up");
        }

        @Test
        void frozenPoolerAnswersWhenThawed() throws Exception {
            try (Connection connection = connect()) {
                bouncer.freeze();
                CompletableFuture<Boolean> answer = select(connection);
                assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS)).isNotNull();
                assertThat(answer).isNotDone();
                bouncer.thaw();
                assertThat(answer.get(10, TimeUnit.SECONDS)).isTrue();
            }
        }

        private long waiting() {
            return bouncer.show("POOLS").stream()
                    .map(row -> row.getOrDefault("cl_waiting", "0"))
                    .mapToLong(Long::parseLong)
                    .sum();
        }

        private String config(String key) {
            return bouncer.show("CONFIG").stream()
                    .filter(row -> key.equals(row.get("key")))
                    .map((Map<String, String> row) -> row.getOrDefault("value", ""))
                    .findFirst()
                    .orElseThrow();
        }

        private static long backend(Connection connection) throws SQLException {
            try (var row = connection.createStatement().executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                return row.getLong(1);
            }
        }

        private static CompletableFuture<Boolean> select(Connection connection) {
            return CompletableFuture.supplyAsync(() -> {
                try {
                    return connection.createStatement().execute("SELECT 1");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }
}
