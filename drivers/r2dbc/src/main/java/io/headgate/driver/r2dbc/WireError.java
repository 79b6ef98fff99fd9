package io.headgate.driver.r2dbc;

import io.headgate.core.error.ServerError;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An ErrorResponse or NoticeResponse with all its fields.
 *
 * @param where the context, such as the parameter of a portal or the line of a function; empty if there is none
 * @see <a href="https://www.postgresql.org/docs/current/protocol-error-fields.html">PostgreSQL, Error and Notice Message Fields</a>
 */
record WireError(ServerError error, String where) {

    /** The SQLSTATEs after which R2DBC PostgreSQL repeats a statement: a missing prepared statement, and an outdated plan. */
    private static final Set<String> REPEATED = Set.of("26000", "0A000");

    /** Reads the fields of a message's body. */
    static WireError read(ByteBuf in, int index) {
        Map<Character, String> fields = new HashMap<>();
        int at = index;
        int end = in.writerIndex();
        while (at < end && in.getByte(at) != 0) {
            char field = (char) in.getByte(at++);
            int length = in.bytesBefore(at, end - at, (byte) 0);
            if (length < 0) {
                break;
            }
            fields.put(field, in.toString(at, length, StandardCharsets.UTF_8));
            at += length + 1;
        }
        // V is the untranslated S
        String severity = fields.getOrDefault('V', fields.getOrDefault('S', "ERROR"));
        ServerError error = new ServerError(
                severity,
                fields.getOrDefault('C', "XX000"),
                fields.getOrDefault('M', ""),
                fields.get('D'),
                fields.get('H'),
                number(fields.get('P')),
                fields.get('s'),
                fields.get('t'),
                fields.get('c'),
                fields.get('n'),
                fields.get('R'));
        return new WireError(error, fields.getOrDefault('W', ""));
    }

    /**
     * Changes the SQLSTATE in a message's body if R2DBC would repeat the statement because of it. R2DBC would do so whatever raised the
     * error, also in a transaction, and also if the statement had committed before.
     */
    static void hideFromRepetition(ByteBuf in, int index) {
        int at = index;
        int end = in.writerIndex();
        while (at < end && in.getByte(at) != 0) {
            int length = in.bytesBefore(at + 1, end - at - 1, (byte) 0);
            if (length < 0) {
                return;
            }
            if (in.getByte(at) == 'C' && REPEATED.contains(in.toString(at + 1, length, StandardCharsets.US_ASCII))) {
                in.setByte(at + 1, 'H');
                in.setByte(at + 2, 'G');
                return;
            }
            at += length + 2;
        }
    }

    /** A copy whose position does not count a prefix of the statement. */
    WireError withoutPrefix(int characters) {
        ServerError e = error;
        return new WireError(
                new ServerError(
                        e.severity(),
                        e.sqlState(),
                        e.message(),
                        e.detail(),
                        e.hint(),
                        Math.max(e.position() - characters, 0),
                        e.schema(),
                        e.table(),
                        e.column(),
                        e.constraint(),
                        e.routine()),
                where);
    }

    private static int number(@Nullable String text) {
        try {
            return text == null ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
