package io.headgate.driver.r2dbc;

import io.netty.buffer.ByteBuf;

/**
 * Counts the sent messages that the server answers with ReadyForQuery: Sync and simple Query. Accepts any fragmentation, and keeps no
 * bytes.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL, Message Formats</a>
 */
final class MessageCounter {

    private static final int LENGTH_BYTES = 4;

    private byte type;
    private int length;
    private int lengthBytesMissing;
    private long bodyMissing;

    /** Returns the number of such messages that begin in a piece. Does not move the reader index. */
    int count(ByteBuf piece) {
        int found = 0;
        int at = piece.readerIndex();
        int end = piece.writerIndex();
        while (at < end) {
            if (bodyMissing > 0) {
                long skipped = Math.min(bodyMissing, (long) end - at);
                at += (int) skipped;
                bodyMissing -= skipped;
            } else if (lengthBytesMissing > 0) {
                length = length << 8 | piece.getUnsignedByte(at++);
                if (--lengthBytesMissing == 0) {
                    bodyMissing = (long) length - LENGTH_BYTES;
                }
            } else {
                type = piece.getByte(at++);
                length = 0;
                lengthBytesMissing = LENGTH_BYTES;
                if (type == 'S' || type == 'Q') {
                    found++;
                }
            }
        }
        return found;
    }
}
