package io.headgate.driver.netty;

import io.headgate.core.codec.ByteSink;
import io.headgate.core.codec.ValueEncoder;
import io.headgate.core.driver.support.StatementChecks;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ParameterException;
import io.headgate.driver.netty.protocol.Columns;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes parameter values into a Bind. Stateless. */
final class Values {

    private static final int BINARY = 1;
    private static final int NULL = -1;

    private Values() {}

    /**
     * Writes a Bind.
     *
     * @param columns the expected columns, which decide the formats; null for text
     * @param maxValueBytes most bytes of one value
     * @throws ParameterException if a value does not fit; then the message is incomplete
     */
    static void bind(
            ByteBuf out,
            byte[] portal,
            byte[] statement,
            ParameterTypes types,
            List<@Nullable Object> values,
            @Nullable Columns columns,
            int maxValueBytes) {
        int count = values.size();
        int start = Frontend.beginBind(out, portal, statement, count);
        for (int i = 0; i < count; i++) {
            Object value = values.get(i);
            boolean binary = !ValueEncoder.isNull(value) && ValueEncoder.writesBinary(value, types.types()[i]);
            out.writeShort(binary ? BINARY : 0);
        }
        out.writeShort(count);
        BufSink sink = new BufSink(out);
        for (int i = 0; i < count; i++) {
            Object value = values.get(i);
            if (value == null || ValueEncoder.isNull(value)) {
                out.writeInt(NULL);
                continue;
            }
            int length = out.writerIndex();
            out.writeInt(0);
            encode(i, value, types.types()[i], sink);
            int bytes = out.writerIndex() - length - 4;
            if (bytes > maxValueBytes) {
                throw StatementChecks.tooLarge(i, bytes, maxValueBytes);
            }
            out.setInt(length, bytes);
        }
        if (columns == null) {
            out.writeShort(0);
        } else {
            columns.writeFormats(out);
        }
        Frontend.end(out, start);
    }

    private static void encode(int index, Object value, int type, ByteSink sink) {
        try {
            ValueEncoder.encode(value, type, sink);
        } catch (ParameterException refused) {
            throw StatementChecks.refused(index, refused);
        }
    }

    /** The error of values that fit no described types. */
    static ParameterException unfit(String sql) {
        return new ParameterException("the values fit none of the types that the server expects: " + sql);
    }

    /** The error of values that cannot be converted to types which were just described; null if there is none. */
    static @Nullable HeadgateException check(ParameterTypes types, List<@Nullable Object> values, String sql) {
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            try {
                if (value != null && !ValueEncoder.isNull(value) && ValueEncoder.refuses(value, types.types()[i])) {
                    encode(i, value, types.types()[i], new BufSink(Unpooled.buffer()));
                }
            } catch (ParameterException refused) {
                return StatementChecks.in(sql, refused);
            } catch (Throwable thrown) {
                return StatementChecks.encodingFailed(thrown, sql);
            }
        }
        return null;
    }

    /** A Netty buffer as the codec's sink. */
    private record BufSink(ByteBuf out) implements ByteSink {

        @Override
        public void writeByte(int value) {
            out.writeByte(value);
        }

        @Override
        public void writeShort(int value) {
            out.writeShort(value);
        }

        @Override
        public void writeInt(int value) {
            out.writeInt(value);
        }

        @Override
        public void writeLong(long value) {
            out.writeLong(value);
        }

        @Override
        public void writeBytes(byte[] bytes, int offset, int length) {
            out.writeBytes(bytes, offset, length);
        }

        @Override
        public void writeUtf8(CharSequence text) {
            io.netty.buffer.ByteBufUtil.writeUtf8(out, text);
        }

        @Override
        public int position() {
            return out.writerIndex();
        }

        @Override
        public void setInt(int position, int value) {
            out.setInt(position, value);
        }
    }
}
