package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.client.r2dbc.HeadgateConnectionFactory;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.testkit.PostgresCluster;
import io.r2dbc.spi.ConnectionFactories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** PostgreSQL and PgBouncer behind unix sockets, as one that runs beside a service in the same pod is reached. */
class UnixSocketIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static Path folder;
    private static PostgresCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        // a path of a build folder may be longer than the operating system takes for a socket
        folder = Files.createTempDirectory(Path.of("/tmp"), "headgate-sockets-");
        // the servers run as another user when the tests run as root
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        cluster = PostgresCluster.builder()
                .pooled(true)
                .setting("unix_socket_directories", folder.toString())
                .bouncerSetting("unix_socket_dir", folder.toString())
                .initSql("CREATE TABLE track(id int PRIMARY KEY)")
                .start();
    }

    @AfterAll
    static void stop() throws IOException {
        cluster.close();
        try (Stream<Path> left = Files.list(folder)) {
            for (Path each : left.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(folder);
    }

    /** The cluster's URL by TCP, with the folder in the place of its host. */
    private static String url(boolean pooled) {
        String tcp = pooled ? cluster.primary().pooledUrl() : cluster.primary().url();
        return tcp.replaceFirst("@[^:/]+", "@" + folder.toString().replace("/", "%2F"));
    }

    private static Headgate client(boolean pooled, int connections) {
        return Headgate.builder().node(url(pooled)).maxConnections(connections).build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everythingGoesOverThem(boolean pooled) {
        Headgate db = client(pooled, 4);
        try {
            assertThat(Flux.range(0, 1_000)
                            .flatMap(n -> db.sql("SELECT $1::int")
                                    .bind(n)
                                    .map(row -> row.require(0, Integer.class))
                                    .one())
                            .collectList()
                            .block(SOON))
                    .hasSize(1_000)
                    .doesNotHaveDuplicates();
            // only the server can tell how it was reached
            assertThat(db.sql(
                                    "SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NULL AND application_name = 'headgate'"
                                            + " AND pid = pg_backend_pid()")
                            .map(row -> row.require(0, Long.class))
                            .one()
                            .block(SOON))
                    .isEqualTo(pooled ? 0 : 1);
            assertThatThrownBy(() -> db.inTransaction(tx -> tx.sql("INSERT INTO track VALUES (1)")
                                    .one()
                                    .then(Mono.<Long>error(new IllegalStateException("no"))))
                            .block(SOON))
                    .hasMessage("no");
            assertThat(cluster.primary().queryValue("SELECT count(*) FROM track"))
                    .isEqualTo("0");
            assertThat(db.toString()).contains(folder + "/.s.PGSQL.");
        } finally {
            db.close().block(SOON);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancelsAStatement(boolean pooled) {
        Headgate db = client(pooled, 1);
        StoppedAtTheServer.holds(db, cluster.primary(), "over a unix socket");
        db.close().block(SOON);
    }

    @Test
    void anR2dbcUrlNamesThemAlike() {
        HeadgateConnectionFactory factory = (HeadgateConnectionFactory)
                ConnectionFactories.get(url(true).replace("postgresql://", "r2dbc:headgate://"));
        assertThat(Flux.usingWhen(
                                factory.create(),
                                connection -> Flux.from(connection
                                                .createStatement("SELECT 1")
                                                .execute())
                                        .flatMap(result -> result.map((row, columns) -> row.get(0, Integer.class))),
                                connection -> connection.close())
                        .blockLast(SOON))
                .isEqualTo(1);
        factory.close().block(SOON);
    }

    @Test
    void saysWhatIsNotThere() {
        Headgate db = Headgate.builder()
                .node("postgresql://app:secret@%2Ftmp%2Fheadgate-not-there:1/app?connect_timeout=1")
                .build();
        assertThatThrownBy(() -> db.sql("SELECT 1").one().block(SOON))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining("/tmp/headgate-not-there/.s.PGSQL.1")
                .hasMessageContaining("there is no such unix socket");
        db.close().block(SOON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vertx", "r2dbc"})
    void theOtherDriversSayThatTheyDoNot(String driver) {
        Headgate db = Headgate.builder().driver(driver).node(url(false)).build();
        assertThatThrownBy(() -> db.sql("SELECT 1").one().block(SOON))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not connect to unix sockets");
        db.close().block(SOON);
    }
}
