package io.headgate.core.codec;

import io.headgate.core.type.Interval;

/**
 * Formats an interval like the server in the style {@code postgres}, the default of {@code IntervalStyle}: {@code 1 year 2 mons
 * -3 days +04:05:06.5}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-INTERVAL-OUTPUT">PostgreSQL, Interval
 *     Output</a>
 */
final class IntervalOutput {

    private final StringBuilder out = new StringBuilder(48);
    /** Whether the previous part is negative; then a positive part gets a plus sign. */
    private boolean negativeBefore;

    private IntervalOutput() {}

    static String of(Interval interval) {
        if (Intervals.isInfinite(interval)) {
            return interval.months() > 0 ? "infinity" : "-infinity";
        }
        IntervalOutput output = new IntervalOutput();
        output.unit(interval.months() / 12, "year");
        output.unit(interval.months() % 12, "mon");
        output.unit(interval.days(), "day");
        output.clock(interval.microseconds());
        return output.out.toString();
    }

    private void unit(int number, String name) {
        if (number == 0) {
            return;
        }
        separate();
        if (negativeBefore && number > 0) {
            out.append('+');
        }
        out.append(number).append(' ').append(name).append(number == 1 ? "" : "s");
        negativeBefore = number < 0;
    }

    private void clock(long micros) {
        if (micros == 0 && out.length() > 0) {
            return;
        }
        separate();
        if (micros < 0) {
            out.append('-');
        } else if (negativeBefore) {
            out.append('+');
        }
        long seconds = Math.abs(micros / DateTimeBinary.MICROS);
        int rest = (int) Math.abs(micros % DateTimeBinary.MICROS);
        if (seconds < 36_000) {
            out.append('0');
        }
        out.append(seconds / 3_600).append(':');
        DateTimeOutput.twoDigits((int) (seconds / 60 % 60), out);
        out.append(':');
        DateTimeOutput.twoDigits((int) (seconds % 60), out);
        DateTimeOutput.fraction(rest * 1_000, out);
    }

    private void separate() {
        if (out.length() > 0) {
            out.append(' ');
        }
    }
}
