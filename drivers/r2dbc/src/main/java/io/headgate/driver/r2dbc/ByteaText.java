package io.headgate.driver.r2dbc;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The text form of bytea, in either of the two that {@code bytea_output} chooses.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-binary.html">PostgreSQL, Binary Data Types</a>
 */
final class ByteaText {

    private ByteaText() {}

    static String encode(byte[] bytes) {
        return "\\x" + HexFormat.of().formatHex(bytes);
    }

    static byte[] decode(String text) {
        return decode(io.netty.buffer.Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** From the digits as they arrived: a string between would take twice the memory again. */
    static byte[] decode(ByteBuf text) {
        int at = text.readerIndex();
        int length = text.readableBytes();
        if (length < 2 || text.getByte(at) != '\\' || text.getByte(at + 1) != 'x') {
            return decodeEscaped(text);
        }
        byte[] bytes = new byte[(length - 2) / 2];
        for (int i = 0; i < bytes.length; i++) {
            int digits = at + 2 + 2 * i;
            bytes[i] = (byte) (HexFormat.fromHexDigit(text.getByte(digits)) << 4
                    | HexFormat.fromHexDigit(text.getByte(digits + 1)));
        }
        return bytes;
    }

    /** A backslash is doubled; what is not printable is a backslash and three octal digits. */
    private static byte[] decodeEscaped(ByteBuf text) {
        byte[] bytes = new byte[text.readableBytes()];
        int length = 0;
        int at = text.readerIndex();
        while (at < text.writerIndex()) {
            byte b = text.getByte(at++);
            if (b == '\\' && text.getByte(at) == '\\') {
                at++;
            } else if (b == '\\') {
                b = (byte) ((text.getByte(at) - '0') << 6
                        | (text.getByte(at + 1) - '0') << 3
                        | (text.getByte(at + 2) - '0'));
                at += 3;
            }
            bytes[length++] = b;
        }
        return Arrays.copyOf(bytes, length);
    }
}
