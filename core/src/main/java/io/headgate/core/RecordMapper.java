package io.headgate.core;

import io.headgate.core.error.RowMappingException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Maps a row to a record by the names of its components: a component {@code releasedAt} is read from the column
 * {@code releasedAt} or {@code released_at}. Columns without a component are ignored. A component without a column is an
 * error that names both. NULL for a primitive component is an error that names the column.
 *
 * <p>One mapper per record class, created at first use and kept as long as the class. Safe for use by many threads.
 */
final class RecordMapper<R extends Record> implements Function<SqlRow, R> {

    private static final ClassValue<RecordMapper<?>> MAPPERS = new ClassValue<>() {
        @Override
        @SuppressWarnings({"unchecked", "rawtypes"})
        protected RecordMapper<?> computeValue(Class<?> type) {
            return new RecordMapper(type);
        }
    };

    private final Class<R> type;
    private final MethodHandle constructor;
    private final String[] names;
    private final String[] columnNames;
    private final Class<?>[] types;
    private volatile @Nullable Layout layout;

    private RecordMapper(Class<R> type) {
        this.type = type;
        RecordComponent[] components = type.getRecordComponents();
        this.names = Arrays.stream(components).map(RecordComponent::getName).toArray(String[]::new);
        this.columnNames = Arrays.stream(names).map(RecordMapper::snakeCase).toArray(String[]::new);
        this.types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<R> canonical = type.getDeclaredConstructor(types);
            canonical.setAccessible(true);
            this.constructor =
                    MethodHandles.lookup().unreflectConstructor(canonical).asSpreader(Object[].class, types.length);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new RowMappingException(
                    "cannot call the constructor of record " + type.getName()
                            + "; open its package to io.headgate.core, or map the row with a function",
                    e);
        }
    }

    /** The mapper for a record class. */
    @SuppressWarnings("unchecked")
    public static <R extends Record> RecordMapper<R> of(Class<R> type) {
        return (RecordMapper<R>) MAPPERS.get(type);
    }

    @Override
    public R apply(SqlRow row) {
        int[] columns = columnsOf(row.columns());
        @Nullable Object[] values = new @Nullable Object[types.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(columns[i], types[i]);
        }
        try {
            return type.cast(constructor.invoke(values));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new RowMappingException(
                    "the constructor of record " + type.getName() + " failed: " + e.getMessage(), e);
        }
    }

    /** Rows of one result share their metadata, so the layout is computed once per result and reused for the next row. */
    private int[] columnsOf(RowMetadata metadata) {
        Layout last = layout;
        if (last == null || last.metadata != metadata) {
            last = new Layout(metadata, resolve(metadata));
            layout = last;
        }
        return last.columns;
    }

    private int[] resolve(RowMetadata metadata) {
        int[] columns = new int[names.length];
        for (int i = 0; i < columns.length; i++) {
            if (metadata.contains(names[i])) {
                columns[i] = metadata.indexOf(names[i]);
            } else if (metadata.contains(columnNames[i])) {
                columns[i] = metadata.indexOf(columnNames[i]);
            } else {
                throw new RowMappingException("no column \"" + columnNames[i] + "\" for component " + names[i]
                        + " of record " + type.getName() + "; the result has " + metadata.names());
            }
        }
        return columns;
    }

    /** {@code playCount} to {@code play_count}, {@code userID} to {@code user_id}, {@code HTTPStatus} to {@code http_status}. */
    static String snakeCase(String name) {
        StringBuilder out = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean upper = Character.isUpperCase(c);
            boolean beginsWord = upper
                    && i > 0
                    && (!Character.isUpperCase(name.charAt(i - 1))
                            || (i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1))));
            if (beginsWord && name.charAt(i - 1) != '_') {
                out.append('_');
            }
            out.append(upper ? Character.toLowerCase(c) : c);
        }
        return out.toString();
    }

    private record Layout(RowMetadata metadata, int[] columns) {}
}
