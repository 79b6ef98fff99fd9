package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.protocol.Backend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statements under one Sync. The server answers them in order. At the first error it skips the rest and undoes all of them. Confined to
 * the connection's event loop.
 *
 * @param <E> the type of a statement
 */
abstract class Sequence<E extends Exchange> extends SyncUnit {

    final List<E> members;

    /** The index of the statement whose answer is read; the number of statements when all are answered. */
    int current;

    /** The server's error; null if there is none. */
    @Nullable
    ServerError error;

    Sequence(List<E> members) {
        this.members = members;
    }

    /** Reads a message of a command before the first statement; returns false if there is no such command. */
    boolean precedes(byte type) {
        return false;
    }

    @Override
    final void receive(byte type, ByteBuf in, int index, int length) {
        if (error != null) {
            throw new DecoderException("a message of type " + (char) type + " after an error");
        }
        if (type == Backend.CLOSE_COMPLETE) {
            return;
        }
        if (type == Backend.ERROR) {
            error = Backend.error(in, index, length);
        } else if (!precedes(type)) {
            if (isComplete()) {
                throw new DecoderException("a message of type " + (char) type + " that belongs to no statement");
            }
            if (members.get(current).receive(type, in, index, length)) {
                current++;
            }
        }
    }

    final boolean isComplete() {
        return current == members.size();
    }

    @Override
    boolean dropsRow(int length) {
        return error == null && !isComplete() && members.get(current).dropsRow(length);
    }

    @Override
    final void addNotice(ServerError notice) {
        if (!isComplete()) {
            members.get(current).addNotice(notice);
        }
    }

    @Override
    boolean isAnswered() {
        return error != null || isComplete();
    }
}
