package io.headgate.core.codec;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;

/**
 * Dates and times in PostgreSQL's binary format: days or microseconds since the beginning of the year 2000. The largest and the
 * smallest count mean infinity and -infinity, which correspond to {@code MAX} and {@code MIN} of the Java types.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-datetime.html">PostgreSQL, Date/Time Types</a>
 */
final class DateTimeBinary {

    static final int EPOCH_DAY = 10_957;
    static final long EPOCH_SECOND = EPOCH_DAY * 86_400L;
    static final long MICROS = 1_000_000L;
    static final long DAY_MICROS = 86_400 * MICROS;

    /** 4714-11-24 BC, Julian day 0. */
    static final int FIRST_DAY = -2_451_545;
    /** 5874897-12-31. */
    static final int LAST_DAY = 2_145_031_948;
    /** The first microsecond of 4714-11-24 BC. */
    static final long FIRST_MICRO = FIRST_DAY * DAY_MICROS;
    /** The last microsecond of 294276-12-31. */
    static final long LAST_MICRO = 9_223_371_331_199_999_999L;

    private static final Instant LATEST = OffsetDateTime.MAX.toInstant();
    private static final Instant EARLIEST = OffsetDateTime.MIN.toInstant();

    private DateTimeBinary() {}

    static LocalDate date(int days) {
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            return days > 0 ? LocalDate.MAX : LocalDate.MIN;
        }
        return LocalDate.ofEpochDay((long) days + EPOCH_DAY);
    }

    static LocalDateTime timestamp(long micros) {
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            return micros > 0 ? LocalDateTime.MAX : LocalDateTime.MIN;
        }
        return finite(micros);
    }

    static OffsetDateTime timestamptz(long micros) {
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            return micros > 0 ? OffsetDateTime.MAX : OffsetDateTime.MIN;
        }
        return finite(micros).atOffset(ZoneOffset.UTC);
    }

    private static LocalDateTime finite(long micros) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, MICROS) + EPOCH_SECOND,
                (int) Math.floorMod(micros, MICROS) * 1_000,
                ZoneOffset.UTC);
    }

    static LocalTime time(int typeId, long micros) {
        if (micros == DAY_MICROS) {
            throw Unreadable.withoutCounterpart(typeId, "24:00:00", "LocalTime");
        }
        if (micros < 0 || micros > DAY_MICROS) {
            throw Unreadable.malformed(typeId, "it is not a time of day");
        }
        return LocalTime.ofNanoOfDay(micros * 1_000);
    }

    static OffsetTime timetz(long micros, int secondsWest) {
        if (micros == DAY_MICROS) {
            throw Unreadable.withoutCounterpart(
                    TypeIds.TIMETZ, DateTimeOutput.timetz(micros, secondsWest), "OffsetTime");
        }
        return time(TypeIds.TIMETZ, micros).atOffset(offset(secondsWest));
    }

    static ZoneOffset offset(int secondsWest) {
        if (Math.abs((long) secondsWest) > ZoneOffset.MAX.getTotalSeconds()) {
            throw Unreadable.malformed(TypeIds.TIMETZ, "its offset is " + secondsWest + " seconds");
        }
        return ZoneOffset.ofTotalSeconds(-secondsWest);
    }

    static boolean isDay(LocalDate date) {
        long days = date.toEpochDay() - EPOCH_DAY;
        return (days >= FIRST_DAY && days <= LAST_DAY) || isInfinite(date);
    }

    static boolean isInfinite(LocalDate date) {
        return date.equals(LocalDate.MAX) || date.equals(LocalDate.MIN);
    }

    static int days(LocalDate date) {
        if (isInfinite(date)) {
            return date.equals(LocalDate.MAX) ? Integer.MAX_VALUE : Integer.MIN_VALUE;
        }
        return (int) (date.toEpochDay() - EPOCH_DAY);
    }

    /** Whether the time, rounded to microseconds, is in the range of a timestamp. The seconds count from 1970. */
    static boolean isTimestamp(long epochSecond, int nanos) {
        long seconds = epochSecond - EPOCH_SECOND;
        return seconds >= FIRST_MICRO / MICROS
                && seconds <= LAST_MICRO / MICROS
                && seconds * MICROS + roundedMicros(nanos) <= LAST_MICRO;
    }

    static boolean isTimestamp(LocalDateTime time) {
        return isTimestamp(time.toEpochSecond(ZoneOffset.UTC), nanos(time.toLocalTime()));
    }

    static long micros(LocalDateTime time) {
        return micros(time.toEpochSecond(ZoneOffset.UTC), nanos(time.toLocalTime()));
    }

    static long micros(long epochSecond, int nanos) {
        return (epochSecond - EPOCH_SECOND) * MICROS + roundedMicros(nanos);
    }

    static boolean isMax(LocalDateTime time) {
        return time.equals(LocalDateTime.MAX);
    }

    static boolean isMin(LocalDateTime time) {
        return time.equals(LocalDateTime.MIN);
    }

    /** Whether it is Instant's own maximum, or the Instant of {@code OffsetDateTime.MAX}. Both mean infinity. */
    static boolean isMax(Instant instant) {
        return instant.equals(Instant.MAX) || instant.equals(LATEST);
    }

    static boolean isMin(Instant instant) {
        return instant.equals(Instant.MIN) || instant.equals(EARLIEST);
    }

    /** The time of day, rounded to microseconds, but never up to 24:00, which cannot be read back as a LocalTime. */
    static long microsOfDay(LocalTime time) {
        return Math.min(time.toSecondOfDay() * MICROS + roundedMicros(nanos(time)), DAY_MICROS - 1);
    }

    /** The nanoseconds of the second. */
    static int nanos(LocalTime time) {
        return (int) (time.toNanoOfDay() % 1_000_000_000);
    }

    /**
     * Nanoseconds of a second as microseconds, rounded like the server rounds the digits of a text. It uses the same floating-point
     * steps, because they decide whether a half is rounded up or down.
     */
    static long roundedMicros(int nanos) {
        return nanos % 1_000 == 0 ? nanos / 1_000 : (long) Math.rint(nanos / 1e9 * 1e6);
    }
}
