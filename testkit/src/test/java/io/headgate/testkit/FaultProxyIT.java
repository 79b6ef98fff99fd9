package io.headgate.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FaultProxyIT {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ServerSocket echo;
    private FaultProxy proxy;

    FaultProxyIT() throws IOException {
        this.echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.proxy = FaultProxy.inFrontOf("127.0.0.1", echo.getLocalPort());
    }

    @BeforeEach
    void startEcho() {
        threads.execute(() -> {
            while (true) {
                try {
                    Socket socket = echo.accept();
                    threads.execute(() -> echo(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException cut) {
            // The other end of some tests.
        }
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        echo.close();
        threads.shutdownNow();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(proxy.host(), proxy.port());
        socket.setSoTimeout(5_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String receive(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), US_ASCII);
    }

    private static String say(Socket socket, String text) throws IOException {
        send(socket, text);
        return receive(socket, text.length());
    }

    @Test
    void passesBytesAndTheEndOfAStream() throws IOException {
        String much = "0123456789".repeat(200_000);
        try (Socket socket = connect()) {
            threads.execute(() -> {
                try {
                    send(socket, much);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(receive(socket, Integer.MAX_VALUE)).isEqualTo(much);
        }
        await().until(() -> proxy.openConnections() == 0);
        assertThat(proxy.acceptedConnections()).isEqualTo(1);
    }

    @Test
    void latencyDelaysEachWayButDoesNotLimitWhatIsUnderWay() throws IOException {
        try (Socket socket = connect()) {
            assertThat(say(socket, "a")).isEqualTo("a");
            proxy.latency(Duration.ofMillis(150));
            long start = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                send(socket, "b");
            }
            assertThat(receive(socket, 20)).isEqualTo("b".repeat(20));
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            // One round trip and not twenty.
            assertThat(took).isBetween(Duration.ofMillis(300), Duration.ofMillis(2_000));
        }
    }

    @Test
    void bandwidthSpreadsBytesOverTime() throws IOException {
        try (Socket socket = connect()) {
            proxy.bandwidth(10_000);
            long start = System.nanoTime();
            assertThat(say(socket, "x".repeat(3_000))).hasSize(3_000);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(280), Duration.ofMillis(3_000));
            proxy.heal();
            long healed = System.nanoTime();
            assertThat(say(socket, "x".repeat(100_000))).hasSize(100_000);
            assertThat(Duration.ofNanos(System.nanoTime() - healed)).isLessThan(Duration.ofSeconds(3));
        }
    }

    @RepeatedTest(20)
    void resetIsARealResetAndLeavesNewConnectionsAlone() throws IOException {
        try (Socket socket = connect()) {
            assertThat(say(socket, "a")).isEqualTo("a");
            proxy.resetAll();
            assertThatThrownBy(() -> receive(socket, 1))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        try (Socket socket = connect()) {
            assertThat(say(socket, "b")).isEqualTo("b");
        }
    }

    @Test
    void resetOfTheServerReachesTheClient() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FaultProxy inFront = FaultProxy.inFrontOf("127.0.0.1", server.getLocalPort());
                Socket client = new Socket(inFront.host(), inFront.port())) {
            client.setSoTimeout(5_000);
            Socket accepted = server.accept();
            accepted.setSoLinger(true, 0);
            accepted.close();
            assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void blackHoleAcceptsAndHoldsBytesBackUntilHealed() throws IOException {
        try (Socket before = connect()) {
            assertThat(say(before, "a")).isEqualTo("a");
            proxy.blackHole();
            try (Socket during = connect()) {
                send(before, "b");
                send(during, "c");
                before.setSoTimeout(200);
                during.setSoTimeout(200);
                assertThatThrownBy(() -> receive(before, 1)).isInstanceOf(SocketTimeoutException.class);
                assertThatThrownBy(() -> receive(during, 1)).isInstanceOf(SocketTimeoutException.class);
                proxy.heal();
                before.setSoTimeout(5_000);
                during.setSoTimeout(5_000);
                assertThat(receive(before, 1)).isEqualTo("b");
                assertThat(receive(during, 1)).isEqualTo("c");
            }
        }
    }

    @Test
    void refusesNewConnectionsUntilHealedOnTheSamePort() throws IOException {
        int port = proxy.port();
        try (Socket before = connect()) {
            assertThat(say(before, "a")).isEqualTo("a");
            proxy.refuse();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertThat(say(before, "b")).isEqualTo("b");
            proxy.heal();
            assertThat(proxy.port()).isEqualTo(port);
            try (Socket after = connect()) {
                assertThat(say(after, "c")).isEqualTo("c");
            }
        }
    }

    @RepeatedTest(20)
    void cutsAfterSoManyBytesOfOneDirection() throws IOException {
        proxy.cutAfter(5, FaultProxy.Direction.TO_CLIENT);
        try (Socket socket = connect()) {
            send(socket, "0123456789");
            assertThat(receive(socket, 5)).isEqualTo("01234");
            assertThatThrownBy(() -> receive(socket, 1)).isInstanceOf(SocketException.class);
        }
        proxy.heal();
        try (Socket socket = connect()) {
            assertThat(say(socket, "0123456789")).hasSize(10);
            proxy.cutAfter(0, FaultProxy.Direction.TO_SERVER);
            // the cut is at once: sending may meet it, or receiving
            assertThatThrownBy(() -> say(socket, "x")).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void putsItselfIntoUrls() {
        String here = "127.0.0.1:" + proxy.port();
        assertThat(proxy.through("postgresql://app:secret@db:5432/app"))
                .isEqualTo("postgresql://app:secret@" + here + "/app");
        assertThat(proxy.through("jdbc:postgresql://db/app?user=a@b"))
                .isEqualTo("jdbc:postgresql://" + here + "/app?user=a@b");
        assertThatThrownBy(() -> proxy.through("db:5432")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesValuesOutOfRange() {
        assertThatThrownBy(() -> FaultProxy.inFrontOf("127.0.0.1", 0)).hasMessageContaining("port is 0");
        assertThatThrownBy(() -> proxy.latency(Duration.ofMillis(-1))).hasMessageContaining("negative");
        assertThatThrownBy(() -> proxy.bandwidth(0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> proxy.cutAfter(-1, FaultProxy.Direction.TO_CLIENT))
                .hasMessageContaining("-1");
    }

    @Test
    void closedProxyDropsItsClients() throws IOException {
        try (Socket socket = connect()) {
            assertThat(say(socket, "a")).isEqualTo("a");
            proxy.close();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            proxy.heal();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
    }
}
