package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;
import io.headgate.core.topology.Lsn;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the server's position in the write-ahead log. It goes behind a write, in the same packet and under a Sync of its own, so the
 * position is one after the commit. An answer never fails the write: its position is unknown then.
 */
final class PositionRequest extends Unit {

    private static final String SQL = "SELECT pg_current_wal_insert_lsn()";

    private @Nullable Consumer<@Nullable Lsn> taker;
    private @Nullable Lsn position;
    private boolean failed;

    void send(Turn turn) {
        turn.expect(this);
        Frontend.query(turn.out(), SQL);
    }

    /** Sets what receives the position, null if it is unknown. Call it before the answer, when the write was answered. */
    void then(Consumer<@Nullable Lsn> whenAnswered) {
        taker = whenAnswered;
    }

    @Override
    void receive(byte type, ByteBuf in, int index, int length) {
        if (type == Backend.DATA_ROW) {
            int size = length < 6 ? -1 : in.getInt(index + 2);
            if (size < 0 || size > length - 6) {
                throw new DecoderException("a value of " + size + " bytes as a position in the write-ahead log");
            }
            String text = in.toString(index + 6, size, StandardCharsets.US_ASCII);
            try {
                position = Lsn.parse(text);
            } catch (IllegalArgumentException malformed) {
                throw new DecoderException(malformed.getMessage(), malformed);
            }
        } else if (type == Backend.ERROR) {
            failed = true;
        }
    }

    @Override
    void done() {
        answer(failed ? null : position);
    }

    @Override
    void lost(@Nullable ServerError fatal, String why, boolean sent) {
        answer(null);
    }

    private void answer(@Nullable Lsn known) {
        Consumer<@Nullable Lsn> waiting = taker;
        taker = null;
        if (waiting != null) {
            waiting.accept(known);
        }
    }
}
