package io.headgate.core.codec;

import io.headgate.core.type.Interval;
import java.math.BigDecimal;

/**
 * Formats intervals in ISO 8601, which the server accepts under all settings, and parses the server's style {@code postgres}, the
 * default of {@code IntervalStyle}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-INTERVAL-OUTPUT">PostgreSQL, Interval
 *     Output</a>
 */
final class IntervalText {

    private static final int MICROS = 1_000_000;

    private IntervalText() {}

    /** The value in ISO 8601. */
    static String of(Interval interval) {
        long seconds = interval.microseconds() / MICROS;
        BigDecimal rest = BigDecimal.valueOf(seconds % 60 * MICROS + interval.microseconds() % MICROS, 6);
        return "P" + interval.months() + "M" + interval.days() + "DT" + seconds / 3600 + "H" + seconds / 60 % 60 + "M"
                + rest.toPlainString() + "S";
    }

    /** @throws IllegalArgumentException if the text has another style */
    static Interval parse(String text) {
        int months = 0;
        int days = 0;
        long micros = 0;
        String[] words = text.split(" ");
        try {
            for (int i = 0; i < words.length; i++) {
                if (words[i].indexOf(':') > 0) {
                    micros = micros(words[i]);
                } else {
                    int number = Integer.parseInt(words[i]);
                    switch (words[++i]) {
                        case "year", "years" -> months = Math.addExact(months, Math.multiplyExact(number, 12));
                        case "mon", "mons" -> months = Math.addExact(months, number);
                        case "day", "days" -> days = number;
                        default -> throw new NumberFormatException();
                    }
                }
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException otherStyle) {
            throw new IllegalArgumentException("not in the style postgres");
        }
        return new Interval(months, days, micros);
    }

    private static long micros(String clock) {
        boolean negative = clock.startsWith("-");
        String[] parts = (negative || clock.startsWith("+") ? clock.substring(1) : clock).split(":");
        // apply the sign first, because the smallest negative number has no positive counterpart
        int sign = negative ? -1 : 1;
        long minutes = Math.addExact(
                Math.multiplyExact(sign * Long.parseLong(parts[0]), 60L), sign * Long.parseLong(parts[1]));
        long seconds = sign * new BigDecimal(parts[2]).movePointRight(6).longValueExact();
        return Math.addExact(Math.multiplyExact(minutes, 60L * MICROS), seconds);
    }
}
