package io.headgate.core.codec;

import io.headgate.core.type.Interval;
import java.time.Duration;
import java.time.Period;
import org.jspecify.annotations.Nullable;

/** Intervals in the binary format: 64 bits of microseconds, 32 of days, 32 of months. From PostgreSQL 17 the extremes are infinite. */
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

    /** @throws IllegalArgumentException if the text has another style */
    static Interval parse(String text) {
        return switch (text) {
            case "infinity" -> INFINITY;
            case "-infinity" -> MINUS_INFINITY;
            default -> IntervalText.parse(text);
        };
    }

    /** A text that the server accepts under all settings. */
    static String text(Interval interval) {
        return isInfinite(interval) ? IntervalOutput.of(interval) : IntervalText.of(interval);
    }

    /** A value as an interval, or null if it is out of an interval's range. */
    static @Nullable Interval of(Object value) {
        try {
            return value instanceof Interval interval
                    ? interval
                    : value instanceof Duration duration ? rounded(duration) : Interval.of((Period) value);
        } catch (ArithmeticException overflow) {
            return null;
        }
    }

    /** Rounds to microseconds like the server: a negative value is rounded like its positive counterpart. */
    private static Interval rounded(Duration duration) {
        if (duration.isNegative() && duration.getNano() > 0) {
            // getNano() counts up from the full second below
            long whole = Math.multiplyExact(duration.getSeconds() + 1, DateTimeBinary.MICROS);
            return new Interval(0, 0, Math.subtractExact(whole, roundedMicros(1_000_000_000 - duration.getNano())));
        }
        long whole = Math.multiplyExact(duration.getSeconds(), DateTimeBinary.MICROS);
        return new Interval(0, 0, Math.addExact(whole, roundedMicros(duration.getNano())));
    }

    /** A half is rounded down, unlike in a time. */
    private static long roundedMicros(int nanos) {
        double micros = nanos / 1e9 * 1e6;
        long whole = (long) micros;
        return micros - whole > 0.5 ? whole + 1 : whole;
    }
}
