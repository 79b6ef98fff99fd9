package io.headgate.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of a statement: rows, columns and the number of affected rows. Immutable. */
public final class SqlResult {

    private final List<SqlRow> rows;
    private final RowMetadata columns;
    private final long updateCount;

    /** Null for a single statement. */
    private final @Nullable List<Long> updateCounts;

    private final List<Integer> rowCounts;
    private final List<ServerNotice> notices;

    private SqlResult(
            List<SqlRow> rows,
            RowMetadata columns,
            long updateCount,
            @Nullable List<Long> updateCounts,
            List<Integer> rowCounts,
            List<ServerNotice> notices) {
        this.rows = rows;
        this.columns = columns;
        this.updateCount = updateCount;
        this.updateCounts = updateCounts;
        this.rowCounts = rowCounts;
        this.notices = notices;
    }

    /**
     * The result of a single statement.
     *
     * @param rows copied unless it is immutable
     * @param updateCount see {@link #updateCount()}
     */
    public static SqlResult of(List<SqlRow> rows, RowMetadata columns, long updateCount) {
        return new SqlResult(List.copyOf(rows), columns, updateCount, null, List.of(), List.of());
    }

    /**
     * The result of a batch. Lists are copied unless they are immutable.
     *
     * @param rows the rows of all sets, one set after the other
     * @param updateCounts the count of each set, in order
     * @param rowCounts the number of rows that each set returned, in order; empty if that is not known
     */
    public static SqlResult ofBatch(
            List<SqlRow> rows, RowMetadata columns, List<Long> updateCounts, List<Integer> rowCounts) {
        long sum = 0;
        for (long count : updateCounts) {
            sum += count;
        }
        return new SqlResult(
                List.copyOf(rows), columns, sum, List.copyOf(updateCounts), List.copyOf(rowCounts), List.of());
    }

    /** This result with the notices that the server sent beside it. */
    public SqlResult withNotices(List<ServerNotice> sent) {
        return sent.isEmpty()
                ? this
                : new SqlResult(rows, columns, updateCount, updateCounts, rowCounts, List.copyOf(sent));
    }

    /** The rows in order; for a batch, the rows of all sets, one set after the other. */
    public List<SqlRow> rows() {
        return rows;
    }

    /** The columns; empty if the statement returns no rows. */
    public RowMetadata columns() {
        return columns;
    }

    /** Rows inserted, updated, deleted, merged or selected, as the server counted them; for a batch, the sum. */
    public long updateCount() {
        return updateCount;
    }

    /** The count of each set of a batch in order; one count for a single statement. */
    public List<Long> updateCounts() {
        List<Long> counts = updateCounts;
        return counts == null ? List.of(updateCount) : counts;
    }

    /**
     * The number of rows that each set of a batch returned, in order; empty for a single statement or if not known. It may differ from
     * {@link #updateCounts}: {@code CALL} counts no row and returns one.
     */
    public List<Integer> rowCounts() {
        return rowCounts;
    }

    /**
     * The first {@value ServerNotice#MAX_PER_STATEMENT} notices that the server sent beside the result. Only notices that certainly
     * belong to this statement: none that arrived while another statement was in flight on the connection.
     */
    public List<ServerNotice> notices() {
        return notices;
    }

    @Override
    public String toString() {
        return "SqlResult[" + rows.size() + " rows, columns=" + columns + ", updateCount=" + updateCount + "]";
    }
}
