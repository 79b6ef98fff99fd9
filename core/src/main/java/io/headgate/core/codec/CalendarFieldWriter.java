package io.headgate.core.codec;

import java.time.DayOfWeek;
import java.time.Month;
import java.time.Year;

/** Year, Month and DayOfWeek: a number if the parameter's type is numeric, else their text. Monday is 1. */
final class CalendarFieldWriter implements ValueWriter {

    static final CalendarFieldWriter INSTANCE = new CalendarFieldWriter();

    private CalendarFieldWriter() {}

    private static Integer number(Object value) {
        if (value instanceof Year year) {
            return year.getValue();
        }
        return value instanceof Month month ? month.getValue() : ((DayOfWeek) value).getValue();
    }

    @Override
    public Form form(Object value, int typeId) {
        return switch (BuiltInTypes.groupOf(typeId)) {
            case NUMBER -> WholeNumberWriter.INSTANCE.form(number(value), typeId);
            case TEXT, OTHER -> Form.TEXT;
            default -> Form.REFUSED;
        };
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        WholeNumberWriter.write(number(value), typeId, out);
    }

    @Override
    public String text(Object value) {
        return value instanceof Enum<?> constant ? constant.name() : value.toString();
    }

    @Override
    public int naturalType(Object value) {
        return value instanceof Year ? TypeIds.INT4 : BuiltInTypes.TEXT;
    }

    @Override
    public String advice(Object value, int typeId) {
        return "bind a value of that type, its number or its text";
    }
}
