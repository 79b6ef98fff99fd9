package io.headgate.driver.vertx;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlRow;
import io.headgate.core.error.RowMappingException;
import io.headgate.core.type.Interval;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.data.Point;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.data.Numeric;
import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;

/** A row over Vert.x's, whose values become types of Java or of core when they are read. */
final class VertxRow implements SqlRow {

    private final Row row;
    private final RowMetadata columns;

    VertxRow(Row row, RowMetadata columns) {
        this.row = row;
        this.columns = columns;
    }

    @Override
    public RowMetadata columns() {
        return columns;
    }

    @Override
    public @Nullable Object value(int index) {
        if (index < 0 || index >= columns.size()) {
            throw new RowMappingException(
                    "no column at position " + index + "; the result has " + columns.size() + ", from 0: " + columns);
        }
        return decoded(row.getValue(index));
    }

    private static @Nullable Object decoded(@Nullable Object value) {
        if (value == null || value instanceof String || value instanceof Long || value instanceof Integer) {
            return value;
        }
        if (value instanceof Numeric numeric) {
            return numeric.isNaN() ? (Object) Double.NaN : numeric.bigDecimalValue();
        }
        if (value instanceof Buffer buffer) {
            return buffer.getBytes();
        }
        if (value instanceof Point interval) {
            return interval(interval);
        }
        if (value instanceof Numeric[] || value instanceof Buffer[] || value instanceof Point[]) {
            return array((Object[]) value);
        }
        return value;
    }

    /** Eight bytes of microseconds, four of days, four of months; see {@link TypeSubstitution}. */
    private static Interval interval(Point sixteenBytes) {
        long daysAndMonths = Double.doubleToRawLongBits(sixteenBytes.getY());
        return new Interval(
                (int) daysAndMonths,
                (int) (daysAndMonths >>> Integer.SIZE),
                Double.doubleToRawLongBits(sixteenBytes.getX()));
    }

    private static Object array(@Nullable Object[] values) {
        Class<?> type = values instanceof Numeric[]
                ? java.math.BigDecimal.class
                : values instanceof Buffer[] ? byte[].class : Interval.class;
        Object array = Array.newInstance(type, values.length);
        for (int i = 0; i < values.length; i++) {
            Array.set(array, i, decoded(values[i]));
        }
        return array;
    }

    @Override
    public String toString() {
        return "SqlRow" + columns;
    }
}
