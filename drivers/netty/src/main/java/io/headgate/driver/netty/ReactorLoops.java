package io.headgate.driver.netty;

import io.netty.channel.EventLoopGroup;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/** The event loops on which Reactor Netty serves HTTP by default. The only class that uses Reactor Netty. */
final class ReactorLoops {

    private ReactorLoops() {}

    /**
     * Returns the loops, and starts them if needed.
     *
     * @return null if they do not run channels of the transport, as on kqueue
     * @throws LinkageError if Reactor Netty is not on the class path
     */
    static @Nullable EventLoopGroup find(Transport transport) {
        EventLoopGroup group = HttpResources.get().onServer(LoopResources.DEFAULT_NATIVE);
        return transport.runsOn(group) ? group : null;
    }
}
