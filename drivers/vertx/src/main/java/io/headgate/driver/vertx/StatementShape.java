package io.headgate.driver.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The parameter and column types of one prepared statement as the server described them, kept as the bytes of its
 * ParameterDescription and RowDescription, so that a later description of columns is compared with one pass over memory.
 *
 * <p>Confined to the connection's event loop.
 */
final class StatementShape {

    private ByteBuf parameters = Unpooled.EMPTY_BUFFER;
    private @Nullable ByteBuf columns;

    /** Takes the body of a ParameterDescription. */
    void learnParameters(ByteBuf in, int index, int length) {
        parameters = Unpooled.copiedBuffer(in.slice(index, length));
    }

    /** Takes the body of a RowDescription; a statement without rows has none. */
    void learnColumns(ByteBuf in, int index, int length) {
        columns = Unpooled.copiedBuffer(in.slice(index, length));
    }

    /** Writes the parameters' types as Parse wants them, which is how ParameterDescription gives them. */
    void writeParameters(ByteBuf out) {
        out.writeBytes(parameters, 0, parameters.writerIndex());
    }

    /** Whether there are parameters. */
    boolean hasParameterTypes() {
        return parameters.isReadable() && parameters.getUnsignedShort(0) > 0;
    }

    /** Whether the statement was learned to return no rows. */
    boolean hasNoColumns() {
        return columns == null;
    }

    /** Whether a RowDescription has the names and types learned; table, attribute number and modifier may differ. */
    boolean hasColumns(ByteBuf in, int index, int length) {
        ByteBuf known = columns;
        if (known == null) {
            return false;
        }
        if (same(known, in, index, length)) {
            return true;
        }
        int count = known.getUnsignedShort(0);
        if (count != in.getUnsignedShort(index)) {
            return false;
        }
        int a = 2;
        int b = index + 2;
        for (int i = 0; i < count; i++) {
            int nameLength = known.bytesBefore(a, known.writerIndex() - a, (byte) 0) + 1;
            if (nameLength != in.bytesBefore(b, index + length - b, (byte) 0) + 1
                    || !ByteBufUtil.equals(known, a, in, b, nameLength)
                    || known.getInt(a + nameLength + TypeSubstitution.TYPE_OFFSET)
                            != in.getInt(b + nameLength + TypeSubstitution.TYPE_OFFSET)) {
                return false;
            }
            a += nameLength + TypeSubstitution.COLUMN_TRAILER;
            b += nameLength + TypeSubstitution.COLUMN_TRAILER;
        }
        learnColumns(in, index, length);
        return true;
    }

    private static boolean same(ByteBuf known, ByteBuf in, int index, int length) {
        return known.writerIndex() == length && ByteBufUtil.equals(known, 0, in, index, length);
    }
}
