package io.headgate.core.codec;

import io.headgate.core.error.ParameterException;
import io.headgate.core.type.Interval;
import org.jspecify.annotations.Nullable;

/** Interval, Duration and Period. */
final class IntervalWriter implements ValueWriter {

    static final IntervalWriter INSTANCE = new IntervalWriter();

    private IntervalWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        return switch (BuiltInTypes.groupOf(typeId)) {
            case INTERVAL -> Form.binaryIf(Intervals.of(value) != null);
            case TEXT, OTHER -> Form.textIf(Intervals.of(value) != null);
            default -> Form.REFUSED;
        };
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        Intervals.encode(checked(Intervals.of(value)), out);
    }

    @Override
    public String text(Object value) {
        return Intervals.text(checked(Intervals.of(value)));
    }

    private static Interval checked(@Nullable Interval interval) {
        if (interval == null) {
            throw new ParameterException("a time span is beyond the range of a PostgreSQL interval");
        }
        return interval;
    }

    @Override
    public int naturalType(Object value) {
        return TypeIds.INTERVAL;
    }

    @Override
    public String advice(Object value, int typeId) {
        return BuiltInTypes.groupOf(typeId) == BuiltInTypes.Group.INTERVAL
                ? "it is beyond the range of an interval, 32 bits of months and 64 of microseconds"
                : "bind a value of that type, or its text";
    }
}
