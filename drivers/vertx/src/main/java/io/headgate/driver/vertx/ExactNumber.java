package io.headgate.driver.vertx;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A number that refuses to be narrowed to a type whose range it exceeds, or to a whole one if it is not; a fraction is
 * rounded to float and double, as PostgreSQL does. Vert.x asks a parameter for the value of the
 * column's type and reports what this throws as a parameter that cannot be coerced.
 */
final class ExactNumber extends Number {

    private static final long serialVersionUID = 1L;

    private final Number value;
    private final @Nullable Long whole;

    /** @param whole the value if it is known to be whole, which spares the way through BigDecimal */
    ExactNumber(Number value, @Nullable Long whole) {
        this.value = value;
        this.whole = whole;
    }

    @Override
    public short shortValue() {
        return exact().shortValueExact();
    }

    @Override
    public int intValue() {
        return whole != null ? Math.toIntExact(whole) : exact().intValueExact();
    }

    @Override
    public long longValue() {
        return whole != null ? whole : exact().longValueExact();
    }

    @Override
    public float floatValue() {
        float narrowed = value.floatValue();
        if (Float.isInfinite(narrowed) && !Double.isInfinite(doubleValue())) {
            throw new ArithmeticException("out of range of a float");
        }
        return narrowed;
    }

    @Override
    public double doubleValue() {
        double narrowed = value.doubleValue();
        if (Double.isInfinite(narrowed) && !(value instanceof Double || value instanceof Float)) {
            throw new ArithmeticException("out of range of a double");
        }
        return narrowed;
    }

    private BigDecimal exact() {
        return new BigDecimal(value.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
