package io.headgate.driver.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.function.Function;

/**
 * Netty's classes for one kind of socket I/O.
 *
 * @param handler the I/O handler of event loops
 * @param handlers creates the I/O handler
 * @param tcp the TCP channel
 * @param unix the channel of unix sockets
 * @param unixAddress makes the address of a unix socket from its path
 */
record Transport(
        Class<? extends IoHandler> handler,
        IoHandlerFactory handlers,
        Class<? extends Channel> tcp,
        Class<? extends Channel> unix,
        Function<String, SocketAddress> unixAddress) {

    /** Epoll if it is available, otherwise NIO. */
    static Transport best() {
        return isEpollThere() ? epoll() : nio();
    }

    static Transport epoll() {
        return new Transport(
                EpollIoHandler.class,
                EpollIoHandler.newFactory(),
                EpollSocketChannel.class,
                EpollDomainSocketChannel.class,
                DomainSocketAddress::new);
    }

    static Transport nio() {
        return new Transport(
                NioIoHandler.class,
                NioIoHandler.newFactory(),
                NioSocketChannel.class,
                NioDomainSocketChannel.class,
                UnixDomainSocketAddress::of);
    }

    /** Whether foreign event loops can run these channels. */
    boolean runsOn(EventLoopGroup group) {
        return group instanceof IoEventLoopGroup loops && loops.isIoType(handler);
    }

    private static boolean isEpollThere() {
        try {
            return Epoll.isAvailable();
        } catch (NoClassDefFoundError notOnTheClassPath) {
            return false;
        }
    }
}
