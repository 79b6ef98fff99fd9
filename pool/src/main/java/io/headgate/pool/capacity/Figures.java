package io.headgate.pool.capacity;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/** Formats numbers and times for readers. */
final class Figures {

    private static final double NANOS = 1e9;
    private static final int DIGITS = 3;

    private Figures() {}

    static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / NANOS;
    }

    /** Rounded to three digits, but never coarser than a whole number; with thousands separators. */
    static String number(double value) {
        if (Double.isInfinite(value) || Double.isNaN(value)) {
            return value > 0 ? "without end" : "unknown";
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal rounded = Math.abs(value) >= 100
                ? exact.setScale(0, RoundingMode.HALF_UP)
                : exact.round(new MathContext(DIGITS, RoundingMode.HALF_UP));
        BigDecimal plain = rounded.stripTrailingZeros();
        return String.format(Locale.ROOT, "%,." + Math.max(0, plain.scale()) + "f", plain);
    }

    static String duration(Duration duration) {
        return time(seconds(duration));
    }

    /** Seconds in the unit that leaves the fewest zeros. */
    static String time(double seconds) {
        if (Double.isInfinite(seconds)) {
            return "without end";
        }
        if (seconds == 0 || seconds >= 1) {
            return number(seconds) + " s";
        }
        return seconds >= 1e-3 ? number(seconds * 1e3) + " ms" : number(seconds * 1e6) + " us";
    }
}
