package io.headgate.core.codec;

import io.headgate.core.type.Interval;
import java.time.Duration;
import java.time.Period;
import org.jspecify.annotations.Nullable;

/** Intervals on the wire: 64 bits of microseconds, 32 of days, 32 of months. PostgreSQL 17 made the extremes infinite. */
final class Intervals {

    static final Interval INFINITY = new Interval(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
    static final Interval MINUS_INFINITY = new Interval(Integer.MIN_VALUE, Integer.MIN_VALUE, Long.MIN_VALUE);

    private static final int SIZE = 16;

    private Intervals() {}

    static boolean isInfinite(Interval interval) {
        return interval.equals(INFINITY) || interval.equals(MINUS_INFINITY);
    }

    static Interval decode(byte[] bytes, int offset, int length) {
        Unreadable.checkSize(TypeIds.INTERVAL, length, SIZE);
        return new Interval(
                BigEndian.getInt(bytes, offset + 12),
                BigEndian.getInt(bytes, offset + 8),
                BigEndian.getLong(bytes, offset));
    }

    static void encode(Interval interval, ByteSink out) {
        out.writeLong(interval.microseconds());
        out.writeInt(interval.days());
        out.writeInt(interval.months());
    }

    /** @throws IllegalArgumentException if the text is of another style */
    static Interval parse(String text) {
        return switch (text) {
            case "infinity" -> INFINITY;
            case "-infinity" -> MINUS_INFINITY;
            default -> IntervalText.parse(text);
        };
    }

    /** As the server reads it whatever its settings. */
    static String text(Interval interval) {
        return isInfinite(interval) ? IntervalOutput.of(interval) : IntervalText.of(interval);
    }

    /** A value as an interval, or null where an interval is too small for it. */
    static @Nullable Interval of(Object value) {
        try {
            return value instanceof Interval interval
                    ? interval
                    : value instanceof Duration duration ? rounded(duration) : Interval.of((Period) value);
        } catch (ArithmeticException overflow) {
            return null;
        }
    }

    /** Rounded to microseconds as the server rounds: a negative one like its positive. */
    private static Interval rounded(Duration duration) {
        if (duration.isNegative() && duration.getNano() > 0) {
            // a duration's nanoseconds count up from its second
            long whole = Math.multiplyExact(duration.getSeconds() + 1, DateTimeBinary.MICROS);
            return new Interval(0, 0, Math.subtractExact(whole, roundedMicros(1_000_000_000 - duration.getNano())));
        }
        long whole = Math.multiplyExact(duration.getSeconds(), DateTimeBinary.MICROS);
        return new Interval(0, 0, Math.addExact(whole, roundedMicros(duration.getNano())));
    }

    /** A half goes down, other than in a time. */
    private static long roundedMicros(int nanos) {
        double micros = nanos / 1e9 * 1e6;
        long whole = (long) micros;
        return micros - whole > 0.5 ? whole + 1 : whole;
    }
}
