package io.headgate.core.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * BigDecimal, BigInteger, Double and Float. A whole-number type accepts whole values in its range. A fraction is exact for a
 * floating-point type if the result has the same digits; otherwise it is rounded, which is not exact.
 */
final class FractionWriter implements ValueWriter {

    static final FractionWriter INSTANCE = new FractionWriter();

    /** Larger scales are written with an exponent, because the zeros would make the text very long: 1E+1000000. */
    private static final int MAX_PLAIN_SCALE = 1_000;

    private FractionWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        return switch (typeId) {
            case TypeIds.FLOAT8 ->
                value instanceof Double || value instanceof Float
                        ? Form.BINARY
                        : rounded(decimal((Number) value), ((Number) value).doubleValue(), false);
            case TypeIds.FLOAT4 -> real((Number) value);
            case TypeIds.NUMERIC ->
                value instanceof Double || value instanceof Float
                        ? Form.BINARY
                        : Form.binaryIf(NumericBinary.holds(decimal((Number) value)));
            case TypeIds.INT2 -> Form.binaryIf(isWhole(value, Short.MIN_VALUE, Short.MAX_VALUE));
            case TypeIds.INT4 -> Form.binaryIf(isWhole(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case TypeIds.INT8 -> Form.binaryIf(whole(value) != null);
            default ->
                switch (BuiltInTypes.groupOf(typeId)) {
                    case OID -> Form.binaryIf(isWhole(value, 0, WholeNumberWriter.MAX_OID));
                    // the decimal point's character depends on the server's lc_monetary
                    case MONEY -> Form.textIf(whole(value) != null);
                    case JSON -> Form.textIf(!isSpecial(value));
                    case TEXT, OTHER -> Form.TEXT;
                    default -> Form.REFUSED;
                };
        };
    }

    private static boolean isSpecial(Object value) {
        return (value instanceof Double d && !Double.isFinite(d)) || (value instanceof Float f && !Float.isFinite(f));
    }

    private static Form real(Number value) {
        if (value instanceof Float || isSpecial(value)) {
            return Form.BINARY;
        }
        float narrow = value.floatValue();
        if (value instanceof Double wide) {
            return (double) narrow == wide
                    ? Form.BINARY
                    : Float.isInfinite(narrow) || narrow == 0 ? Form.REFUSED : Form.ROUNDED_BINARY;
        }
        return rounded(decimal(value), narrow, true);
    }

    /** A nonzero number that would become zero is out of range too. */
    private static Form rounded(BigDecimal exact, double floating, boolean isFloat) {
        if (Double.isInfinite(floating) || (floating == 0 && exact.signum() != 0)) {
            return Form.REFUSED;
        }
        String shortest = isFloat ? Float.toString((float) floating) : Double.toString(floating);
        boolean same = new BigDecimal(shortest).compareTo(exact) == 0 || new BigDecimal(floating).compareTo(exact) == 0;
        // refuse a whole number that would lose digits: it is more likely an id than a measurement
        return same ? Form.BINARY : isWhole(exact) ? Form.REFUSED : Form.ROUNDED_BINARY;
    }

    private static boolean isWhole(BigDecimal number) {
        return number.scale() <= 0;
    }

    private static boolean isWhole(Object value, long least, long most) {
        Long whole = whole(value);
        return whole != null && whole >= least && whole <= most;
    }

    /** The value as a long, or null if it is not whole or out of range. */
    private static @Nullable Long whole(Object value) {
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return number >= -0x1p63 && number < 0x1p63 && number == (long) number ? (Long) (long) number : null;
        }
        try {
            return decimal((Number) value).longValueExact();
        } catch (ArithmeticException fraction) {
            return null;
        }
    }

    private static BigDecimal decimal(Number value) {
        if (value instanceof BigDecimal number) {
            return number;
        }
        return value instanceof BigInteger number ? new BigDecimal(number) : new BigDecimal(floatText(value));
    }

    private static String floatText(Number value) {
        return value instanceof Float number ? FloatText.of(number.floatValue()) : FloatText.of(value.doubleValue());
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        Number number = (Number) value;
        switch (typeId) {
            case TypeIds.FLOAT8 -> out.writeLong(Double.doubleToLongBits(number.doubleValue()));
            case TypeIds.FLOAT4 -> out.writeInt(Float.floatToIntBits(number.floatValue()));
            case TypeIds.NUMERIC -> {
                if (isSpecial(value)) {
                    NumericBinary.encodeSpecial(number.doubleValue(), out);
                } else {
                    NumericBinary.encode(decimal(number), out);
                }
            }
            default -> WholeNumberWriter.write(decimal(number).longValueExact(), typeId, out);
        }
    }

    @Override
    public String text(Object value) {
        if (value instanceof BigDecimal decimal) {
            return Math.abs((long) decimal.scale()) > MAX_PLAIN_SCALE ? decimal.toString() : decimal.toPlainString();
        }
        return value instanceof BigInteger ? value.toString() : floatText((Number) value);
    }

    @Override
    public int naturalType(Object value) {
        return value instanceof Double ? TypeIds.FLOAT8 : value instanceof Float ? TypeIds.FLOAT4 : TypeIds.NUMERIC;
    }

    @Override
    public String advice(Object value, int typeId) {
        return switch (BuiltInTypes.groupOf(typeId)) {
            case NUMBER, OID -> "the number is out of its range or not whole; round it, or use a wider type";
            case MONEY ->
                "how a fraction is written depends on the server's lc_monetary; cast it in SQL "
                        + "(value::numeric::money)";
            default -> "bind a value of that type, or its text";
        };
    }
}
