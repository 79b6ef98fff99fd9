package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A sequence of messages that ends in one Sync. Its answer ends with ReadyForQuery. Confined to the connection's event loop. */
abstract class SyncUnit {

    /** Reads one message of its answer, except ReadyForQuery and messages that belong to no unit. */
    abstract void receive(byte type, ByteBuf in, int index, int length);

    /** Receives a notice. */
    void addNotice(ServerError notice) {}

    /** Whether a row of this length exceeds the limit. Then it is counted and dropped. */
    boolean dropsRow(int length) {
        return false;
    }

    /** Whether the answer is complete, except for ReadyForQuery. */
    boolean isAnswered() {
        return true;
    }

    /** The server has answered all of it. Runs callers' code. */
    abstract void done();

    /**
     * The connection ended before the answer was complete. Runs callers' code.
     *
     * @param fatal the server's last error before the end, or null
     * @param why the known reason
     * @param sent whether the server may have begun to execute it
     */
    abstract void lost(@Nullable ServerError fatal, String why, boolean sent);
}
