package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class CancelRequestsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** The other side may close before the client waits for its first byte. */
    @Test
    void eachEndsWhenTheOtherSideClosesAtOnce() throws Exception {
        EventLoops loops = new EventLoops(Transport.best());
        CancelRequests requests = new CancelRequests(loops);
        ExecutorService closing = Executors.newSingleThreadExecutor();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            closing.execute(() -> closeAll(server));
            ConnectionSettings settings = ConnectionSettings.parse("postgresql://u:p@localhost/d?sslmode=require");
            InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
            var tls = Tls.context(TlsSettings.prefer());
            Long ended = Flux.range(0, 2_000)
                    .flatMap(
                            n -> requests.request(settings, address, new Login.BackendKey(1, new byte[4]), tls)
                                    .onErrorComplete()
                                    .thenReturn(n),
                            16)
                    .count()
                    .block(SOON);
            assertThat(ended).isEqualTo(2_000);
        } finally {
            closing.shutdownNow();
            requests.close().block(SOON);
            loops.close().block(SOON);
        }
    }

    private static void closeAll(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.setSoLinger(true, 0);
            } catch (IOException closed) {
                // the test has ended, or the client closed first
            }
        }
    }
}
