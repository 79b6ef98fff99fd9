package io.headgate.driver.r2dbc;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlRow;
import io.headgate.core.driver.text.TextDecoder;
import io.headgate.core.error.RowMappingException;
import org.jspecify.annotations.Nullable;

/** A row as it arrived, whose values become types of Java or of core when they are read. */
final class R2dbcRow implements SqlRow {

    private final @Nullable Cell[] cells;
    private final RowMetadata columns;

    R2dbcRow(@Nullable Cell[] cells, RowMetadata columns) {
        this.cells = cells;
        this.columns = columns;
    }

    /** About what its values take. */
    long bytes() {
        long bytes = 0;
        for (Cell cell : cells) {
            if (cell != null) {
                bytes += cell.content() instanceof String text ? text.length() : ((byte[]) cell.content()).length;
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
        if (index < 0 || index >= columns.size()) {
            throw new RowMappingException(
                    "no column at position " + index + "; the result has " + columns.size() + ", from 0: " + columns);
        }
        Cell cell = cells[index];
        if (cell == null) {
            return null;
        }
        if (!(cell.content() instanceof String text)) {
            return ((byte[]) cell.content()).clone();
        }
        try {
            return TextDecoder.decode(cell.typeId(), text);
        } catch (IllegalArgumentException | java.time.DateTimeException unreadable) {
            throw new RowMappingException(
                    "column \"" + columns.names().get(index) + "\" has a value that no Java type holds: "
                            + unreadable.getMessage() + "; select it as text ("
                            + columns.names().get(index) + "::text)",
                    unreadable);
        }
    }

    @Override
    public String toString() {
        return "SqlRow" + columns;
    }
}
