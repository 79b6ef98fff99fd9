package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.testkit.PgBouncerRelease;
import io.headgate.testkit.PostgresCluster;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys that real servers and poolers send for each protocol version: those of 3.2 are longer. */
class ProtocolVersionIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final EventLoops LOOPS = new EventLoops(Transport.best());

    private static PostgresCluster cluster;

    @BeforeAll
    static void start() {
        cluster = PostgresCluster.builder().pooled(true).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        LOOPS.close().block(SOON);
    }

    /** The length of a connection's key, in bytes. */
    private static int keyOf(Connector connector, String url) {
        ConnectionSettings settings = ConnectionSettings.parse(url);
        Credentials credentials = settings.credentials().block();
        Connector.Use<Integer> use = (wire, key, closed, whenDone, whenFailed) -> {
            wire.terminate();
            whenDone.accept(key.secret().length);
        };
        return connector
                .connect(settings, new InetSocketAddress(settings.host(), settings.port()), credentials, null, use)
                .block(SOON);
    }

    private static Connector connector() {
        return new Connector(LOOPS, new CancelRequests(LOOPS));
    }

    @ParameterizedTest
    @CsvSource({"3.0, false, 4", "3.2, false, 32", "latest, false, 32", "3.0, true, 4", "3.2, true, 4"})
    void aServerGivesTheKeysOfTheVersionThatItSpeaks(String version, boolean pooled, int length) {
        String url = pooled ? cluster.primary().pooledUrl() : cluster.primary().url();
        assertThat(keyOf(connector(), url + "?sslmode=disable&max_protocol_version=" + version))
                .isEqualTo(length);
    }

    @Test
    void whatRefusesANewVersionIsAskedForTheOldOne() {
        try (PostgresCluster old = PostgresCluster.builder()
                .pooled(true)
                .pgbouncer(PgBouncerRelease.LEGACY)
                .start()) {
            Connector connector = connector();
            String url = old.primary().pooledUrl() + "?sslmode=disable&max_protocol_version=3.2";
            assertThat(keyOf(connector, url)).isEqualTo(4);
            assertThat(keyOf(connector, url)).isEqualTo(4);
            assertThat(old.primary().bouncer().logTail(100).split("bad packet header", -1))
                    .as("refused once, in two lines of the log")
                    .hasSize(3);
        }
    }
}
