package io.headgate.driver.vertx;

import io.headgate.core.error.ServerError;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads an ErrorResponse that ends a connection. Vert.x holds an error back until the server is ready for the next query,
 * which after a fatal one it never is, so the reason would be lost with the connection.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-error-fields.html">PostgreSQL, Error and Notice Message
 *     Fields</a>
 */
final class FatalErrors {

    private FatalErrors() {}

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
