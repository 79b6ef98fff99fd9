package io.headgate.driver.netty.protocol;

import io.headgate.core.Notification;
import io.headgate.core.error.ServerError;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The types of the server's messages, and readers of their bodies. Stateless. Malformed messages throw {@link DecoderException}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL, Message Formats</a>
 */
public final class Backend {

    public static final byte AUTHENTICATION = 'R';
    public static final byte BACKEND_KEY = 'K';
    public static final byte BIND_COMPLETE = '2';
    public static final byte CLOSE_COMPLETE = '3';
    public static final byte COMMAND_COMPLETE = 'C';
    public static final byte COPY_BOTH = 'W';
    public static final byte COPY_DATA = 'd';
    public static final byte COPY_DONE = 'c';
    public static final byte COPY_IN = 'G';
    public static final byte COPY_OUT = 'H';
    public static final byte DATA_ROW = 'D';
    public static final byte EMPTY_QUERY = 'I';
    public static final byte ERROR = 'E';
    public static final byte NEGOTIATE_PROTOCOL = 'v';
    public static final byte NO_DATA = 'n';
    public static final byte NOTICE = 'N';
    public static final byte NOTIFICATION = 'A';
    public static final byte PARAMETER_DESCRIPTION = 't';
    public static final byte PARAMETER_STATUS = 'S';
    public static final byte PARSE_COMPLETE = '1';
    public static final byte PORTAL_SUSPENDED = 's';
    public static final byte READY = 'Z';
    public static final byte ROW_DESCRIPTION = 'T';

    private Backend() {}

    /** The end of the text at an index: the index of its NUL. */
    static int endOfText(ByteBuf in, int index, int limit) {
        int end = in.indexOf(index, limit, (byte) 0);
        if (end < 0) {
            throw new DecoderException("a text has no end");
        }
        return end;
    }

    /** The text at an index. */
    public static String text(ByteBuf in, int index, int limit) {
        return in.toString(index, endOfText(in, index, limit) - index, StandardCharsets.UTF_8);
    }

    /**
     * The version that the server uses instead of the requested one.
     *
     * @param asked the requested version
     * @throws DecoderException if the version is not older or does not exist, or if the server reports unknown options, since none were
     *     requested
     */
    public static int negotiated(ByteBuf in, int index, int length, int asked) {
        if (length < 8) {
            throw new DecoderException("a NegotiateProtocolVersion of " + length + " bytes");
        }
        int version = in.getInt(index);
        // 3.1 does not exist: clients skipped it, and a server that used it would break them
        if (version >= asked || version < 3 << 16 || version == (3 << 16 | 1)) {
            throw new DecoderException(
                    "asked for protocol " + shown(asked) + ", the server requires " + shown(version));
        }
        int options = in.getInt(index + 4);
        if (options != 0) {
            throw new DecoderException("the server does not know " + options + " options, and none were requested");
        }
        return version;
    }

    private static String shown(int version) {
        return (version >>> 16) + "." + (version & 0xffff);
    }

    public static Notification notification(ByteBuf in, int index, int length) {
        if (length < 6) {
            throw new DecoderException("a notification of " + length + " bytes");
        }
        int limit = index + length;
        int endOfChannel = endOfText(in, index + 4, limit);
        return new Notification(text(in, index + 4, limit), text(in, endOfChannel + 1, limit), in.getInt(index));
    }

    /** The fields of an error or a notice. */
    public static ServerError error(ByteBuf in, int index, int length) {
        int limit = index + length;
        @Nullable String[] fields = new String[128];
        int at = index;
        while (at < limit) {
            byte type = in.getByte(at);
            if (type == 0) {
                break;
            }
            int end = endOfText(in, at + 1, limit);
            if (type > 0) {
                fields[type] = in.toString(at + 1, end - at - 1, StandardCharsets.UTF_8);
            }
            at = end + 1;
        }
        // V is the untranslated severity; PgBouncer sends only S
        String severity = fields['V'] != null ? fields['V'] : fields['S'];
        return new ServerError(
                severity == null ? "ERROR" : severity,
                orElse(fields['C'], "XX000"),
                orElse(fields['M'], ""),
                fields['D'],
                fields['H'],
                position(fields['P']),
                fields['s'],
                fields['t'],
                fields['c'],
                fields['n'],
                fields['R']);
    }

    private static String orElse(@Nullable String given, String otherwise) {
        return given == null ? otherwise : given;
    }

    private static int position(@Nullable String text) {
        try {
            return text == null ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException noNumber) {
            return 0;
        }
    }

    /**
     * The number of rows in a CommandComplete, such as {@code INSERT 0 5}: its last word if that is a number, otherwise 0, as for
     * {@code CREATE TABLE}.
     */
    public static long count(ByteBuf in, int index, int length) {
        int end = index + length - 1;
        long count = 0;
        long digit = 1;
        for (int at = end - 1; at >= index; at--) {
            byte c = in.getByte(at);
            if (c == ' ') {
                return at == end - 1 ? 0 : count;
            }
            if (c < '0' || c > '9' || digit > 1_000_000_000_000_000_000L) {
                return 0;
            }
            count += (c - '0') * digit;
            digit *= 10;
        }
        return 0;
    }
}
