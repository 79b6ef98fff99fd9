package io.headgate.driver.netty;

import io.netty.channel.EventLoopGroup;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/** The event loops on which Reactor Netty serves HTTP, unless it was given others. The only class that knows Reactor Netty. */
final class ReactorLoops {

    private ReactorLoops() {}

    /**
     * Finds them, and starts them if need be.
     *
     * @return null if they do not take channels of the transport, such as those by kqueue
     * @throws LinkageError if Reactor Netty is not on the class path
     */
    static @Nullable EventLoopGroup find(Transport transport) {
        EventLoopGroup group = HttpResources.get().onServer(LoopResources.DEFAULT_NATIVE);
        return transport.runsOn(group) ? group : null;
    }
}
