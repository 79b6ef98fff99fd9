package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ConfigurationException;
import io.headgate.testkit.PostgresCluster;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted connections, straight and through PgBouncer. */
class TlsIT {

    private static PostgresCluster cluster;

    @BeforeAll
    static void start() {
        cluster = PostgresCluster.builder()
                .replicas(0)
                .pooled(true)
                .tls(true)
                .setting("listen_addresses", "127.0.0.1,127.0.0.2")
                .bouncerSetting("listen_addr", "127.0.0.1,127.0.0.2")
                .start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String url(boolean pooled, String parameters) {
        return (pooled ? cluster.primary().pooledUrl() : cluster.primary().url()) + "?" + parameters;
    }

    /** Whether the client's own connection is encrypted: PgBouncer's console and pg_stat_ssl tell. */
    private static boolean encrypted(Headgate db, boolean pooled) {
        if (!pooled) {
            return db.sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                    .map(row -> row.require(0, Boolean.class))
                    .one()
                    .block();
        }
        db.sql("SELECT 1").one().block();
        return cluster.primary().bouncer().show("CLIENTS").stream()
                .filter(client -> "app".equals(client.get("user")))
                .allMatch(client -> client.get("tls").startsWith("TLS"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyModeConnectsAsItSays(boolean pooled) {
        for (String mode : new String[] {"disable", "prefer", "require", "verify-ca", "verify-full"}) {
            String parameters =
                    "sslmode=" + mode + (mode.startsWith("verify") ? "&sslrootcert=" + cluster.caCertificate() : "");
            Headgate db = DriverUnderTest.client()
                    .node(url(pooled, parameters))
                    .maxConnections(1)
                    .build();
            assertThat(encrypted(db, pooled)).as(mode).isEqualTo(!mode.equals("disable"));
            db.close().block();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCertificateOfAnotherAuthorityIsRefused(boolean pooled) {
        for (String mode : new String[] {"verify-ca", "verify-full"}) {
            assertFails(url(pooled, "sslmode=" + mode + "&sslrootcert=" + cluster.unrelatedCaCertificate()), mode);
            assertFails(url(pooled, "sslmode=" + mode), mode);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void verifyFullRefusesAHostThatTheCertificateDoesNotName(boolean pooled) {
        String elsewhere = url(pooled, "sslmode=verify-full&sslrootcert=" + cluster.caCertificate())
                .replace("127.0.0.1", "127.0.0.2");
        assertFails(elsewhere, "verify-full");
        Headgate db = DriverUnderTest.client()
                .node(elsewhere.replace("verify-full", "verify-ca"))
                .build();
        assertThat(db.sql("SELECT 1").one().block()).isNotNull();
        db.close().block();
    }

    private static void assertFails(String url, String mode) {
        Headgate db = DriverUnderTest.client().node(url).build();
        assertThatThrownBy(() -> db.sql("SELECT 1").one().block())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("sslmode=" + mode)
                .hasMessageContaining("sslrootcert");
        db.close().block();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStatementIsCancelledOverAnEncryptedConnection(boolean pooled) {
        Headgate db = DriverUnderTest.client()
                .node(url(pooled, "sslmode=require"))
                .maxConnections(1)
                .build();
        var running = db.sql("SELECT pg_sleep(60) /* over TLS */").one().subscribe();
        Awaitility.await().until(() -> sleeping().equals("1"));
        running.dispose();
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> sleeping().equals("0"));
        Awaitility.await().until(() -> db.poolState().leased() == 0);
        assertThat(db.poolState().open()).isEqualTo(1);
        db.close().block();
    }

    private static String sleeping() {
        return cluster.primary()
                .queryValue(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%over TLS%' AND state = 'active' AND pid <> pg_backend_pid()");
    }
}
