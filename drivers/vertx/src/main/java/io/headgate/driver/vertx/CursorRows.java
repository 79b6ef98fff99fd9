package io.headgate.driver.vertx;

import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.CopyGuard;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * Reads a cursor one fetch at a time, each when it is asked for. Emits a list a fetch; the caller flattens them, asking for
 * one list at a time.
 *
 * <p>Demand and cancellation may come from any thread, answers come on the event loop; the lock keeps a fetch from being
 * sent after the cursor was closed, which would abort the transaction. Nothing is emitted under it. However it ends, cursor
 * and statement are closed before the connection counts as idle.
 */
final class CursorRows {

    private final VertxConnection connection;
    private final SqlStatement query;
    private final FluxSink<List<SqlRow>> sink;
    private final long started = System.nanoTime();
    private boolean reading;
    private boolean readBegun;
    private boolean ended;
    private boolean preparing = true;
    private @Nullable PreparedStatement prepared;
    private volatile @Nullable Cursor cursor;
    private volatile @Nullable HeadgateException failure;

    CursorRows(VertxConnection connection, SqlStatement query, FluxSink<List<SqlRow>> sink) {
        this.connection = connection;
        this.query = query;
        this.sink = sink;
    }

    void start() {
        try {
            CopyGuard.check(query.text(), StatementExecution.NO_COPY);
            Tuple parameters = connection.encoder().encode(query);
            String text = connection.texts().current(query.text());
            sink.onRequest(demand -> read());
            connection.hold();
            sink.onDispose(this::end);
            connection.send(
                    () -> connection.vertx().prepare(text),
                    statement -> open(statement, parameters),
                    error -> prepareFailed(error, text));
        } catch (HeadgateException badInput) {
            failure = badInput;
            sink.error(badInput);
            tellListener();
        }
    }

    private void open(PreparedStatement statement, Tuple parameters) {
        synchronized (this) {
            prepared = statement;
            preparing = false;
            if (ended) {
                close();
                return;
            }
        }
        try {
            cursor = statement.cursor(parameters);
        } catch (RuntimeException wrongParameters) {
            fail(wrongParameters, query.text());
            return;
        }
        read();
    }

    private synchronized void read() {
        Cursor opened = cursor;
        if (opened == null || ended || reading || sink.requestedFromDownstream() == 0) {
            return;
        }
        reading = true;
        readBegun = true;
        connection.send(
                () -> opened.read(query.fetchSize()), page -> emit(opened, page), error -> fail(error, query.text()));
    }

    private void emit(Cursor opened, RowSet<Row> page) {
        boolean more;
        synchronized (this) {
            if (ended) {
                // Vert.x throws when a closed cursor is asked
                return;
            }
            more = opened.hasMore();
            // after the last page nothing is read any more, whatever is asked for
            reading = !more;
        }
        if (page.size() > 0) {
            sink.next(StatementExecution.rows(page, connection.columns().of(page)));
        }
        if (more) {
            read();
        } else {
            sink.complete();
        }
    }

    private void prepareFailed(Throwable error, String text) {
        synchronized (this) {
            preparing = false;
            if (ended) {
                close();
                return;
            }
        }
        fail(error, text);
    }

    private void fail(Throwable error, String sentText) {
        HeadgateException reported = connection.failed(error, query.text());
        if (StaleStatements.isStale(reported)) {
            connection.texts().renew(query.text(), sentText);
            reported = StaleStatements.unhealed((DatabaseException) reported, true);
        }
        failure = reported;
        sink.error(reported);
    }

    private void end() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            if (!preparing) {
                close();
            }
        }
        tellListener();
    }

    private void tellListener() {
        connection.listener().statementCompleted(connection.node(), query, System.nanoTime() - started, failure);
    }

    /** Under the lock, and only once the statement is there: by whichever of opening and ending comes second. */
    private void close() {
        Cursor opened = cursor;
        // Vert.x throws when a cursor is closed that was never read, and has nothing to close then
        if (opened != null && readBegun) {
            ignore(opened::close);
        }
        PreparedStatement statement = prepared;
        if (statement != null) {
            ignore(statement::close);
        }
        connection.release();
    }

    /** Closing counts as in flight; when it fails the connection does too, or the end of the transaction closes them. */
    private void ignore(Supplier<Future<Void>> closing) {
        connection.send(closing, nothing -> {}, error -> {});
    }
}
