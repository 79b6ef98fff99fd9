package io.headgate.driver.netty;

import io.netty.channel.Channel;
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
 * Netty's classes for one way to read and write sockets.
 *
 * @param handlers makes what an event loop waits with
 * @param tcp a channel by TCP
 * @param unix a channel by a unix socket
 * @param unixAddress the address of a unix socket, of its path
 */
record Transport(
        IoHandlerFactory handlers,
        Class<? extends Channel> tcp,
        Class<? extends Channel> unix,
        Function<String, SocketAddress> unixAddress) {

    /** epoll where it is there, else NIO. */
    static Transport best() {
        return isEpollThere() ? epoll() : nio();
    }

    static Transport epoll() {
        return new Transport(
                EpollIoHandler.newFactory(),
                EpollSocketChannel.class,
                EpollDomainSocketChannel.class,
                DomainSocketAddress::new);
    }

    static Transport nio() {
        return new Transport(
                NioIoHandler.newFactory(),
                NioSocketChannel.class,
                NioDomainSocketChannel.class,
                UnixDomainSocketAddress::of);
    }

    private static boolean isEpollThere() {
        try {
            return Epoll.isAvailable();
        } catch (NoClassDefFoundError notOnTheClassPath) {
            return false;
        }
    }
}
