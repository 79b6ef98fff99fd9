package io.headgate.driver.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.observe.DataAccessListener;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;

/** A host with two addresses; no server listens at one of them. */
class TwoAddressesTest {

    private static final int SOON = 10_000;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneIsEnough(boolean first) throws IOException {
        byte[] listening = {127, 0, 0, 1};
        byte[] silent = {127, 0, 0, 2};
        VertxDriver driver = new VertxDriver(Vertx.vertx(), true, DataAccessListener.NONE, host -> new InetAddress[] {
            InetAddress.getByAddress(host, first ? listening : silent),
            InetAddress.getByAddress(host, first ? silent : listening)
        });
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByAddress(listening))) {
            server.setSoTimeout(SOON);
            Disposable connecting = driver.connect(ConnectionSettings.parse(
                            "postgresql://app:secret@two.example:" + server.getLocalPort() + "/music?sslmode=disable"))
                    .subscribe(connected -> {}, error -> {});
            try (Socket arrived = server.accept()) {
                arrived.setSoTimeout(SOON);
                assertThat(arrived.getInputStream().read()).as("a login").isNotNegative();
                connecting.dispose();
                assertThat(arrived.getInputStream().readAllBytes())
                        .as("the rest of the login, and its end")
                        .isNotEmpty();
            }
        }
        driver.close().block(Duration.ofMillis(SOON));
    }
}
