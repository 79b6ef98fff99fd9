package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.vertx.VertxDriver;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A host with two addresses, at one of which nobody listens. */
@ParameterizedClass
@EveryRoute
class TwoAddressesIT {

    private final Route route;
    private DatagramSocket nameServer;
    private Vertx vertx;

    TwoAddressesIT(Route route) {
        this.route = route;
    }

    @AfterEach
    void close() {
        vertx.close();
        nameServer.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 1"})
    void oneIsEnough(byte first, byte second) throws IOException {
        nameServer = nameServer(first, second);
        vertx = Vertx.vertx(new VertxOptions()
                .setAddressResolverOptions(
                        new AddressResolverOptions().addServer("127.0.0.1:" + nameServer.getLocalPort())));
        int port = ConnectionSettings.parse(route.url()).port();
        Headgate db = Headgate.builder()
                .node(route.url().replace("127.0.0.1:" + port, "two.example:" + port))
                .driver(VertxDriver.over(vertx, DataAccessListener.NONE))
                .build();
        Duration bound = Duration.ofSeconds(5);
        assertThat(db.sql("SELECT 1").one().block(bound).require(0, Integer.class))
                .isEqualTo(1);
        db.close().block(bound);
    }

    /** Answers every question for an IPv4 address with 127.0.0.first and 127.0.0.second, and others with nothing (RFC 1035). */
    private static DatagramSocket nameServer(byte first, byte second) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[512], 512);
            try {
                while (true) {
                    packet.setLength(512);
                    socket.receive(packet);
                    byte[] answer = answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()), first, second);
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                // the test is over
            }
        });
        thread.setDaemon(true);
        thread.start();
        return socket;
    }

    private static byte[] answer(ByteBuffer question, byte... lastBytes) {
        int end = 12;
        while (question.get(end) != 0) {
            end += question.get(end) + 1;
        }
        boolean ipv4 = question.getShort(end + 1) == 1;
        ByteBuffer answer = ByteBuffer.allocate(512);
        answer.putShort(question.getShort(0)).putShort((short) 0x8180).putShort((short) 1);
        answer.putShort((short) (ipv4 ? lastBytes.length : 0)).putInt(0);
        answer.put(question.slice(12, end + 5 - 12));
        for (byte last : ipv4 ? lastBytes : new byte[0]) {
            answer.putShort((short) 0xc00c)
                    .putShort((short) 1)
                    .putShort((short) 1)
                    .putInt(60);
            answer.putShort((short) 4).put((byte) 127).putShort((short) 0).put(last);
        }
        byte[] bytes = new byte[answer.position()];
        answer.flip().get(bytes);
        return bytes;
    }
}
