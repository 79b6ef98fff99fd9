package io.headgate.driver.r2dbc;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

/**
 * The driver's event loops as one connection sees them: the channel it is made of gets a {@link WireTap}. R2DBC opens a
 * second channel when it falls back from TLS; the last one before {@link #established} counts. Channels opened later carry
 * cancel requests.
 */
final class TappedLoops implements LoopResources {

    private final LoopResources loops;
    private final Consumer<WireError> notices;
    private final @Nullable String timeZone;
    private volatile WireTap tap;
    private volatile boolean established;
    private volatile @Nullable Channel cancelChannel;

    TappedLoops(LoopResources loops, Consumer<WireError> notices, @Nullable String timeZone) {
        this.loops = loops;
        this.notices = notices;
        this.timeZone = timeZone;
        this.tap = new WireTap(notices, timeZone);
    }

    WireTap tap() {
        return tap;
    }

    /** The connection is there; what is opened from now on belongs to something else. */
    void established() {
        established = true;
    }

    /** Closes the channel of a cancel request that nobody answered. */
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
        return loops.onClient(useNative);
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
}
