package io.headgate.driver.netty;

import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The units that are sent in one turn of the event loop, in order, in one buffer. More reads may join the last group. */
final class SendBuffer {

    private final Wire wire;
    private final ByteBuf out;
    private @Nullable Group group;
    private @Nullable WireTask running;

    SendBuffer(Wire wire, ByteBuf out) {
        this.wire = wire;
        this.out = out;
    }

    /** Runs a task, which writes into the buffer. */
    void run(WireTask task) {
        running = task;
        task.run(this);
        running = null;
    }

    /** The task that threw; null if none did. */
    @Nullable
    WireTask running() {
        return running;
    }

    ByteBuf out() {
        return out;
    }

    /** The group that another read of the text may join, or null. */
    @Nullable
    Group openGroup(KnownStatement read) {
        Group current = group;
        return current != null && current.takes(read) ? current : null;
    }

    /**
     * Begins a group after the units written so far.
     *
     * @param read the text whose reads may join, or null if nothing may join
     */
    Group begin(@Nullable KnownStatement read) {
        end();
        Group begun = new Group(wire, read);
        group = begun;
        wire.expect(begun);
        return begun;
    }

    /** Registers the next unit. The caller writes it. */
    void expect(SyncUnit unit) {
        end();
        wire.expect(unit);
    }

    /** Ends the open group with a Sync. */
    void end() {
        if (group != null) {
            group = null;
            Frontend.sync(out);
        }
    }
}
