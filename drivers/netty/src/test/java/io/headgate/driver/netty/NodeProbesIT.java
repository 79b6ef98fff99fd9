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

/** What a node is asked to see whether it lives, as real ones answer it. */
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

    private static void ask(String url) {
        ConnectionSettings settings = ConnectionSettings.parse(url);
        new NodeProbes(LOOPS)
                .ask(settings, new InetSocketAddress(settings.host(), settings.port()), Tls.context(settings.tls()))
                .block(SOON);
    }

    @Test
    void everyNodeAnswersTheQuestionForTls() {
        ask(cluster.primary().url());
        ask(cluster.primary().pooledUrl());
    }

    /** PgBouncer is silent to it, so that it is seen what was asked. */
    @Test
    void whereTlsBeginsWithoutAQuestionTheProbeBeginsIt() {
        String direct = "?sslmode=require&sslnegotiation=direct";
        ask(cluster.primary().url() + direct);
        assertThatThrownBy(() -> ask(cluster.primary().pooledUrl() + direct))
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("no answer within 4 s");
    }
}
