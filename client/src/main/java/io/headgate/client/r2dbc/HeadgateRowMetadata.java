package io.headgate.client.r2dbc;

import io.r2dbc.spi.RowMetadata;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The columns of a result. Names are case-insensitive; of several columns with one name the first counts. */
final class HeadgateRowMetadata implements RowMetadata {

    private final io.headgate.core.RowMetadata columns;

    /** Created at the first request; mappers request it for each row. */
    private volatile @Nullable List<HeadgateColumn> all;

    HeadgateRowMetadata(io.headgate.core.RowMetadata columns) {
        this.columns = columns;
    }

    @Override
    public HeadgateColumn getColumnMetadata(int index) {
        checkIndex(index);
        return new HeadgateColumn(columns, index);
    }

    @Override
    public HeadgateColumn getColumnMetadata(String name) {
        return new HeadgateColumn(columns, indexOf(name));
    }

    @Override
    public List<HeadgateColumn> getColumnMetadatas() {
        List<HeadgateColumn> known = all;
        if (known == null) {
            known = IntStream.range(0, columns.size())
                    .mapToObj(index -> new HeadgateColumn(columns, index))
                    .toList();
            all = known;
        }
        return known;
    }

    @Override
    public boolean contains(@Nullable String name) {
        return columns.contains(Arguments.required(name, "column's name"));
    }

    int indexOf(@Nullable String name) {
        String given = Arguments.required(name, "column's name");
        if (!columns.contains(given)) {
            throw new NoSuchElementException("no column \"" + given + "\" in the result; it has " + columns.names());
        }
        return columns.indexOf(given);
    }

    /** As in {@link PostgresqlCodecs#classOf}. */
    Class<?> classOf(int index) {
        return PostgresqlCodecs.classOf(columns.typeId(index));
    }

    boolean isJson(int index) {
        int typeId = columns.typeId(index);
        return typeId == PostgresType.JSON || typeId == PostgresType.JSONB;
    }

    void checkIndex(int index) {
        if (index < 0 || index >= columns.size()) {
            throw new IndexOutOfBoundsException(
                    "no column at index " + index + "; the result has " + columns.size() + ", from 0: " + columns);
        }
    }

    @Override
    public String toString() {
        return columns.toString();
    }
}
