package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What ends in one Sync: the server answers it as a whole, and its last answer is ReadyForQuery. Confined to the connection's
 * event loop.
 */
abstract class Unit {

    /** One message of its answer, but for ReadyForQuery and what has nothing to do with it. */
    abstract void receive(byte type, ByteBuf in, int index, int length);

    /** Takes what the server says beside the answer. */
    void noted(ServerError notice) {}

    /** Whether a row of this length is one too many, and is not held; then it is noted as such. */
    boolean refusesRow(int length) {
        return false;
    }

    /** Whether what is due before ReadyForQuery has come. */
    boolean isAnswered() {
        return true;
    }

    /** The server has answered all of it. Runs callers' code. */
    abstract void done();

    /**
     * The connection ended before the server had answered all of it. Runs callers' code.
     *
     * @param fatal what the server said before it closed the connection, if it did
     * @param why what is known of the reason
     * @param sent whether the server may have begun with it
     */
    abstract void lost(@Nullable ServerError fatal, String why, boolean sent);
}
