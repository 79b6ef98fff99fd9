package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.error.ConfigurationException;
import io.headgate.testkit.PostgresCluster;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only the Netty driver keeps of how a connection is logged in, straight and through PgBouncer. */
class LoginIT {

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

    private static String url(boolean pooled, String parameters) {
        return (pooled ? cluster.primary().pooledUrl() : cluster.primary().url()) + "?" + parameters;
    }

    private static void assertConnects(boolean pooled, String parameters) {
        Headgate db = Headgate.builder().node(url(pooled, parameters)).build();
        try {
            assertThat(db.sql("SELECT 1").one().block(SOON)).isNotNull();
        } finally {
            db.close().block(SOON);
        }
    }

    private static void assertRefused(boolean pooled, String parameters, String problem) {
        Headgate db = Headgate.builder().node(url(pooled, parameters)).build();
        try {
            assertThatThrownBy(() -> db.sql("SELECT 1").one().block(SOON))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(problem)
                    .hasMessageNotContaining("secret");
        } finally {
            db.close().block(SOON);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, scram-sha-256", "true, scram-sha-256", "false, !none", "true, '!none,!password,!md5'"})
    void logsInByAMethodThatIsAccepted(boolean pooled, String methods) {
        assertConnects(pooled, "require_auth=" + methods);
    }

    @ParameterizedTest
    @CsvSource({"false, md5", "true, 'md5,password'", "false, !scram-sha-256", "true, none"})
    void refusesAServerThatAsksForAnother(boolean pooled, String methods) {
        assertRefused(pooled, "require_auth=" + methods, "asks for authentication by scram-sha-256");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancelsAStatementByALongKey(boolean pooled) {
        Headgate db = Headgate.builder()
                .node(url(pooled, "max_protocol_version=latest"))
                .maxConnections(1)
                .build();
        StoppedAtTheServer.holds(db, cluster.primary(), "by a long key");
        db.close().block(SOON);
    }

    @Test
    void tiesTheProofToTlsWhereThatIsDemanded() {
        assertConnects(false, "sslmode=require&channel_binding=require&require_auth=scram-sha-256");
        assertConnects(false, "sslmode=require&channel_binding=disable");
        assertConnects(false, "sslmode=disable&channel_binding=disable");
        assertRefused(true, "sslmode=require&channel_binding=require", "PgBouncer has none");
    }
}
