package io.headgate.core.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The text forms of bytea: the two values of {@code bytea_output}, hex and escape.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-binary.html">PostgreSQL, Binary Data Types</a>
 */
final class ByteaText {

    private ByteaText() {}

    /** Encodes in the form {@code hex}. */
    static String encode(byte[] bytes) {
        return "\\x" + HexFormat.of().formatHex(bytes);
    }

    /** Decodes either form. */
    static byte[] decode(String text) {
        return decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Decodes either form directly from the received bytes. An intermediate string would need as much memory again. */
    static byte[] decode(byte[] text, int offset, int length) {
        return decode(ByteBuffer.wrap(text, offset, length));
    }

    private static byte[] decode(ByteBuffer text) {
        int at = text.position();
        int length = text.remaining();
        if (length < 2 || text.get(at) != '\\' || text.get(at + 1) != 'x') {
            return decodeEscaped(text);
        }
        byte[] bytes = new byte[(length - 2) / 2];
        for (int i = 0; i < bytes.length; i++) {
            int digits = at + 2 + 2 * i;
            bytes[i] = (byte)
                    (HexFormat.fromHexDigit(text.get(digits)) << 4 | HexFormat.fromHexDigit(text.get(digits + 1)));
        }
        return bytes;
    }

    /** The form {@code escape}: a backslash is doubled; a byte that is not printable is a backslash and three octal digits. */
    private static byte[] decodeEscaped(ByteBuffer text) {
        byte[] bytes = new byte[text.remaining()];
        int length = 0;
        int at = text.position();
        while (at < text.limit()) {
            byte b = text.get(at++);
            if (b == '\\' && text.get(at) == '\\') {
                at++;
            } else if (b == '\\') {
                b = (byte) ((text.get(at) - '0') << 6 | (text.get(at + 1) - '0') << 3 | (text.get(at + 2) - '0'));
                at += 3;
            }
            bytes[length++] = b;
        }
        return Arrays.copyOf(bytes, length);
    }
}
