package io.headgate.driver.netty.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a server sends into messages, whatever the pieces are that it comes in. A piece that ends inside a message is kept
 * until the rest has come; memory grows by what has come, not by the length that a message claims. Confined to an event loop.
 */
public final class Frames {

    /** A type and a length. */
    private static final int HEADER = 5;

    /** PostgreSQL's own limit of a message is 1 GB less one byte ({@code MaxAllocSize}), which the length may not pass. */
    private static final int MOST = 0x3fff_ffff;

    /** Below it, asking costs more than holding. */
    private static final int LONG = 1 << 16;

    /** Until it is known who the other side is. libpq takes 30,000 bytes; a certificate's chain or a long notice fits in too. */
    private static final int MOST_OF_A_STRANGER = 1 << 16;

    /** Takes a message. */
    public interface Receiver {

        /**
         * One message. The buffer is the receiver's only during the call.
         *
         * @param type its first byte
         * @param index where its body begins
         * @param length the length of its body
         */
        void message(byte type, ByteBuf in, int index, int length);

        /**
         * Whether a long message is passed over without being held, such as a row that is one too many. Asked as long as it has not
         * come as a whole, until it is.
         */
        default boolean passesOver(byte type, int length) {
            return false;
        }
    }

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf kept;
    private int most = MOST_OF_A_STRANGER;
    private long passing;
    private boolean feeding;
    private boolean closed;

    public Frames(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Passes on the messages that are complete with a further piece, which is released.
     *
     * @throws DecoderException if the piece is none of the protocol
     */
    public void feed(ByteBuf piece, Receiver receiver) {
        feeding = true;
        try {
            ByteBuf earlier = kept;
            ByteBuf in = piece;
            if (earlier != null) {
                reserve(earlier, piece.readableBytes());
                in = earlier.writeBytes(piece);
            }
            cut(in, receiver);
            keep(in);
        } finally {
            feeding = false;
            piece.release();
            if (closed) {
                free();
            }
        }
    }

    /** The other side is known: messages may be as long as PostgreSQL's are. */
    public void trust() {
        most = MOST;
    }

    private void cut(ByteBuf in, Receiver receiver) {
        pass(in);
        while (!closed && in.readableBytes() >= HEADER) {
            int start = in.readerIndex();
            int length = in.getInt(start + 1) - 4;
            if (length < 0 || length > most) {
                throw new DecoderException("a message of type " + in.getByte(start) + " claims a length of " + length);
            }
            if (in.readableBytes() - HEADER < length) {
                if (length >= LONG && receiver.passesOver(in.getByte(start), length)) {
                    passing = HEADER + (long) length;
                    pass(in);
                }
                return;
            }
            in.readerIndex(start + HEADER + length);
            receiver.message(in.getByte(start), in, start + HEADER, length);
        }
    }

    /** Drops what has come of a message that is passed over. */
    private void pass(ByteBuf in) {
        int here = (int) Math.min(passing, in.readableBytes());
        in.skipBytes(here);
        passing -= here;
    }

    private void keep(ByteBuf in) {
        ByteBuf earlier = kept;
        if (!in.isReadable()) {
            free();
        } else if (earlier == null) {
            ByteBuf rest = allocator.buffer(Math.max(256, in.readableBytes()));
            kept = rest.writeBytes(in);
        } else if (earlier.readerIndex() > earlier.capacity() / 2) {
            earlier.discardReadBytes();
        }
    }

    /** Doubles, so that a large message is copied a few times and not once a piece. */
    private static void reserve(ByteBuf buffer, int more) {
        if (buffer.writableBytes() < more) {
            int needed = buffer.writerIndex() + more;
            buffer.capacity((int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * buffer.capacity())));
        }
    }

    /** Frees what is kept and passes nothing on any more. */
    public void close() {
        closed = true;
        if (!feeding) {
            free();
        }
    }

    private void free() {
        ByteBuf earlier = kept;
        kept = null;
        if (earlier != null) {
            earlier.release();
        }
    }
}
