package io.headgate.routing.topology;

import io.headgate.core.topology.Lsn;

/**
 * The sizes of a cluster's write-ahead log, and what they mean for positions.
 *
 * <p>{@code pg_current_wal_insert_lsn()} gives the place of the next record. At the end of a page that is behind the header of the next page,
 * which no replica reaches before the primary writes again. The record before it ends where that page begins.
 *
 * @param blockBytes {@code wal_block_size}, 8,192 by default
 * @param segmentBytes {@code wal_segment_size}, 16 MiB by default
 * @see <a href="https://github.com/postgres/postgres/blob/master/src/backend/access/transam/xlog.c">PostgreSQL, XLogBytePosToRecPtr and
 *     XLogBytePosToEndRecPtr</a>
 */
public record WalLayout(int blockBytes, long segmentBytes) {

    /** The layout of a cluster that was made with defaults. */
    public static final WalLayout DEFAULT = new WalLayout(8_192, 16L << 20);

    /** {@code SizeOfXLogShortPHD}: the header of a page. */
    private static final int HEADER = 24;

    /** {@code SizeOfXLogLongPHD}: the header of the first page of a segment. */
    private static final int FIRST_HEADER = 40;

    public WalLayout {
        if (Integer.bitCount(blockBytes) != 1 || Long.bitCount(segmentBytes) != 1 || segmentBytes < blockBytes) {
            throw new IllegalArgumentException("a write-ahead log has no blocks of " + blockBytes
                    + " bytes in segments of " + segmentBytes + ": both are powers of two");
        }
    }

    /**
     * The end of the last record before an insert position: the least position whose replay shows everything before it.
     *
     * @param insert what {@code pg_current_wal_insert_lsn()} returned
     */
    public Lsn endOfRecord(Lsn insert) {
        // the sizes are powers of two, so this also holds for positions over Long.MAX_VALUE
        if ((insert.value() & (segmentBytes - 1)) == FIRST_HEADER) {
            return new Lsn(insert.value() - FIRST_HEADER);
        }
        boolean firstOfSegment = (insert.value() & (segmentBytes - 1)) < blockBytes;
        return !firstOfSegment && (insert.value() & (blockBytes - 1)) == HEADER
                ? new Lsn(insert.value() - HEADER)
                : insert;
    }
}
