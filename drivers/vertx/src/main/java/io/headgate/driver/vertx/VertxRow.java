package io.headgate.driver.vertx;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlRow;
import io.headgate.core.codec.TypeIds;
import io.headgate.core.codec.ValueDecoder;
import io.headgate.core.error.RowMappingException;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.data.Numeric;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A row over that of Vert.x. Values are converted when they are read. {@link ValueTypes} lists the refused types. */
final class VertxRow implements SqlRow {

    /** Vert.x's value of PostgreSQL's minus infinity, which is the smallest number of microseconds since 2000. */
    private static final LocalDateTime MINUS_INFINITY =
            LocalDateTime.of(2000, 1, 1, 0, 0).plus(Long.MIN_VALUE, ChronoUnit.MICROS);

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
        columns.checkIndex(index);
        Object value = row.getValue(index);
        if (value instanceof Integer || value instanceof Long) {
            return value;
        }
        int type = columns.typeId(index);
        String changed = ValueTypes.changed(type);
        if (changed != null) {
            throw unreadable(index, "is of type " + changed + ", which the Vert.x PG Client does not read as it is");
        }
        if (value == null && ValueDecoder.readsArray(type) && type != TypeIds.NUMERIC_ARRAY) {
            throw unreadable(
                    index,
                    "is NULL or an array of several dimensions, which the Vert.x PG Client does not distinguish");
        }
        if (value instanceof Object[] && type == ValueTypes.OTHER) {
            throw unreadable(index, "has a text in braces whose type the Vert.x PG Client does not know");
        }
        return decoded(value);
    }

    private RowMappingException unreadable(int index, String why) {
        String name = columns.names().get(index);
        return new RowMappingException("column \"" + name + "\" " + why + "; select it as text (" + name + "::text)");
    }

    private static @Nullable Object decoded(@Nullable Object value) {
        if (value instanceof LocalDateTime time) {
            return time.equals(MINUS_INFINITY) ? LocalDateTime.MIN : value;
        }
        if (value instanceof OffsetDateTime time) {
            return time.toLocalDateTime().equals(MINUS_INFINITY) ? OffsetDateTime.MIN : value;
        }
        if (value instanceof LocalDateTime[] || value instanceof OffsetDateTime[]) {
            Object[] times = ((Object[]) value).clone();
            Arrays.setAll(times, i -> decoded(times[i]));
            return times;
        }
        if (value instanceof Numeric numeric) {
            return number(numeric);
        }
        if (value instanceof Buffer buffer) {
            return buffer.getBytes();
        }
        if (value instanceof Numeric[] numerics) {
            Number[] numbers = new Number[numerics.length];
            boolean decimals = true;
            for (int i = 0; i < numerics.length; i++) {
                numbers[i] = numerics[i] == null ? null : number(numerics[i]);
                decimals &= !(numbers[i] instanceof Double);
            }
            return decimals ? Arrays.copyOf(numbers, numbers.length, java.math.BigDecimal[].class) : numbers;
        }
        if (value instanceof Buffer[] buffers) {
            byte[][] arrays = new byte[buffers.length][];
            for (int i = 0; i < arrays.length; i++) {
                arrays[i] = buffers[i] == null ? null : buffers[i].getBytes();
            }
            return arrays;
        }
        return value;
    }

    private static Number number(Numeric numeric) {
        return numeric.isNaN() ? (Number) Double.NaN : numeric.bigDecimalValue();
    }

    @Override
    public String toString() {
        return "SqlRow" + columns;
    }
}
