package io.headgate.driver.vertx;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.ResultSize;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementKind;
import io.headgate.driver.vertx.Statements.Prepared;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/** Collects results. When the limit is exceeded, all rows are dropped. */
final class Results {

    /** The approximate size of a value of fixed size. */
    private static final int FIXED = 8;

    /** Statements whose command tag ends with a number of rows. */
    private static final Set<StatementKind> COUNTED = EnumSet.of(
            StatementKind.SELECT,
            StatementKind.VALUES,
            StatementKind.TABLE,
            StatementKind.INSERT,
            StatementKind.UPDATE,
            StatementKind.DELETE,
            StatementKind.MERGE,
            StatementKind.COPY,
            StatementKind.EXECUTE,
            StatementKind.FETCH,
            StatementKind.MOVE);

    private Results() {}

    /** Collects the rows of a result, or of all sets of a batch, within one limit. */
    static Collector<Row, List<Row>, List<Row>> collector(ResultSize size) {
        return Collector.of(ArrayList::new, (rows, row) -> add(rows, row, row, size), (some, more) -> {
            some.addAll(more);
            return some;
        });
    }

    /** Adds an element for a row; drops all when the row exceeds the limit. */
    static <T> void add(List<T> gathered, T element, Row row, ResultSize size) {
        if (size.add(bytes(row))) {
            gathered.add(element);
        } else {
            gathered.clear();
        }
    }

    private static long bytes(Row row) {
        long bytes = 0;
        for (int i = 0; i < row.size(); i++) {
            bytes += bytes(row.getValue(i));
        }
        return bytes;
    }

    private static long bytes(@Nullable Object value) {
        if (value instanceof String text) {
            return text.length();
        }
        if (value instanceof Buffer buffer) {
            return buffer.length();
        }
        if (value instanceof Object[] array) {
            long bytes = 0;
            for (Object element : array) {
                bytes += bytes(element);
            }
            return bytes;
        }
        return value == null ? 0 : FIXED;
    }

    /**
     * The number of rows in a command tag. Vert.x reads a number from every tag, also from the letters of one without a number:
     * {@code CREATE TABLE} gives 379101.
     */
    static long count(SqlStatement statement, io.vertx.sqlclient.SqlResult<?> answer) {
        SqlAnalysis analysis = statement.facts().analysis();
        boolean fillsTable = analysis.kind() == StatementKind.DDL
                && !analysis.tablesWritten().isEmpty();
        return fillsTable || COUNTED.contains(analysis.kind()) ? answer.rowCount() : 0;
    }

    static SqlResult of(io.vertx.sqlclient.SqlResult<List<Row>> answer, Prepared prepared, SqlStatement statement) {
        RowMetadata columns = prepared.columns(answer);
        if (!statement.isBatch()) {
            return SqlResult.of(rows(answer.value(), columns), columns, count(statement, answer));
        }
        List<SqlRow> rows = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (io.vertx.sqlclient.SqlResult<List<Row>> set = answer; set != null; set = set.next()) {
            rows.addAll(rows(set.value(), columns));
            counts.add(count(statement, set));
            sizes.add(set.size());
        }
        return SqlResult.ofBatch(rows, columns, counts, sizes);
    }

    static List<SqlRow> rows(Iterable<Row> rows, RowMetadata columns) {
        List<SqlRow> all = new ArrayList<>();
        for (Row row : rows) {
            all.add(new VertxRow(row, columns));
        }
        return List.copyOf(all);
    }
}
