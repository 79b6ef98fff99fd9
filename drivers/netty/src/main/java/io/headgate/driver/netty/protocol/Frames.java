package io.headgate.driver.netty.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

/**
 * Splits the server's bytes into messages, however they are fragmented. Keeps an incomplete message until the rest arrives. Memory grows
 * with the bytes received, not with the length that a message claims. Confined to an event loop.
 */
public final class Frames {

    /** Bytes of a message's type and length. */
    private static final int HEADER = 5;

    /** Most bytes of a body: PostgreSQL's own limit, 1 GiB less one byte ({@code MaxAllocSize}). */
    private static final int MAX_LENGTH = 0x3fff_ffff;

    /** The least length of a message that {@link Receiver#skips} sees: for shorter ones the check costs more than keeping them. */
    private static final int MIN_SKIPPED = 1 << 16;

    /** Most bytes of a body before the login has succeeded. libpq accepts 30,000 bytes; a long notice also fits. */
    private static final int MAX_LENGTH_BEFORE_LOGIN = 1 << 16;

    /** Receives messages. */
    public interface Receiver {

        /**
         * Receives one message. The buffer is valid only during the call.
         *
         * @param type its first byte
         * @param index the start of its body
         * @param length the length of its body
         */
        void message(byte type, ByteBuf in, int index, int length);

        /**
         * Whether to skip a long message without keeping it, such as a row over the limit. Called while the message is incomplete, until
         * this returns true.
         */
        default boolean skips(byte type, int length) {
            return false;
        }
    }

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf kept;
    private int maxLength = MAX_LENGTH_BEFORE_LOGIN;
    private long toSkip;
    private boolean feeding;
    private boolean closed;

    public Frames(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Adds a piece of input, passes on all complete messages, and releases the piece.
     *
     * @throws DecoderException if the bytes violate the protocol
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
            split(in, receiver);
            keep(in);
        } finally {
            feeding = false;
            piece.release();
            if (closed) {
                free();
            }
        }
    }

    /** Allows messages up to PostgreSQL's own limit, after a login. */
    public void allowLongMessages() {
        maxLength = MAX_LENGTH;
    }

    private void split(ByteBuf in, Receiver receiver) {
        skip(in);
        while (!closed && in.readableBytes() >= HEADER) {
            int start = in.readerIndex();
            int length = in.getInt(start + 1) - 4;
            if (length < 0 || length > maxLength) {
                throw new DecoderException("a message of type " + in.getByte(start) + " claims a length of " + length);
            }
            if (in.readableBytes() - HEADER < length) {
                if (length >= MIN_SKIPPED && receiver.skips(in.getByte(start), length)) {
                    toSkip = HEADER + (long) length;
                    skip(in);
                }
                return;
            }
            in.readerIndex(start + HEADER + length);
            receiver.message(in.getByte(start), in, start + HEADER, length);
        }
    }

    /** Drops the received bytes of a skipped message. */
    private void skip(ByteBuf in) {
        int here = (int) Math.min(toSkip, in.readableBytes());
        in.skipBytes(here);
        toSkip -= here;
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

    /** Doubles the buffer, so that a large message is copied only a few times. */
    private static void reserve(ByteBuf buffer, int more) {
        if (buffer.writableBytes() < more) {
            int needed = buffer.writerIndex() + more;
            buffer.capacity((int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * buffer.capacity())));
        }
    }

    /** Frees the kept bytes. No further message is passed on. */
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
