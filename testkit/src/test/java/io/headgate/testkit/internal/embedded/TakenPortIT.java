package io.headgate.testkit.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testkit.ClusterBackend;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.PasswordAuthentication;
import io.headgate.testkit.PgBouncerRelease;
import io.headgate.testkit.internal.FreePorts;
import io.headgate.testkit.internal.PostgresServer;
import io.headgate.testkit.internal.Server;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens when another process takes a port between finding it free and binding it. */
class TakenPortIT {

    private static ClusterSettings settings(PgBouncerRelease release) {
        return new ClusterSettings(
                ClusterBackend.EMBEDDED,
                "18",
                0,
                Map.of(),
                true,
                release,
                Map.of(),
                PasswordAuthentication.SCRAM,
                false,
                "app",
                "app",
                "secret",
                List.of());
    }

    @ParameterizedTest
    @MethodSource("io.headgate.testkit.WantedReleases#all")
    void firstStartTriesTheNextPortAndLaterOnesWaitForTheirOwn(PgBouncerRelease release) throws Exception {
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Deque<Integer> ports = new ArrayDeque<>(
                    List.of(first.getLocalPort(), FreePorts.next(), second.getLocalPort(), FreePorts.next()));
            try (EmbeddedRuntime runtime = new EmbeddedRuntime(settings(release), ports::remove)) {
                PostgresServer postgres = runtime.postgres("node-1");
                postgres.initialize();
                postgres.start();
                assertThat(postgres.address().port()).isNotEqualTo(first.getLocalPort());
                Server bouncer = runtime.pgbouncer("bouncer-1", postgres);
                bouncer.start();
                assertThat(bouncer.address().port()).isNotEqualTo(second.getLocalPort());
                assertThat(ports).isEmpty();

                comesBackWhenItsPortIsFreeAgain(postgres);
                comesBackWhenItsPortIsFreeAgain(bouncer);
            }
        }
    }

    private static void comesBackWhenItsPortIsFreeAgain(Server server) throws Exception {
        int port = server.address().port();
        server.stop();
        CompletableFuture<Void> started;
        try (ServerSocket intruder = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            started = CompletableFuture.runAsync(server::start);
            Awaitility.await().until(() -> server.logTail(20).contains("Address already in use"));
            assertThat(intruder.isBound()).isTrue();
            assertThat(started).isNotDone();
        }
        started.get(30, TimeUnit.SECONDS);
        assertThat(server.isRunning()).isTrue();
        assertThat(server.address().port()).isEqualTo(port);
    }
}
