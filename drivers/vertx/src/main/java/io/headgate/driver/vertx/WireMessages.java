package io.headgate.driver.vertx;

import io.headgate.core.error.ErrorTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * The messages that {@link WireFilter} writes itself.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL, Message Formats</a>
 */
final class WireMessages {

    /** A message's type and length, in bytes. */
    static final int HEADER = 5;

    /** SQLSTATE, never made by a server: the rest of the result was not passed on. */
    static final String TOO_LARGE = "HG002";

    private WireMessages() {}

    /** BEGIN, to share the Sync of what is written behind it. */
    static void writeBegin(ByteBuf out, String sql) {
        int length = ByteBufUtil.utf8Bytes(sql);
        out.writeByte('P').writeInt(4 + 1 + length + 1 + 2).writeByte(0);
        ByteBufUtil.writeUtf8(out, sql);
        out.writeByte(0).writeShort(0);
        // no parameters, no formats
        out.writeByte('B')
                .writeInt(4 + 1 + 1 + 2 + 2 + 2)
                .writeShort(0)
                .writeShort(0)
                .writeShort(0)
                .writeShort(0);
        out.writeByte('E').writeInt(4 + 1 + 4).writeByte(0).writeInt(0);
    }

    /** A Parse that says the types of its parameters; one that has said them stays as it is. */
    static void writeTyped(ByteBuf out, ByteBuf parse, StatementShape shape) {
        int query = HEADER + parse.bytesBefore(HEADER, parse.writerIndex() - HEADER, (byte) 0) + 1;
        int types = query + parse.bytesBefore(query, parse.writerIndex() - query, (byte) 0) + 1;
        if (parse.getUnsignedShort(types) > 0) {
            out.writeBytes(parse, 0, parse.writerIndex());
            return;
        }
        int start = out.writerIndex();
        out.writeBytes(parse, 0, types);
        shape.writeParameters(out);
        out.setInt(start + 1, out.writerIndex() - start - 1);
    }

    /** The error in the place of rows that cannot be read. */
    static ByteBuf shapeChangedError(ByteBufAllocator alloc) {
        // Vert.x forgets its prepared statement on this very message
        return error(alloc, ErrorTable.RESULT_SHAPE_CHANGED, "cached plan must not change result type");
    }

    static ByteBuf tooLargeError(ByteBufAllocator alloc) {
        return error(alloc, TOO_LARGE, "the result is too large");
    }

    private static ByteBuf error(ByteBufAllocator alloc, String sqlState, String message) {
        byte[] body = ("SERROR\0VERROR\0C" + sqlState + "\0M" + message + "\0\0").getBytes(StandardCharsets.US_ASCII);
        return alloc.buffer(HEADER + body.length)
                .writeByte('E')
                .writeInt(4 + body.length)
                .writeBytes(body);
    }
}
