package io.headgate.driver.vertx;

import io.headgate.core.error.ServerError;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells an ErrorResponse that ends a connection from others, by its severity, and reads it. Vert.x holds an error back until the server is ready for the next query,
 * which after a fatal one it never is, so the reason would be lost with the connection.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-error-fields.html">PostgreSQL, Error and Notice Message
 *     Fields</a>
 */
final class FatalErrors {

    private FatalErrors() {}

    /**
     * Changes the SQLSTATE of an error that does not end the connection, where Vert.x would go by the SQLSTATE alone and take
     * it for one that does: it would end no command then. A function of the user's may raise it, or pass it on from another
     * server. PostgreSQL itself never writes small letters there; {@link #told} changes it back.
     */
    static void hideFromClosing(ByteBuf in, int index, int end) {
        int at = index;
        while (at < end && in.getByte(at) != 0) {
            int length = in.bytesBefore(at + 1, end - at - 1, (byte) 0);
            if (length < 0) {
                return;
            }
            if (in.getByte(at) == 'C' && length == 5) {
                String sqlState = in.toString(at + 1, length, StandardCharsets.US_ASCII);
                if (sqlState.startsWith("57P") || sqlState.startsWith("25P")) {
                    in.setByte(at + 3, 'p');
                }
                return;
            }
            at += length + 2;
        }
    }

    /** A SQLSTATE as the server told it. */
    static String told(String sqlState) {
        return sqlState.toUpperCase(Locale.ROOT);
    }

    /** The error in the body of an ErrorResponse if it is fatal, else null. */
    static @Nullable ServerError read(ByteBuf in, int index, int end) {
        String severity = "";
        String sqlState = "";
        String message = "";
        String detail = null;
        String hint = null;
        String routine = null;
        int at = index;
        while (at < end && in.getByte(at) != 0) {
            char field = (char) in.getByte(at++);
            int length = in.bytesBefore(at, end - at, (byte) 0);
            if (length < 0) {
                break;
            }
            String value = in.toString(at, length, StandardCharsets.UTF_8);
            at += length + 1;
            switch (field) {
                case 'S' -> severity = severity.isEmpty() ? value : severity;
                case 'V' -> severity = value; // as S, never translated
                case 'C' -> sqlState = value;
                case 'M' -> message = value;
                case 'D' -> detail = value;
                case 'H' -> hint = value;
                case 'R' -> routine = value;
                default -> {}
            }
        }
        if (!severity.equals("FATAL") && !severity.equals("PANIC")) {
            return null;
        }
        return new ServerError(severity, sqlState, message, detail, hint, 0, null, null, null, null, routine);
    }
}
