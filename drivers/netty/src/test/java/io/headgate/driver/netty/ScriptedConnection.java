package io.headgate.driver.netty;

import io.headgate.core.driver.ServerInfo;
import io.headgate.core.driver.support.NoticeLog;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Sinks;

/** A connection to a {@link ScriptedServer}, over loopback. */
record ScriptedConnection(ScriptedServer server, NettyConnection connection, Channel listening)
        implements AutoCloseable {

    static ScriptedConnection open(EventLoopGroup loops, long seed, ServerInfo info, DataAccessListener listener)
            throws Exception {
        ScriptedServer server = new ScriptedServer(seed);
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(server);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        CompletableFuture<Wire> wire = new CompletableFuture<>();
        Sinks.Empty<Void> closed = Sinks.empty();
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Wire made = new Wire(channel, new NoticeLog(Node.of("model", 1)), closed::tryEmitEmpty);
                        channel.pipeline().addLast(made);
                        wire.complete(made);
                    }
                })
                .connect(listening.localAddress())
                .sync();
        NettyConnection connection = EmbeddedConnection.over(wire.get(1, TimeUnit.SECONDS), info, listener, closed);
        return new ScriptedConnection(server, connection, listening);
    }

    @Override
    public void close() {
        listening.close();
    }
}
