package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.netty.NettyDriver;
import io.headgate.testkit.PostgresCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A server that falls silent before, in and after a TLS handshake: each attempt ends in time, and its socket is closed. */
class SilentHandshakeIT {

    private static final int ATTEMPTS = 10;

    /** Before the answer to the request for TLS, after it, within the server's part of the handshake, and in the login. */
    private static final long[] BYTES = {0, 1, 50, 500, 1_200};

    private static PostgresCluster cluster;

    @BeforeAll
    static void start() {
        cluster = PostgresCluster.builder().pooled(true).tls(true).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({
        "false, require",
        "false, prefer",
        "false, require&sslnegotiation=direct",
        "true, require",
        "true, prefer"
    })
    void attemptsEndAndLeaveNoSocket(boolean pooled, String mode) throws IOException {
        String url = pooled ? cluster.primary().pooledUrl() : cluster.primary().url();
        int port = ConnectionSettings.parse(url).port();
        SqlDriver driver = NettyDriver.create(DataAccessListener.NONE);
        List<FallingSilent> servers = new ArrayList<>();
        for (long bytes : BYTES) {
            servers.add(new FallingSilent(port, bytes));
        }
        // to all of them at once
        List<Object> outcomes = Flux.fromIterable(servers)
                .map(server -> ConnectionSettings.parse(
                        url.replaceFirst(":\\d+/", ":" + server.port() + "/") + "?connect_timeout=1&sslmode=" + mode))
                .flatMap(settings -> Flux.range(0, ATTEMPTS)
                        .flatMap(i -> driver.connect(settings)
                                .<Object>map(connected -> "connected")
                                .onErrorResume(Mono::just)))
                .collectList()
                .block(Duration.ofSeconds(10));
        assertThat(outcomes).hasSize(BYTES.length * ATTEMPTS).allMatch(ConnectFailedException.class::isInstance);
        for (FallingSilent server : servers) {
            Awaitility.await().until(() -> server.accepted() > 0);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(2))
                    .untilAsserted(() -> assertThat(server.open()).isZero());
            server.close();
        }
        driver.close().block(Duration.ofSeconds(10));
    }
}
