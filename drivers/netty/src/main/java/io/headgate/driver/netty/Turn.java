package io.headgate.driver.netty;

import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What is sent in one turn of the event loop: units, in order, in one buffer. The last group is open for further reads. */
final class Turn {

    private final Wire wire;
    private final ByteBuf out;
    private @Nullable Group group;

    Turn(Wire wire, ByteBuf out) {
        this.wire = wire;
        this.out = out;
    }

    ByteBuf out() {
        return out;
    }

    /** The group that a read of a text may join, or null. */
    @Nullable
    Group openGroup(KnownStatement read) {
        Group current = group;
        return current != null && current.takes(read) ? current : null;
    }

    /**
     * Begins a group after whatever was written.
     *
     * @param read the text whose reads may join it, or null if nothing may
     */
    Group begin(@Nullable KnownStatement read) {
        end();
        Group begun = new Group(wire, read);
        group = begun;
        wire.expect(begun);
        return begun;
    }

    /** A unit follows that the caller has to write. */
    void expect(Unit unit) {
        end();
        wire.expect(unit);
    }

    /** Ends the open group. */
    void end() {
        if (group != null) {
            group = null;
            Frontend.sync(out);
        }
    }
}
