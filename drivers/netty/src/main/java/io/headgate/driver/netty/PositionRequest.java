package io.headgate.driver.netty;

import io.headgate.core.error.ServerError;
import io.headgate.core.topology.Lsn;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the server's position in the write-ahead log. It goes behind a write, in the same packet and under a Sync of its own, so the
 * position is at or behind the commit. If the server refuses, or the connection is lost, the write still succeeds, without a position.
 */
final class PositionRequest extends SyncUnit {

    private static final String SQL = "SELECT pg_catalog.pg_current_wal_insert_lsn()";

    /** Length of the longest position: {@code FFFFFFFF/FFFFFFFF}. */
    private static final int LONGEST = 17;

    /** Insufficient privilege, no such function, not supported, in recovery: the server would refuse the next request too. */
    private static final Set<String> LASTING = Set.of("42501", "42883", "0A000", "55000");

    private final NettyConnection connection;
    private @Nullable Consumer<@Nullable Lsn> taker;
    private Command.@Nullable WhenLost whenTakerFails;
    private @Nullable Lsn position;
    private @Nullable ServerError refusal;
    private boolean answered;
    private boolean over;

    PositionRequest(NettyConnection connection) {
        this.connection = connection;
    }

    /** Writes it behind the units of this turn. */
    void send(SendBuffer buffer) {
        buffer.expect(this);
        connection.begun();
        Frontend.query(buffer.out(), SQL);
    }

    /**
     * Calls the taker with the position, or null if it is unknown: when it is answered, or at once if it already was.
     *
     * @param whenItFails ends the taker's work if it throws
     */
    void whenAnswered(Consumer<@Nullable Lsn> positionTaker, Command.WhenLost whenItFails) {
        if (over) {
            positionTaker.accept(position);
        } else {
            taker = positionTaker;
            whenTakerFails = whenItFails;
        }
    }

    @Override
    void receive(byte type, ByteBuf in, int index, int length) {
        switch (type) {
            case Backend.ROW_DESCRIPTION -> {}
            case Backend.DATA_ROW -> position = read(in, index, length);
            case Backend.COMMAND_COMPLETE -> answered = true;
            case Backend.ERROR -> {
                answered = true;
                refusal = Backend.error(in, index, length);
            }
            default -> throw new DecoderException("a message of type " + (char) type + " in the answer to a position");
        }
    }

    /** A message of an error must not show the text: if answers are out of step, it may be a value of another statement. */
    private static Lsn read(ByteBuf in, int index, int length) {
        int size = length < 6 ? -1 : in.getInt(index + 2);
        if (size < 0 || size > Math.min(LONGEST, length - 6)) {
            throw new DecoderException("a row that is no position in the write-ahead log");
        }
        try {
            return Lsn.parse(in.toString(index + 6, size, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException malformed) {
            throw new DecoderException("a row that is no position in the write-ahead log");
        }
    }

    @Override
    boolean isAnswered() {
        return answered;
    }

    @Override
    void done() {
        ServerError refused = refusal;
        if (refused != null) {
            position = null;
            if (LASTING.contains(refused.sqlState())) {
                connection.positionRefused();
            }
        }
        end();
    }

    /** Also called after {@link #done} if the taker threw. */
    @Override
    void lost(@Nullable ServerError fatal, String why, boolean sent) {
        Command.WhenLost ends = whenTakerFails;
        try {
            if (!over) {
                position = null;
                end();
            }
        } finally {
            if (taker != null && ends != null) {
                taker = null;
                ends.lost(fatal, why, sent);
            }
        }
    }

    private void end() {
        over = true;
        connection.ended();
        if (taker != null) {
            taker.accept(position);
            taker = null;
        }
    }
}
