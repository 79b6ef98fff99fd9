package io.headgate.driver.netty;

import io.headgate.core.ServerNotice;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.driver.ResultLimit;
import io.headgate.core.driver.support.ResultSize;
import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.protocol.Columns;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the result of a statement or batch, and its size. Confined to the connection's event loop. */
final class ResultCollector extends ResultSize {

    /** Unmodifiable while it has at most one row. */
    private List<SqlRow> rows = List.of();

    private long count;

    /** Null for a single statement. */
    private @Nullable Sets sets;

    private @Nullable List<ServerNotice> notices;

    ResultCollector(ResultLimit limit) {
        super(limit);
    }

    /** Adds a row. When the limit is exceeded, all rows are dropped. */
    void row(ByteBuf in, int index, int length, Columns columns) {
        if (!add(length)) {
            rows = List.of();
            return;
        }
        byte[] bytes = new byte[length];
        in.getBytes(index, bytes);
        if (!NettyRow.isWellFormed(bytes, columns.size())) {
            throw new DecoderException("a row that does not fit its " + columns.size() + " columns");
        }
        SqlRow row = new NettyRow(bytes, columns);
        if (rows.isEmpty()) {
            rows = List.of(row);
            return;
        }
        if (rows.size() == 1) {
            rows = new ArrayList<>(rows);
        }
        rows.add(row);
    }

    /** Whether a row exceeds the limit; then it is counted, and all rows are dropped. */
    boolean dropsRow(int length) {
        if (takes(length)) {
            return false;
        }
        add(length);
        rows = List.of();
        return true;
    }

    /** Adds the number of rows of a CommandComplete. */
    void counted(long touched) {
        count += touched;
    }

    /** Adds the number of rows of one batch set. The rows since the set before belong to it. */
    void countedOf(int total, long touched) {
        counted(touched);
        Sets so = sets;
        if (so == null) {
            so = new Sets(total);
            sets = so;
        }
        so.add(touched, rows.size());
    }

    void addNotice(ServerError notice) {
        List<ServerNotice> all = notices;
        if (all == null) {
            all = new ArrayList<>();
            notices = all;
        }
        if (all.size() < ServerNotice.MAX_PER_STATEMENT) {
            all.add(new ServerNotice(
                    notice.severity(), notice.sqlState(), notice.message(), notice.detail(), notice.hint()));
        }
    }

    /** The result. */
    SqlResult result(Columns columns) {
        SqlResult result = sets == null
                ? SqlResult.of(rows, columns.metadata(), count)
                : SqlResult.ofBatch(rows, columns.metadata(), sets.counts, sets.rows);
        return notices == null ? result : result.withNotices(notices);
    }

    /** The counts of each set of a batch. */
    private static final class Sets {

        private final List<Long> counts;
        private final List<Integer> rows;
        private int rowsBefore;

        Sets(int total) {
            counts = new ArrayList<>(total);
            rows = new ArrayList<>(total);
        }

        void add(long touched, int rowsSoFar) {
            counts.add(touched);
            rows.add(rowsSoFar - rowsBefore);
            rowsBefore = rowsSoFar;
        }
    }
}
