package io.headgate.core;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Converts a number to another number class if the value stays exactly the same. */
final class ExactNumbers {

    private ExactNumbers() {}

    /** The number as a boxed type or a class of {@code java.math}; null if that type cannot hold the same value. */
    static @Nullable Object as(Class<?> type, Number value) {
        try {
            if (type == Double.class) {
                double wide = value.doubleValue();
                return value instanceof Float || holds(wide, Double.toString(wide), value) ? (Object) wide : null;
            }
            if (type == Float.class) {
                float narrow = value.floatValue();
                boolean kept = value instanceof Double d
                        ? d.isNaN() || (double) narrow == d
                        : holds(narrow, Float.toString(narrow), value);
                return kept ? (Object) narrow : null;
            }
            BigDecimal exact = exact(value);
            if (type == BigDecimal.class) {
                return exact;
            }
            if (type == BigInteger.class) {
                return exact.toBigIntegerExact();
            }
            if (type == Long.class) {
                return exact.longValueExact();
            }
            if (type == Integer.class) {
                return exact.intValueExact();
            }
            if (type == Short.class) {
                return exact.shortValueExact();
            }
            return type == Byte.class ? (Object) exact.byteValueExact() : null;
        } catch (ArithmeticException | NumberFormatException outOfRange) {
            return null;
        }
    }

    /** Whether a binary fraction equals its source number. For a BigDecimal the same shortest text is enough: 0.1. */
    private static boolean holds(double fraction, String shortest, Number value) {
        if (!Double.isFinite(fraction)) {
            return false;
        }
        BigDecimal exact = exact(value);
        return new BigDecimal(fraction).compareTo(exact) == 0
                || (value instanceof BigDecimal && new BigDecimal(shortest).compareTo(exact) == 0);
    }

    private static BigDecimal exact(Number value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (value instanceof Double || value instanceof Float) {
            return new BigDecimal(value.toString());
        }
        return BigDecimal.valueOf(value.longValue());
    }
}
