package io.headgate.driver.r2dbc;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

/**
 * The driver's event loops for one connection: the connection uses one loop, and its channel gets a {@link WireTap}. R2DBC opens a second
 * channel when it falls back from TLS; the last channel before {@link #established} is the connection's. Later channels carry cancel
 * requests.
 *
 * <p>All instances over the same loops are equal: Reactor Netty keeps a name resolver for each new {@code LoopResources}, and never frees
 * it. That resolver is unused, because R2DBC PostgreSQL has its own.
 */
final class TappedLoops implements LoopResources {

    private final LoopResources loops;
    private final EventLoop loop;
    private final Consumer<WireError> notices;
    private final @Nullable String timeZone;
    private volatile WireTap tap;
    private volatile boolean established;
    private volatile @Nullable Channel cancelChannel;

    TappedLoops(LoopResources loops, Consumer<WireError> notices, @Nullable String timeZone) {
        this.loops = loops;
        // chosen once for each connection: with two choices each, every other loop would have no connection
        this.loop = loops.onClient(LoopResources.DEFAULT_NATIVE).next();
        this.notices = notices;
        this.timeZone = timeZone;
        this.tap = new WireTap(notices, timeZone);
    }

    WireTap tap() {
        return tap;
    }

    /** The connection is open. Channels opened later belong to cancel requests. */
    void established() {
        established = true;
    }

    /** Closes the channel of an unanswered cancel request. */
    void abortCancelRequest() {
        Channel channel = cancelChannel;
        if (channel != null) {
            var unused = channel.close();
        }
    }

    @Override
    public <T extends Channel> T onChannel(Class<T> channelType, EventLoopGroup group) {
        T channel = loops.onChannel(channelType, group);
        if (established) {
            cancelChannel = channel;
        } else {
            WireTap next = new WireTap(notices, timeZone);
            next.attachTo(channel);
            tap = next;
        }
        return channel;
    }

    @Override
    public <T extends Channel> Class<? extends T> onChannelClass(Class<T> channelType, EventLoopGroup group) {
        return loops.onChannelClass(channelType, group);
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        // a cancel request uses another loop, because this one may be blocked
        return established ? loops.onClient(useNative) : loop;
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops.onServer(useNative);
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return loops.onServerSelect(useNative);
    }

    @Override
    public boolean daemon() {
        return loops.daemon();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TappedLoops tapped && tapped.loops.equals(loops);
    }

    @Override
    public int hashCode() {
        return loops.hashCode();
    }
}
