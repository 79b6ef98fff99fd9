package io.headgate.client.r2dbc;

import io.headgate.core.SqlRow;
import io.headgate.core.error.RowMappingException;
import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row. It stays valid, and any thread may read it. If no type is requested, bytea is a {@link ByteBuffer}, and json and
 * geometric values are R2DBC PostgreSQL's classes if those are present: applications choose converters by the value's class.
 */
final class HeadgateRow implements Row {

    private static final Set<Class<?>> OF_R2DBC =
            Set.of(Object.class, ByteBuffer.class, byte[].class, Blob.class, Clob.class);

    private final SqlRow row;
    private final HeadgateRowMetadata columns;

    HeadgateRow(SqlRow row, HeadgateRowMetadata columns) {
        this.row = row;
        this.columns = columns;
    }

    @Override
    public HeadgateRowMetadata getMetadata() {
        return columns;
    }

    @Override
    public <T> @Nullable T get(int index, @Nullable Class<T> type) {
        columns.checkIndex(index);
        return value(index, type);
    }

    @Override
    public <T> @Nullable T get(String name, @Nullable Class<T> type) {
        return value(columns.indexOf(name), type);
    }

    private <T> @Nullable T value(int index, @Nullable Class<T> given) {
        Class<T> wanted = Arguments.required(given, "wanted type");
        try {
            T own = ofR2dbc(index, wanted);
            return own != null ? own : row.get(index, wanted);
        } catch (RowMappingException unfit) {
            throw new IllegalArgumentException(unfit.getMessage(), unfit);
        }
    }

    /** The value where R2DBC or the other driver has a class of its own for it, or null. */
    @SuppressWarnings("unchecked")
    private <T> @Nullable T ofR2dbc(int index, Class<T> wanted) {
        Class<?> type = wanted == Object.class ? columns.classOf(index) : wanted;
        boolean theirs = PostgresqlCodecs.has(type);
        if (!theirs && !OF_R2DBC.contains(wanted)) {
            return null;
        }
        Object value = row.value(index);
        if (value instanceof byte[] bytes) {
            if (wanted == Object.class || wanted == ByteBuffer.class) {
                return (T) ByteBuffer.wrap(bytes);
            }
            if (wanted == Blob.class) {
                return (T) LargeObjects.blob(bytes);
            }
        }
        if (value != null && theirs) {
            T made = (T) PostgresqlCodecs.toTheirs(value, type);
            if (made != null) {
                return made;
            }
        }
        if (value instanceof String text) {
            if (wanted == Clob.class) {
                return (T) LargeObjects.clob(text);
            }
            if (columns.isJson(index) && wanted == byte[].class) {
                return (T) text.getBytes(StandardCharsets.UTF_8);
            }
            if (columns.isJson(index) && wanted == ByteBuffer.class) {
                return (T) ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            }
        }
        return wanted.isInstance(value) ? (T) value : null;
    }

    @Override
    public String toString() {
        return "HeadgateRow" + row.columns();
    }
}
