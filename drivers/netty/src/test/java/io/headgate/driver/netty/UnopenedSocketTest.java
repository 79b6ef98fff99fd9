package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.support.StatementRevisions;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.observe.DataAccessListener;
import io.netty.channel.ChannelException;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The process cannot open a socket, as when too many files are open. Each caller gets an error at once. */
class UnopenedSocketTest {

    private static final Duration SOON = Duration.ofSeconds(3);
    private static final String PROBLEM = "Too many open files";
    private static final ConnectionSettings SETTINGS =
            ConnectionSettings.parse("postgresql://app:secret@127.0.0.1:5432/music?sslmode=disable");
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5432);

    private final EventLoops loops = new EventLoops(new Transport(
            NioIoHandler.class,
            NioIoHandler.newFactory(),
            NoSocket.class,
            NoSocket.class,
            UnixDomainSocketAddress::of));
    private final CancelRequests cancelRequests = new CancelRequests(loops);

    /** Public, because Netty creates channels by reflection. */
    public static final class NoSocket extends NioSocketChannel {

        /** Always fails. */
        public NoSocket() {
            throw new ChannelException(PROBLEM);
        }
    }

    @AfterEach
    void close() {
        cancelRequests.close().block(SOON);
        loops.close().block(SOON);
    }

    @Test
    void connectFails() {
        NettyConnection.Shared shared = new NettyConnection.Shared(
                new StatementRevisions(InstantSource.system()), new KnownStatements(), DataAccessListener.NONE);
        Credentials credentials = new Credentials("app", "secret");
        assertThatThrownBy(() -> new Connector(loops, cancelRequests)
                        .connect(SETTINGS, ADDRESS, credentials, null, shared)
                        .block(SOON))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining(PROBLEM);
    }

    @Test
    void cancelRequestFails() {
        assertThatThrownBy(() -> cancelRequests
                        .request(SETTINGS, ADDRESS, new Login.BackendKey(1, new byte[4]), null)
                        .block(SOON))
                .hasStackTraceContaining(PROBLEM);
    }

    /** The failure says nothing about the node. Otherwise its connections would be closed. */
    @Test
    void theNodeIsNotTakenForDead() {
        new NodeProbes(loops).probe(SETTINGS, ADDRESS, null).block(SOON);
    }
}
