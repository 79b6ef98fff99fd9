package io.headgate.core.codec;

import java.time.LocalDateTime;
import java.time.LocalTime;

/**
 * LocalDateTime. For a timestamptz it is sent as text, which the server interprets in the session's time zone. For a date only midnight
 * is accepted, because any other time of day would be lost.
 */
final class LocalDateTimeWriter implements ValueWriter {

    static final LocalDateTimeWriter INSTANCE = new LocalDateTimeWriter();

    private LocalDateTimeWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        LocalDateTime time = (LocalDateTime) value;
        return switch (typeId) {
            case TypeIds.TIMESTAMP -> Form.binaryIf(isTimestamp(time));
            case TypeIds.TIMESTAMPTZ -> Form.textIf(isTimestamp(time));
            case TypeIds.DATE ->
                Form.binaryIf(isInfinite(time)
                        || (time.toLocalTime().equals(LocalTime.MIDNIGHT) && DateTimeBinary.isDay(time.toLocalDate())));
            default ->
                switch (BuiltInTypes.groupOf(typeId)) {
                    case TEXT, OTHER -> Form.TEXT;
                    default -> Form.REFUSED;
                };
        };
    }

    private static boolean isInfinite(LocalDateTime time) {
        return DateTimeBinary.isMax(time) || DateTimeBinary.isMin(time);
    }

    private static boolean isTimestamp(LocalDateTime time) {
        return isInfinite(time) || DateTimeBinary.isTimestamp(time);
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        LocalDateTime time = (LocalDateTime) value;
        if (typeId == TypeIds.DATE) {
            out.writeInt(DateTimeBinary.days(time.toLocalDate()));
        } else if (isInfinite(time)) {
            out.writeLong(DateTimeBinary.isMax(time) ? Long.MAX_VALUE : Long.MIN_VALUE);
        } else {
            out.writeLong(DateTimeBinary.micros(time));
        }
    }

    @Override
    public String text(Object value) {
        return DateTimeOutput.of((LocalDateTime) value);
    }

    @Override
    public int naturalType(Object value) {
        return TypeIds.TIMESTAMP;
    }

    @Override
    public String advice(Object value, int typeId) {
        return switch (typeId) {
            case TypeIds.TIMESTAMP, TypeIds.TIMESTAMPTZ ->
                "it is out of PostgreSQL's range; LocalDateTime.MAX and MIN stand for the infinities";
            case TypeIds.DATE ->
                "its time of day would be lost; bind toLocalDate(), or cast it in SQL (value::timestamp)";
            default -> "bind a value of that type, or its text";
        };
    }
}
