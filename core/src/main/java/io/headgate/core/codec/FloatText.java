package io.headgate.core.codec;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floating-point numbers as the server writes them: the fewest decimal digits that lie nearer to the number than to its
 * neighbours. {@link Double#toString} writes more digits than needed before Java 19, and another form of exponents.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT">PostgreSQL, Floating-Point
 *     Types</a>
 */
final class FloatText {

    private static final BigDecimal HALF = new BigDecimal("0.5");
    /** Below, every whole number is a double, and is written without an exponent. */
    private static final double PLAIN = 1e15;

    /**
     * No two decimals of so many digits are the same normal number, so that one of them is the shortest. Java has it already if the
     * number is below 2^53, or 2^24 of a float; above, a decimal may lie right between two numbers, where the server takes another.
     */
    private static final int DOUBLE_DIGITS = 15;

    private static final int FLOAT_DIGITS = 6;

    private FloatText() {}

    static String of(double value) {
        if (value == (long) value && Math.abs(value) < PLAIN && (value != 0 || 1 / value > 0)) {
            return Long.toString((long) value);
        }
        if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
            return special(value);
        }
        double size = Math.abs(value);
        if (size >= Double.MIN_NORMAL && size < 0x1p53) {
            BigDecimal decimal = new BigDecimal(Double.toString(size)).stripTrailingZeros();
            if (decimal.precision() <= DOUBLE_DIGITS) {
                return write(value < 0, decimal, DOUBLE_DIGITS);
            }
        }
        BigDecimal exact = new BigDecimal(size);
        BigDecimal below = exact.subtract(new BigDecimal(Math.nextDown(size))).multiply(HALF);
        // above the largest, the next one would be as far away as the one below
        BigDecimal above = size == Double.MAX_VALUE ? below : new BigDecimal(Math.ulp(size)).multiply(HALF);
        int digits = size < Double.MIN_NORMAL ? 1 : DOUBLE_DIGITS;
        return write(value < 0, shortest(exact, below, above, digits), DOUBLE_DIGITS);
    }

    static String of(float value) {
        if (Float.isNaN(value) || Float.isInfinite(value) || value == 0) {
            return special(value);
        }
        float size = Math.abs(value);
        if (size >= Float.MIN_NORMAL && size < 0x1p24f) {
            BigDecimal decimal = new BigDecimal(Float.toString(size)).stripTrailingZeros();
            if (decimal.precision() <= FLOAT_DIGITS) {
                return write(value < 0, decimal, FLOAT_DIGITS);
            }
        }
        BigDecimal exact = new BigDecimal(size);
        BigDecimal below = exact.subtract(new BigDecimal(Math.nextDown(size))).multiply(HALF);
        BigDecimal above = size == Float.MAX_VALUE ? below : new BigDecimal(Math.ulp(size)).multiply(HALF);
        int digits = size < Float.MIN_NORMAL ? 1 : FLOAT_DIGITS;
        return write(value < 0, shortest(exact, below, above, digits), FLOAT_DIGITS);
    }

    private static String special(double value) {
        if (value == 0) {
            return 1 / value > 0 ? "0" : "-0";
        }
        return Double.toString(value);
    }

    /**
     * The shortest decimal strictly between the halves of the ways to the neighbours, the nearest of those. Below a power of
     * two the way is half as long, so the second nearest may be the only one.
     */
    private static BigDecimal shortest(BigDecimal exact, BigDecimal below, BigDecimal above, int fewestDigits) {
        for (int digits = fewestDigits; ; digits++) {
            BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (isWithin(nearest, exact, below, above)) {
                return nearest;
            }
            RoundingMode otherWay = nearest.compareTo(exact) < 0 ? RoundingMode.UP : RoundingMode.DOWN;
            BigDecimal other = exact.round(new MathContext(digits, otherWay));
            if (isWithin(other, exact, below, above)) {
                return other;
            }
        }
    }

    private static boolean isWithin(BigDecimal decimal, BigDecimal exact, BigDecimal below, BigDecimal above) {
        BigDecimal away = decimal.subtract(exact);
        return away.signum() == 0 || away.abs().compareTo(away.signum() < 0 ? below : above) < 0;
    }

    /** With an exponent when it is below -4 or as large as the number of digits that are always exact. */
    private static String write(boolean negative, BigDecimal size, int plainDigits) {
        BigDecimal significant = size.stripTrailingZeros();
        int exponent = significant.precision() - significant.scale() - 1;
        StringBuilder out = new StringBuilder(26);
        if (negative) {
            out.append('-');
        }
        if (exponent >= -4 && exponent < plainDigits) {
            return out.append(significant.toPlainString()).toString();
        }
        String digits = significant.unscaledValue().toString();
        out.append(digits.charAt(0));
        if (digits.length() > 1) {
            out.append('.').append(digits, 1, digits.length());
        }
        out.append('e').append(exponent < 0 ? '-' : '+');
        DateTimeOutput.twoDigits(Math.abs(exponent), out);
        return out.toString();
    }
}
