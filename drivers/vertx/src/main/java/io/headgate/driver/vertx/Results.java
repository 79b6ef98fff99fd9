package io.headgate.driver.vertx;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.driver.support.ResultSize;
import io.headgate.driver.vertx.Statements.Prepared;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/** Results as they arrive: rows are gathered until they are too many, and dropped from then on. */
final class Results {

    /** About what a value of a fixed size takes. */
    private static final int FIXED = 8;

    private Results() {}

    /** Gathers the rows of a result, and of all sets of a batch, within one limit. */
    static Collector<Row, List<Row>, List<Row>> collector(ResultSize size) {
        return Collector.of(ArrayList::new, (rows, row) -> add(rows, row, row, size), (some, more) -> {
            some.addAll(more);
            return some;
        });
    }

    /** Adds an element for a row, or drops all when it is one too many. */
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

    static SqlResult of(io.vertx.sqlclient.SqlResult<List<Row>> answer, Prepared prepared, boolean batch) {
        RowMetadata columns = prepared.columns(answer);
        if (!batch) {
            return SqlResult.of(rows(answer.value(), columns), columns, answer.rowCount());
        }
        List<SqlRow> rows = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (io.vertx.sqlclient.SqlResult<List<Row>> set = answer; set != null; set = set.next()) {
            rows.addAll(rows(set.value(), columns));
            counts.add((long) set.rowCount());
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
