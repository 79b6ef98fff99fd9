package io.headgate.testkit.internal.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testkit.internal.Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LoginProbeTest {

    @Test
    void serverThatAsksForAPasswordIsReady() throws Exception {
        assertThat(probeOf('R')).isTrue();
    }

    @Test
    void serverThatStillStartsIsNotReady() throws Exception {
        assertThat(probeOf('E')).isFalse();
    }

    @Test
    void closedPortIsNotReady() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(LoginProbe.isAccepted(new Address("127.0.0.1", port), "app")).isFalse();
    }

    private static boolean probeOf(char answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> startup = CompletableFuture.supplyAsync(() -> {
                try (Socket client = server.accept()) {
                    int length = ByteBuffer.wrap(client.getInputStream().readNBytes(4))
                            .getInt();
                    byte[] message = client.getInputStream().readNBytes(length - 4);
                    client.getOutputStream().write(answer);
                    return message;
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            boolean accepted = LoginProbe.isAccepted(new Address("127.0.0.1", server.getLocalPort()), "app");
            assertThat(new String(startup.join(), StandardCharsets.ISO_8859_1))
                    .isEqualTo("\0\3\0\0user\0postgres\0database\0app\0\0");
            return accepted;
        }
    }
}
