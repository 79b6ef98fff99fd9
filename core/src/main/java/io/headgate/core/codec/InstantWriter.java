package io.headgate.core.codec;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;

/**
 * Points in time: OffsetDateTime, ZonedDateTime, Instant and java.util.Date. They are refused for types without an offset, because the
 * result would depend on an offset that is lost.
 */
final class InstantWriter implements ValueWriter {

    static final InstantWriter INSTANCE = new InstantWriter();

    private InstantWriter() {}

    @SuppressWarnings("JavaUtilDate") // applications bind it
    private static Instant instant(Object value) {
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof ZonedDateTime time) {
            return time.toInstant();
        }
        return value instanceof Date date ? date.toInstant() : (Instant) value;
    }

    /** Whether it is a java.sql.Date or java.sql.Time, whose toInstant() throws. */
    static boolean isNoInstant(Object date) {
        String name = date.getClass().getName();
        return name.equals("java.sql.Date") || name.equals("java.sql.Time");
    }

    @Override
    public Form form(Object value, int typeId) {
        return switch (BuiltInTypes.groupOf(typeId)) {
            case DATE_TIME -> Form.binaryIf(typeId == TypeIds.TIMESTAMPTZ && isTimestamp(instant(value)));
            case TEXT, OTHER -> Form.textIf(isTimestamp(instant(value)));
            default -> Form.REFUSED;
        };
    }

    private static boolean isTimestamp(Instant instant) {
        return DateTimeBinary.isMax(instant)
                || DateTimeBinary.isMin(instant)
                || DateTimeBinary.isTimestamp(instant.getEpochSecond(), instant.getNano());
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        Instant instant = instant(value);
        if (DateTimeBinary.isMax(instant) || DateTimeBinary.isMin(instant)) {
            out.writeLong(DateTimeBinary.isMax(instant) ? Long.MAX_VALUE : Long.MIN_VALUE);
        } else {
            out.writeLong(DateTimeBinary.micros(instant.getEpochSecond(), instant.getNano()));
        }
    }

    @Override
    public String text(Object value) {
        if (value instanceof ZonedDateTime time) {
            return text(time.toOffsetDateTime());
        }
        return value instanceof OffsetDateTime time
                        && Math.abs(time.getOffset().getTotalSeconds()) <= TimeWriter.LARGEST_OFFSET
                ? DateTimeOutput.withOffset(time)
                : DateTimeOutput.of(instant(value));
    }

    @Override
    public int naturalType(Object value) {
        return TypeIds.TIMESTAMPTZ;
    }

    @Override
    public String advice(Object value, int typeId) {
        return switch (typeId) {
            case TypeIds.TIMESTAMP, TypeIds.DATE, TypeIds.TIME, TypeIds.TIMETZ ->
                "its offset would be lost; bind a value without one, or cast it in SQL (value::timestamptz)";
            default ->
                isTimestamp(instant(value))
                        ? "bind a value of that type, or its text"
                        : "it is out of PostgreSQL's range; the MAX and MIN of its class stand for the infinities";
        };
    }
}
