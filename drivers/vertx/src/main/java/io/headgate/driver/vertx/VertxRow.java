package io.headgate.driver.vertx;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlRow;
import io.headgate.core.driver.text.TextDecoder;
import io.headgate.core.driver.text.TypeIds;
import io.headgate.core.error.RowMappingException;
import io.headgate.core.type.Interval;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.data.Point;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.data.Numeric;
import java.time.DateTimeException;
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
        Object value = row.getValue(index);
        return value instanceof String text ? text(index, text) : decoded(value);
    }

    /** A text, or what came as one; see {@link TypeSubstitution}. */
    private Object text(int index, String text) {
        int typeId = columns.typeId(index);
        if (TypeIds.elementOf(typeId) < 0) {
            return text;
        }
        try {
            return TextDecoder.decode(typeId, text);
        } catch (IllegalArgumentException | DateTimeException unreadable) {
            String name = columns.names().get(index);
            throw new RowMappingException(
                    "column \"" + name + "\" has an array that no Java type holds: " + unreadable.getMessage()
                            + "; select it as text (" + name + "::text)",
                    unreadable);
        }
    }

    private static @Nullable Object decoded(@Nullable Object value) {
        if (value == null || value instanceof Long || value instanceof Integer) {
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

    @Override
    public String toString() {
        return "SqlRow" + columns;
    }
}
