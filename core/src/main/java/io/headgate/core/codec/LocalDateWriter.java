package io.headgate.core.codec;

import java.time.LocalDate;

/** LocalDate. For a timestamp it means its midnight; for a timestamptz, midnight in the session's time zone, as text to the server. */
final class LocalDateWriter implements ValueWriter {

    static final LocalDateWriter INSTANCE = new LocalDateWriter();

    private LocalDateWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        LocalDate date = (LocalDate) value;
        return switch (typeId) {
            case TypeIds.DATE -> Form.binaryIf(DateTimeBinary.isDay(date));
            case TypeIds.TIMESTAMP -> Form.binaryIf(isTimestamp(date));
            case TypeIds.TIMESTAMPTZ -> Form.textIf(isTimestamp(date));
            default ->
                switch (BuiltInTypes.groupOf(typeId)) {
                    case TEXT, OTHER -> Form.TEXT;
                    default -> Form.REFUSED;
                };
        };
    }

    private static boolean isTimestamp(LocalDate date) {
        return DateTimeBinary.isInfinite(date) || DateTimeBinary.isTimestamp(date.atStartOfDay());
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        LocalDate date = (LocalDate) value;
        if (typeId == TypeIds.DATE) {
            out.writeInt(DateTimeBinary.days(date));
        } else if (DateTimeBinary.isInfinite(date)) {
            out.writeLong(date.equals(LocalDate.MAX) ? Long.MAX_VALUE : Long.MIN_VALUE);
        } else {
            out.writeLong(DateTimeBinary.micros(date.atStartOfDay()));
        }
    }

    @Override
    public String text(Object value) {
        return DateTimeOutput.of((LocalDate) value);
    }

    @Override
    public int naturalType(Object value) {
        return TypeIds.DATE;
    }

    @Override
    public String advice(Object value, int typeId) {
        return BuiltInTypes.groupOf(typeId) == BuiltInTypes.Group.DATE_TIME
                        && typeId != TypeIds.TIME
                        && typeId != TypeIds.TIMETZ
                ? "it is out of PostgreSQL's range; LocalDate.MAX and MIN stand for the infinities"
                : "bind a value of that type, or its text";
    }
}
