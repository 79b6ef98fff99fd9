package io.headgate.driver.r2dbc;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parameters of the message that begins a session right. R2DBC PostgreSQL always sends {@code extra_float_digits}, which
 * PgBouncer refuses unless it is told to ignore it and which PostgreSQL from 12 on does not need; and the time zone of the
 * JVM, which would change what a session's {@code now()::date} means with the machine the service runs on: in its place goes the
 * one that the settings name, if they do.
 */
final class StartupParameters {

    private static final int PROTOCOL_3 = 3;
    private static final int HEADER = 8;
    private static final String TIME_ZONE = "TimeZone";
    private static final Set<String> UNWANTED = Set.of("extra_float_digits", TIME_ZONE);

    private StartupParameters() {}

    /** The message put right, or the message itself if it is not the one expected. Takes over the reference. */
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
