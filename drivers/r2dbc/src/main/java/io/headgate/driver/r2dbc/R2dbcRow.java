package io.headgate.driver.r2dbc;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlRow;
import io.headgate.core.codec.ValueDecoder;
import io.headgate.core.error.RowMappingException;
import org.jspecify.annotations.Nullable;

/** A row with its values as received. They are converted to types of Java or of core when they are read. */
final class R2dbcRow implements SqlRow {

    private final @Nullable Cell[] cells;
    private final RowMetadata columns;

    R2dbcRow(@Nullable Cell[] cells, RowMetadata columns) {
        this.cells = cells;
        this.columns = columns;
    }

    /** The approximate size of its values. */
    long bytes() {
        long bytes = 0;
        for (Cell cell : cells) {
            if (cell != null) {
                bytes += cell.bytes().length;
            }
        }
        return bytes;
    }

    @Override
    public RowMetadata columns() {
        return columns;
    }

    @Override
    public @Nullable Object value(int index) {
        Cell cell = cell(index);
        if (cell == null) {
            return null;
        }
        try {
            return ValueDecoder.decode(cell.typeId(), cell.isBinary(), cell.bytes(), 0, cell.bytes().length);
        } catch (RowMappingException unreadable) {
            throw unreadable.inColumn(columns.names().get(index));
        }
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        Cell cell = cell(index);
        return cell != null && type == String.class
                ? type.cast(ValueDecoder.text(cell.typeId(), cell.isBinary(), cell.bytes(), 0, cell.bytes().length))
                : SqlRow.super.get(index, type);
    }

    private @Nullable Cell cell(int index) {
        columns.checkIndex(index);
        return cells[index];
    }

    @Override
    public String toString() {
        return "SqlRow" + columns;
    }
}
