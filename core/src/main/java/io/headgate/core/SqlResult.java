package io.headgate.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a statement returned: its rows, its columns and the number of rows it touched. Immutable. */
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
     * @param rows those of every set, one after the other
     * @param updateCounts the count of each set, in order
     * @param rowCounts how many of the rows each set returned, in order; empty if that is not known
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

    /** This result with the notices that came beside it. */
    public SqlResult withNotices(List<ServerNotice> sent) {
        return sent.isEmpty()
                ? this
                : new SqlResult(rows, columns, updateCount, updateCounts, rowCounts, List.copyOf(sent));
    }

    /** The rows in order; for a batch, those of every set one after the other. */
    public List<SqlRow> rows() {
        return rows;
    }

    /** The columns, empty when the statement returns no rows. */
    public RowMetadata columns() {
        return columns;
    }

    /** Rows inserted, updated, deleted, merged or selected, as the server counted them; for a batch, the sum. */
    public long updateCount() {
        return updateCount;
    }

    /** The count of each set of a batch in order, or of the one statement. */
    public List<Long> updateCounts() {
        List<Long> ofSets = updateCounts;
        return ofSets == null ? List.of(updateCount) : ofSets;
    }

    /**
     * How many of the rows each set of a batch returned, in order; empty for a single statement. {@link #updateCounts} does not say
     * it: {@code CALL} counts none and returns one.
     */
    public List<Integer> rowCounts() {
        return rowCounts;
    }

    /**
     * The notices that the server sent beside the result, the first {@value ServerNotice#MAX_PER_STATEMENT}. Only those that are
     * certain to belong to this statement: none that came while another was in flight on the same connection.
     */
    public List<ServerNotice> notices() {
        return notices;
    }

    @Override
    public String toString() {
        return "SqlResult[" + rows.size() + " rows, columns=" + columns + ", updateCount=" + updateCount + "]";
    }
}
