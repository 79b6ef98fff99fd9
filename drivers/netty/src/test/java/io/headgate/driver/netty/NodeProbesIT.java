package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.testkit.PostgresCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The probe of a node, against a real PostgreSQL and a real PgBouncer. */
class NodeProbesIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static PostgresCluster cluster;

    private static final EventLoops LOOPS = new EventLoops(Transport.best());

    @BeforeAll
    static void start() {
        cluster = PostgresCluster.builder().pooled(true).tls(true).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        LOOPS.close().block(SOON);
    }

    private static void probe(String url) {
        ConnectionSettings settings = ConnectionSettings.parse(url);
        new NodeProbes(LOOPS)
                .probe(settings, new InetSocketAddress(settings.host(), settings.port()), Tls.context(settings.tls()))
                .block(SOON);
    }

    @Test
    void everyNodeAnswersTheTlsRequest() {
        probe(cluster.primary().url());
        probe(cluster.primary().pooledUrl());
    }

    /** PgBouncer does not answer direct TLS, which shows that the probe used it. */
    @Test
    void theProbeBeginsDirectTls() {
        String direct = "?sslmode=require&sslnegotiation=direct";
        probe(cluster.primary().url() + direct);
        assertThatThrownBy(() -> probe(cluster.primary().pooledUrl() + direct))
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("no answer within 4 s");
    }
}
