package io.headgate.core.codec;

import io.headgate.core.type.Interval;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;

/** Formats a decoded value as the text that PostgreSQL writes. */
final class ValueOutput {

    private ValueOutput() {}

    /** The text in the ISO style, a timestamptz at offset zero. Uses Java's toString() if it writes the same text. */
    static String of(Object value) {
        if (value instanceof OffsetDateTime time) {
            return DateTimeOutput.of(time);
        }
        if (value instanceof LocalDateTime time) {
            return DateTimeOutput.of(time);
        }
        if (value instanceof LocalDate date) {
            return DateTimeOutput.of(date);
        }
        if (value instanceof LocalTime || value instanceof OffsetTime) {
            return TimeWriter.INSTANCE.text(value);
        }
        if (value instanceof Interval interval) {
            return IntervalOutput.of(interval);
        }
        if (value instanceof BigDecimal || value instanceof Double || value instanceof Float) {
            return FractionWriter.INSTANCE.text(value);
        }
        return value instanceof byte[] bytes ? ByteaText.encode(bytes) : value.toString();
    }
}
