package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP and unix sockets, over epoll and over NIO, which every operating system has. */
class EventLoopsTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectByTcp(boolean epoll) throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            EventLoops loops = new EventLoops(epoll ? Transport.epoll() : Transport.nio());
            assertThat(receive(loops, (InetSocketAddress) server.getLocalAddress(), server))
                    .isEqualTo("hello");
            loops.close().block(SOON);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectByAUnixSocket(boolean epoll) throws Exception {
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "headgate-");
        Path socket = folder.resolve(".s.PGSQL.5432");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            EventLoops loops = new EventLoops(epoll ? Transport.epoll() : Transport.nio());
            assertThat(receive(loops, loops.unixSocket(socket.toString()), server))
                    .isEqualTo("hello");
            loops.close().block(SOON);
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(folder);
        }
    }

    /** Connects to a server that sends a greeting; returns the bytes received. */
    private static String receive(EventLoops loops, SocketAddress address, ServerSocketChannel server)
            throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        var connecting = Connector.bootstrap(loops, address, 5_000)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object piece) {
                        ByteBuf bytes = (ByteBuf) piece;
                        received.complete(bytes.toString(StandardCharsets.US_ASCII));
                        bytes.release();
                    }
                })
                .connect();
        try (SocketChannel client = server.accept()) {
            client.write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
            return received.get(10, TimeUnit.SECONDS);
        } finally {
            connecting.channel().close().syncUninterruptibly();
        }
    }
}
