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

/** What has come in answer to a statement or a batch, and how large it is. Confined to the connection's event loop. */
final class ResultCollector extends ResultSize {

    /** Unmodifiable as long as there is one at most. */
    private List<SqlRow> rows = List.of();

    private long count;

    /** Null for a single statement. */
    private @Nullable Sets sets;

    private @Nullable List<ServerNotice> notices;

    ResultCollector(ResultLimit limit) {
        super(limit);
    }

    /** Takes a row. From the first that is too many on, none is held. */
    void row(ByteBuf in, int index, int length, Columns columns) {
        if (!add(length)) {
            rows = List.of();
            return;
        }
        byte[] bytes = new byte[length];
        in.getBytes(index, bytes);
        if (!NettyRow.isSound(bytes, columns.size())) {
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

    /** Whether a row is too many; it then counts as come. */
    boolean refusesRow(int length) {
        if (takes(length)) {
            return false;
        }
        add(length);
        rows = List.of();
        return true;
    }

    /** Takes the number of rows that a statement touched. */
    void counted(long touched) {
        count += touched;
    }

    /** Takes the number of rows that one of several sets touched: the rows so far that belong to none before it are its own. */
    void countedOf(int total, long touched) {
        counted(touched);
        Sets so = sets;
        if (so == null) {
            so = new Sets(total);
            sets = so;
        }
        so.add(touched, rows.size());
    }

    void noted(ServerError notice) {
        List<ServerNotice> said = notices;
        if (said == null) {
            said = new ArrayList<>();
            notices = said;
        }
        if (said.size() < ServerNotice.MAX_PER_STATEMENT) {
            said.add(new ServerNotice(
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

    /** What each set of a batch returned. */
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
