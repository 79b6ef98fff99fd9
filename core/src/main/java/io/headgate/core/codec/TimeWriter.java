package io.headgate.core.codec;

import java.time.LocalTime;
import java.time.OffsetTime;

/**
 * LocalTime and OffsetTime. For a timetz a LocalTime is sent as text, which the server interprets at the session's offset. For a time
 * an OffsetTime is refused, because its offset would be lost.
 */
final class TimeWriter implements ValueWriter {

    static final TimeWriter INSTANCE = new TimeWriter();

    /** In seconds. The server accepts offsets below 16 hours; Java allows up to 18. */
    static final int LARGEST_OFFSET = 16 * 3_600 - 1;

    private TimeWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        return switch (typeId) {
            case TypeIds.TIME -> Form.binaryIf(value instanceof LocalTime);
            case TypeIds.TIMETZ ->
                value instanceof OffsetTime time
                        ? Form.binaryIf(Math.abs(time.getOffset().getTotalSeconds()) <= LARGEST_OFFSET)
                        : Form.TEXT;
            default ->
                switch (BuiltInTypes.groupOf(typeId)) {
                    case TEXT, OTHER -> Form.TEXT;
                    default -> Form.REFUSED;
                };
        };
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        if (value instanceof OffsetTime time) {
            out.writeLong(DateTimeBinary.microsOfDay(time.toLocalTime()));
            out.writeInt(-time.getOffset().getTotalSeconds());
        } else {
            out.writeLong(DateTimeBinary.microsOfDay((LocalTime) value));
        }
    }

    @Override
    public String text(Object value) {
        return value instanceof OffsetTime time
                ? DateTimeOutput.timetz(
                        DateTimeBinary.microsOfDay(time.toLocalTime()),
                        -time.getOffset().getTotalSeconds())
                : DateTimeOutput.time(DateTimeBinary.microsOfDay((LocalTime) value));
    }

    @Override
    public int naturalType(Object value) {
        return value instanceof OffsetTime ? TypeIds.TIMETZ : TypeIds.TIME;
    }

    @Override
    public String advice(Object value, int typeId) {
        return switch (typeId) {
            case TypeIds.TIME -> "its offset would be lost; bind toLocalTime(), or cast it in SQL (value::timetz)";
            case TypeIds.TIMETZ -> "PostgreSQL takes offsets below 16 hours";
            default -> "bind a value of that type, or its text";
        };
    }
}
