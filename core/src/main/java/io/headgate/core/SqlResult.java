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
 */
public record SqlResult(
        List<SqlRow> rows, RowMetadata columns, long updateCount, List<Long> updateCounts, List<ServerNotice> notices) {

    /** The result of a single statement. */
    public SqlResult(List<SqlRow> rows, RowMetadata columns, long updateCount) {
        this(rows, columns, updateCount, List.of(updateCount));
    }

    /** A result beside which nothing was said. */
    public SqlResult(List<SqlRow> rows, RowMetadata columns, long updateCount, List<Long> updateCounts) {
        this(rows, columns, updateCount, updateCounts, List.of());
    }

    /** This result with what was said beside it. */
    public SqlResult notices(List<ServerNotice> said) {
        return said.isEmpty() ? this : new SqlResult(rows, columns, updateCount, updateCounts, said);
    }
}
