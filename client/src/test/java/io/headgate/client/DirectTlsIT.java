package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.testkit.PgBouncerRelease;
import io.headgate.testkit.PostgresCluster;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** TLS that begins with the first byte: PostgreSQL from 17 on has it, PgBouncer has not. */
class DirectTlsIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static PostgresCluster cluster;

    @BeforeAll
    static void start() {
        cluster = PostgresCluster.builder().pooled(true).tls(true).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Headgate client(String url, String parameters) {
        return Headgate.builder()
                .node(url + "?sslnegotiation=direct&" + parameters)
                .maxConnections(1)
                .build();
    }

    @Test
    void connectsInEveryModeThatEncrypts() {
        for (String mode : new String[] {"require", "verify-ca", "verify-full"}) {
            String root = mode.equals("require") ? "" : "&sslrootcert=" + cluster.caCertificate();
            Headgate db = client(cluster.primary().url(), "channel_binding=require&sslmode=" + mode + root);
            assertThat(db.sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                            .map(row -> row.require(0, Boolean.class))
                            .one()
                            .block(SOON))
                    .isTrue();
            db.close().block(SOON);
        }
    }

    @Test
    void checksTheCertificate() {
        Headgate db =
                client(cluster.primary().url(), "sslmode=verify-full&sslrootcert=" + cluster.unrelatedCaCertificate());
        assertThatThrownBy(() -> db.sql("SELECT 1").one().block(SOON))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("sslrootcert");
        db.close().block(SOON);
    }

    @Test
    void cancelsAStatement() {
        Headgate db = client(cluster.primary().url(), "sslmode=require");
        StoppedAtTheServer.holds(db, cluster.primary(), "direct TLS");
        db.close().block(SOON);
    }

    /** PgBouncer takes the beginning of TLS for that of a long message, and waits for the rest. */
    @Test
    void saysWhyPgBouncerDoesNotAnswer() {
        Headgate db = client(cluster.primary().pooledUrl(), "sslmode=require&connect_timeout=1");
        assertThatThrownBy(() -> db.sql("SELECT 1").one().block(SOON))
                .hasStackTraceContaining(ConnectFailedException.class.getName())
                .hasStackTraceContaining("leave it out for an older one and for PgBouncer");
        db.close().block(SOON);
    }

    /** PgBouncer before 1.21 answers in clear that it does not understand. */
    @Test
    void saysThatWhatAnswersIsNotTls() {
        try (PostgresCluster old = PostgresCluster.builder()
                .pooled(true)
                .tls(true)
                .pgbouncer(PgBouncerRelease.LEGACY)
                .start()) {
            Headgate db = client(old.primary().pooledUrl(), "sslmode=require");
            assertThatThrownBy(() -> db.sql("SELECT 1").one().block(SOON))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("answers TLS with something else")
                    .hasMessageContaining("leave it out");
            db.close().block(SOON);
        }
    }
}
