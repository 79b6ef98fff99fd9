package io.headgate.core;

import java.util.List;

/**
 * What a statement returned: its rows, its columns and the number of rows it touched. Immutable.
 *
 * @param rows the rows in order; for a batch, those of every set one after the other
 * @param columns the columns, empty when the statement returns no rows
 * @param updateCount rows inserted, updated, deleted, merged or selected, as the server counted them; for a batch, the sum
 * @param updateCounts the count of each set of a batch in order, or of the one statement
 * @param notices what the server said beside it, the first {@value ServerNotice#MAX_PER_STATEMENT}; only what is certain to
 *     be of this statement: nothing that came while another was under way on the same connection
 * @param rowCounts how many of the rows each set of a batch gave, in order; empty for a single statement. What a set counted
 *     does not tell: {@code CALL} counts none and gives one
 */
public record SqlResult(
        List<SqlRow> rows,
        RowMetadata columns,
        long updateCount,
        List<Long> updateCounts,
        List<ServerNotice> notices,
        List<Integer> rowCounts) {

    /** The result of a single statement. */
    public SqlResult(List<SqlRow> rows, RowMetadata columns, long updateCount) {
        this(rows, columns, updateCount, List.of(updateCount));
    }

    /** A result beside which nothing was said. */
    public SqlResult(List<SqlRow> rows, RowMetadata columns, long updateCount, List<Long> updateCounts) {
        this(rows, columns, updateCount, updateCounts, List.of());
    }

    /** A result of a single statement, or of a batch that gave no rows. */
    public SqlResult(
            List<SqlRow> rows,
            RowMetadata columns,
            long updateCount,
            List<Long> updateCounts,
            List<ServerNotice> notices) {
        this(rows, columns, updateCount, updateCounts, notices, List.of());
    }

    /** The result of a batch. */
    public static SqlResult ofBatch(
            List<SqlRow> rows, RowMetadata columns, List<Long> updateCounts, List<Integer> rowCounts) {
        long sum = updateCounts.stream().mapToLong(Long::longValue).sum();
        return new SqlResult(
                List.copyOf(rows), columns, sum, List.copyOf(updateCounts), List.of(), List.copyOf(rowCounts));
    }

    /** This result with what was said beside it. */
    public SqlResult notices(List<ServerNotice> said) {
        return said.isEmpty() ? this : new SqlResult(rows, columns, updateCount, updateCounts, said, rowCounts);
    }
}
