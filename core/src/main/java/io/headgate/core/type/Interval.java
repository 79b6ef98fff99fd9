package io.headgate.core.type;

import java.time.Duration;
import java.time.Period;

/**
 * A PostgreSQL {@code interval}. Months, days and microseconds are separate, because a month has no fixed number of days and
 * a day has no fixed number of hours.
 *
 * @param months any number of months, 12 to a year
 * @param days any number of days
 * @param microseconds any number of microseconds
 * @see <a href="https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-INTERVAL-INPUT">PostgreSQL,
 *     Interval Input</a>
 */
public record Interval(int months, int days, long microseconds) {

    /** An interval with only exact time; fractions of a microsecond are cut off. */
    public static Interval of(Duration duration) {
        // getNano() counts up from the full second below, so a negative duration needs rounding up to truncate towards
        // zero
        int nanos = duration.isNegative() ? duration.getNano() + 999 : duration.getNano();
        return new Interval(0, 0, Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), nanos / 1_000));
    }

    /** An interval with only calendar time. */
    @SuppressWarnings("JavaPeriodGetDays") // the months hold the rest of the period
    public static Interval of(Period period) {
        return new Interval(Math.toIntExact(period.toTotalMonths()), period.getDays(), 0);
    }

    /** The calendar part. */
    public Period period() {
        return Period.of(months / 12, months % 12, days);
    }

    /** The part of exact time. */
    public Duration duration() {
        return Duration.ofSeconds(
                Math.floorDiv(microseconds, 1_000_000L), Math.floorMod(microseconds, 1_000_000L) * 1_000L);
    }
}
