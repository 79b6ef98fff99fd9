package io.headgate.driver.r2dbc;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Corrects the parameters of the start-up message. R2DBC PostgreSQL always sends two unwanted ones. PgBouncer refuses
 * {@code extra_float_digits} unless it is configured to ignore it, and PostgreSQL does not need it from version 12 on. The JVM's time zone
 * would change the result of {@code now()::date} with the service's machine. It is replaced by the settings' time zone, if they have one.
 */
final class StartupParameters {

    private static final int PROTOCOL_3 = 3;
    private static final int HEADER = 8;
    private static final String TIME_ZONE = "TimeZone";
    private static final Set<String> UNWANTED = Set.of("extra_float_digits", TIME_ZONE);

    private StartupParameters() {}

    /** Returns the corrected message, or the same message if it is no start-up message. Takes ownership of the message. */
    static ByteBuf correct(ByteBuf message, @Nullable String timeZone) {
        int start = message.readerIndex();
        int end = message.writerIndex();
        if (end - start < HEADER || message.getUnsignedShort(start + 4) != PROTOCOL_3) {
            return message;
        }
        ByteBuf out = message.alloc().buffer(end - start);
        out.writeInt(0).writeInt(message.getInt(start + 4));
        int at = start + HEADER;
        while (at < end && message.getByte(at) != 0) {
            int valueAt = at + message.bytesBefore(at, end - at, (byte) 0) + 1;
            int next = valueAt + message.bytesBefore(valueAt, end - valueAt, (byte) 0) + 1;
            if (!UNWANTED.contains(message.toString(at, valueAt - 1 - at, StandardCharsets.UTF_8))) {
                out.writeBytes(message, at, next - at);
            }
            at = next;
        }
        if (timeZone != null) {
            write(out, TIME_ZONE);
            write(out, timeZone);
        }
        out.writeByte(0).setInt(0, out.readableBytes());
        message.release();
        return out;
    }

    private static void write(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeByte(0);
    }
}
