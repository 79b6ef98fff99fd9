package io.headgate.core.codec;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Formats dates and times like the server in the ISO style. A timestamptz has offset zero, because the codec does not know the
 * session's time zone.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-DATETIME-OUTPUT">PostgreSQL, Date/Time
 *     Output</a>
 */
final class DateTimeOutput {

    private static final String INFINITY = "infinity";
    private static final String MINUS_INFINITY = "-infinity";
    private static final String BC = " BC";

    private DateTimeOutput() {}

    static String of(LocalDate date) {
        if (DateTimeBinary.isInfinite(date)) {
            return date.equals(LocalDate.MAX) ? INFINITY : MINUS_INFINITY;
        }
        StringBuilder out = new StringBuilder(13);
        day(date, out);
        return out.append(era(date)).toString();
    }

    static String of(LocalDateTime time) {
        return DateTimeBinary.isMax(time) ? INFINITY : DateTimeBinary.isMin(time) ? MINUS_INFINITY : dateTime(time, "");
    }

    /** The text at offset zero. */
    static String of(OffsetDateTime time) {
        if (time.equals(OffsetDateTime.MAX) || time.equals(OffsetDateTime.MIN)) {
            return time.equals(OffsetDateTime.MAX) ? INFINITY : MINUS_INFINITY;
        }
        return of(time.toInstant());
    }

    /** The text at the value's own offset. The value must not be infinite. */
    static String withOffset(OffsetDateTime time) {
        StringBuilder offset = new StringBuilder(9);
        offset(time.getOffset().getTotalSeconds(), offset);
        return dateTime(time.toLocalDateTime(), offset.toString());
    }

    /** The text at offset zero. A time outside LocalDateTime's range is far outside the server's range too. */
    static String of(Instant instant) {
        if (DateTimeBinary.isMax(instant) || DateTimeBinary.isMin(instant)) {
            return DateTimeBinary.isMax(instant) ? INFINITY : MINUS_INFINITY;
        }
        return dateTime(LocalDateTime.ofInstant(instant, ZoneOffset.UTC), "+00");
    }

    /** A time of day, which may be 24:00:00. */
    static String time(long micros) {
        StringBuilder out = new StringBuilder(15);
        clock(micros, out);
        return out.toString();
    }

    static String timetz(long micros, int secondsWest) {
        StringBuilder out = new StringBuilder(24);
        clock(micros, out);
        offset(-secondsWest, out);
        return out.toString();
    }

    private static void clock(long micros, StringBuilder out) {
        clock((int) (micros / DateTimeBinary.MICROS), (int) (micros % DateTimeBinary.MICROS) * 1_000, out);
    }

    private static String dateTime(LocalDateTime time, String offset) {
        StringBuilder out = new StringBuilder(32);
        day(time.toLocalDate(), out);
        out.append(' ');
        clock(time.toLocalTime().toSecondOfDay(), DateTimeBinary.nanos(time.toLocalTime()), out);
        return out.append(offset).append(era(time.toLocalDate())).toString();
    }

    private static void day(LocalDate date, StringBuilder out) {
        int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
        for (int power = 1_000; power > year; power /= 10) {
            out.append('0');
        }
        out.append(year).append('-');
        twoDigits(date.getMonthValue(), out);
        out.append('-');
        twoDigits(date.getDayOfMonth(), out);
    }

    private static String era(LocalDate date) {
        return date.getYear() > 0 ? "" : BC;
    }

    private static void clock(int seconds, int nanos, StringBuilder out) {
        twoDigits(seconds / 3_600, out);
        out.append(':');
        twoDigits(seconds / 60 % 60, out);
        out.append(':');
        twoDigits(seconds % 60, out);
        fraction(nanos, out);
    }

    /** Appends a fraction of a second without trailing zeros. */
    static void fraction(int nanos, StringBuilder out) {
        if (nanos == 0) {
            return;
        }
        out.append('.');
        int rest = nanos;
        for (int power = 100_000_000; rest > 0; power /= 10) {
            out.append((char) ('0' + rest / power));
            rest %= power;
        }
    }

    private static void offset(int totalSeconds, StringBuilder out) {
        int seconds = Math.abs(totalSeconds);
        out.append(totalSeconds < 0 ? '-' : '+');
        twoDigits(seconds / 3_600, out);
        if (seconds % 3_600 != 0) {
            out.append(':');
            twoDigits(seconds / 60 % 60, out);
        }
        if (seconds % 60 != 0) {
            out.append(':');
            twoDigits(seconds % 60, out);
        }
    }

    static void twoDigits(int number, StringBuilder out) {
        if (number < 10) {
            out.append('0');
        }
        out.append(number);
    }
}
