package io.headgate.client.r2dbc;

import io.headgate.core.SqlRow;
import io.headgate.core.error.RowMappingException;
import io.headgate.core.type.ValueConverter;
import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A row. It stays valid, and any thread may read it. If no type is requested, bytea is a {@link ByteBuffer}, and json and
 * geometric values are R2DBC PostgreSQL's classes if those are present: applications choose converters by the value's class.
 */
final class HeadgateRow implements Row {

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

    @SuppressWarnings("unchecked")
    private <T> @Nullable T value(int index, @Nullable Class<T> given) {
        Class<T> wanted = Arguments.required(given, "wanted type");
        try {
            Object value = row.value(index);
            if (value instanceof byte[] bytes && (wanted == Object.class || wanted == ByteBuffer.class)) {
                return (T) ByteBuffer.wrap(bytes);
            }
            if (value instanceof byte[] bytes && wanted == Blob.class) {
                return (T) LargeObjects.blob(bytes);
            }
            if (value instanceof String text && wanted == Clob.class) {
                return (T) LargeObjects.clob(text);
            }
            Class<?> type = wanted == Object.class ? columns.classOf(index) : wanted;
            if (value != null && PostgresqlCodecs.has(type)) {
                T theirs = (T) PostgresqlCodecs.toTheirs(value, type);
                if (theirs != null) {
                    return theirs;
                }
            }
            if (value != null && wanted == String.class) {
                String text = ValueText.of(value);
                if (text != null) {
                    return (T) text;
                }
            }
            if (value instanceof String text && columns.isJson(index)) {
                if (wanted == byte[].class) {
                    return (T) text.getBytes(StandardCharsets.UTF_8);
                }
                if (wanted == ByteBuffer.class) {
                    return (T) ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                }
            }
            return ValueConverter.convert(value, wanted, index, row.columns().names());
        } catch (RowMappingException unfit) {
            throw new IllegalArgumentException(unfit.getMessage(), unfit);
        }
    }

    @Override
    public String toString() {
        return "HeadgateRow" + row.columns();
    }
}
