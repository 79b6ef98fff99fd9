package io.headgate.core.codec;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Formats floating-point numbers like the server: the shortest decimal that is nearer to the number than to its neighbours. {@link
 * Double#toString} writes more digits than needed before Java 19, and another form of exponents.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT">PostgreSQL, Floating-Point
 *     Types</a>
 */
final class FloatText {

    private static final BigDecimal HALF = new BigDecimal("0.5");
    /** Whole numbers below this are exact doubles and are written without an exponent. */
    private static final double PLAIN = 1e15;

    /**
     * Different decimals with this many digits are always different normal numbers, so such a decimal is the shortest one. Java's
     * toString finds it for numbers below 2^53, or 2^24 for a float. Above, a decimal may be exactly in the middle between two numbers,
     * where the server chooses another decimal.
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
        // the largest double has no neighbour above; the distance is the same as to the neighbour below
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
     * The shortest decimal strictly between the midpoints to both neighbours; of several, the nearest. Below a power of two the
     * neighbour is half as far away, so the second nearest decimal may be the only one inside.
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

    /** Writes an exponent if it is below -4 or at least {@code plainDigits}. */
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
