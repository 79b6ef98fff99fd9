package io.headgate.core;

import java.util.List;

/**
 * What a statement returned: its rows, its columns and the number of rows it touched. Immutable.
 *
 * @param rows the rows in order; for a batch, those of every set one after the other
 * @param columns the columns, empty when the statement returns no rows
 * @param updateCount rows inserted, updated, deleted, merged or selected, as the server counted them; for a batch, the sum
 * @param updateCounts the count of each set of a batch in order, or of the one statement
 */
public record SqlResult(List<SqlRow> rows, RowMetadata columns, long updateCount, List<Long> updateCounts) {

    /** The result of a single statement. */
    public SqlResult(List<SqlRow> rows, RowMetadata columns, long updateCount) {
        this(rows, columns, updateCount, List.of(updateCount));
    }
}
