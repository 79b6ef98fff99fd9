package io.headgate.driver.netty;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlRow;
import io.headgate.core.codec.ValueDecoder;
import io.headgate.core.error.RowMappingException;
import io.headgate.driver.netty.protocol.Columns;
import org.jspecify.annotations.Nullable;

/** A row that keeps the bytes of its DataRow. A column is decoded when it is read. */
final class NettyRow implements SqlRow {

    /** The offset of the first column, after the number of columns. */
    private static final int FIRST = 2;

    private final byte[] bytes;
    private final Columns columns;

    NettyRow(byte[] bytes, Columns columns) {
        this.bytes = bytes;
        this.columns = columns;
    }

    @Override
    public RowMetadata columns() {
        return columns.metadata();
    }

    @Override
    public @Nullable Object value(int index) {
        int at = start(index);
        int length = length(at);
        if (length < 0) {
            return null;
        }
        try {
            return ValueDecoder.decode(
                    columns.metadata().typeId(index), columns.isBinary(index), bytes, at + 4, length);
        } catch (RowMappingException unreadable) {
            throw unreadable.inColumn(columns.metadata().names().get(index));
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable T get(int index, Class<T> type) {
        int at = start(index);
        int length = length(at);
        if (length >= 0 && type == String.class) {
            return (T)
                    ValueDecoder.text(columns.metadata().typeId(index), columns.isBinary(index), bytes, at + 4, length);
        }
        return SqlRow.super.get(index, type);
    }

    /** The offset of a column's length. */
    private int start(int index) {
        columns.metadata().checkIndex(index);
        int at = FIRST;
        for (int i = 0; i < index; i++) {
            at += 4 + Math.max(0, length(at));
        }
        return at;
    }

    private int length(int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }

    /** Whether the lengths in a DataRow add up to its size. */
    static boolean isWellFormed(byte[] row, int columns) {
        int at = FIRST;
        for (int i = 0; i < columns; i++) {
            if (row.length - at < 4) {
                return false;
            }
            int length = (row[at] & 0xff) << 24
                    | (row[at + 1] & 0xff) << 16
                    | (row[at + 2] & 0xff) << 8
                    | (row[at + 3] & 0xff);
            at += 4;
            if (length > row.length - at) {
                return false;
            }
            at += Math.max(0, length);
        }
        return at == row.length;
    }

    @Override
    public String toString() {
        return "NettyRow" + columns.metadata();
    }
}
