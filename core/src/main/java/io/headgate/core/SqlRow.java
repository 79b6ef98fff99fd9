package io.headgate.core;

import io.headgate.core.error.RowMappingException;
import org.jspecify.annotations.Nullable;

/**
 * One row, read by position or by name. A row is immutable, stays valid after its result has ended, and may be read by any
 * thread.
 *
 * <p>Every getter converts if no information is lost: a number to another number type that holds it exactly, a time with an
 * offset to {@link java.time.Instant}, text to an enum constant, an array to a primitive array or list. A value that does not
 * fit fails with a {@link RowMappingException} that names the column, the value's type and the wanted type.
 */
public interface SqlRow {

    /** The columns. */
    RowMetadata columns();

    /**
     * The value at a position as the driver decodes it, or null for SQL NULL.
     *
     * @param index from 0
     * @throws RowMappingException if there is no such column
     */
    @Nullable
    Object value(int index);

    /**
     * The value at a position as {@code type}, or null for SQL NULL.
     *
     * @param index from 0
     * @param type the wanted type; for a primitive type, NULL is an error
     */
    default <T> @Nullable T get(int index, Class<T> type) {
        return ValueConverter.convert(value(index), type, index, columns().names());
    }

    /** The value of a column as {@code type}, or null for SQL NULL; see {@link #get(int, Class)}. */
    default <T> @Nullable T get(String column, Class<T> type) {
        return get(columns().indexOf(column), type);
    }

    /** The value at a position as {@code type}; NULL is an error that names the column. */
    default <T> T require(int index, Class<T> type) {
        T value = get(index, type);
        if (value == null) {
            throw new RowMappingException("column \"" + columns().names().get(index) + "\" is NULL where a "
                    + type.getTypeName() + " is required; read it with get(), or exclude NULL in the SQL");
        }
        return value;
    }

    /** The value of a column as {@code type}; NULL is an error that names the column. */
    default <T> T require(String column, Class<T> type) {
        return require(columns().indexOf(column), type);
    }

    /** This row as a record. Each component is read from the column with the same name, or with that name in snake case. */
    default <R extends Record> R as(Class<R> type) {
        return RecordMapper.of(type).apply(this);
    }
}
