package io.headgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testkit.junit.SharedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

@SharedPostgres(pooled = true, tls = true)
class TlsIT {
    private final PostgresCluster cluster;

    TlsIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    private Connection connect(String host, int port, String options) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port
                + "/app?user=app&password=secret&prepareThreshold=0" + options);
    }

    private static String verifying(Path authority) {
        return "&sslmode=verify-full&sslrootcert=" + authority;
    }

    private List<Integer> ports() {
        PostgresNode node = cluster.primary();
        return List.of(node.port(), node.bouncer().port());
    }

    @Test
    void certificateIsGoodForNameAndAddress() throws SQLException {
        for (int port : ports()) {
            for (String host : List.of("localhost", "127.0.0.1")) {
                try (Connection connection = connect(host, port, verifying(cluster.caCertificate()))) {
                    assertThat(connection.isValid(1)).isTrue();
                }
            }
        }
        try (Connection connection =
                        connect("localhost", cluster.primary().port(), verifying(cluster.caCertificate()));
                var row = connection
                        .createStatement()
                        .executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getBoolean(1)).isTrue();
        }
    }

    @Test
    void unrelatedAuthorityIsNotEnough() {
        for (int port : ports()) {
            assertThatThrownBy(() -> connect("localhost", port, verifying(cluster.unrelatedCaCertificate())))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("certification path");
        }
    }

    @Test
    void connectionsWithoutTlsStayPossible() throws SQLException {
        for (int port : ports()) {
            try (Connection connection = connect("127.0.0.1", port, "&sslmode=disable")) {
                assertThat(connection.isValid(1)).isTrue();
            }
        }
    }
}
