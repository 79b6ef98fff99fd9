package io.headgate.driver.vertx;

import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.driver.support.StatementChecks;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ParameterException;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.driver.vertx.Statements.Prepared;
import io.vertx.core.Future;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * Reads a cursor by one fetch at a time, on demand. Emits one list for each fetch; the caller flattens them and requests one list at a
 * time.
 *
 * <p>Demand and cancellation may come from any thread. Each step runs on the event loop. The cursor is closed before the connection counts
 * as idle.
 */
final class CursorRows {

    private final VertxConnection connection;
    private final Exchange exchange;
    private final SqlStatement query;
    private final FluxSink<List<SqlRow>> sink;
    private final Observation observation;
    private @Nullable Prepared prepared;
    private @Nullable Cursor cursor;
    private @Nullable HeadgateException failure;
    private boolean preparing = true;
    private boolean reading;
    private boolean readBegun;
    private boolean ended;

    CursorRows(VertxConnection connection, SqlStatement query, FluxSink<List<SqlRow>> sink) {
        this.connection = connection;
        this.exchange = connection.exchange();
        this.query = query;
        this.sink = sink;
        this.observation = connection.observe(Operation.Kind.STREAM, query, sink.contextView());
    }

    void start() {
        try {
            StatementChecks.refuseCopy(query, StatementExecution.NO_COPY);
        } catch (HeadgateException badInput) {
            failure = badInput;
            observation.failed(badInput);
            sink.error(badInput);
            endObservation();
            return;
        }
        if (StatementExecution.isEmpty(query.text())) {
            sink.complete();
            endObservation();
            return;
        }
        sink.onRequest(demand -> exchange.onLoop(this::read));
        connection.queue().hold();
        sink.onDispose(() -> exchange.onLoop(this::end));
        connection.queue().submit(this::prepare);
    }

    private void prepare() {
        String text = connection.texts().current(query.text());
        connection
                .sendBegin()
                .compose(begun -> connection
                        .statements()
                        .prepare(text, !query.parameters().isEmpty()))
                .compose(this::open)
                .onComplete(opened -> {
                    preparing = false;
                    if (ended) {
                        // within the same task, because the end of the transaction may be queued behind it
                        closeNow();
                        return;
                    }
                    connection.queue().done();
                    if (opened.succeeded()) {
                        read();
                    } else {
                        fail(opened.cause(), text);
                    }
                });
    }

    private Future<Void> open(Prepared statement) {
        prepared = statement;
        try {
            cursor = statement
                    .handle()
                    .cursor(connection.parameters(query.parameters(), statement.types(), query.text()));
            return Future.succeededFuture();
        } catch (RuntimeException wrongParameters) {
            return Future.failedFuture(wrongParameters);
        }
    }

    private void read() {
        Cursor opened = cursor;
        if (opened == null || ended || preparing || reading || sink.requestedFromDownstream() == 0) {
            return;
        }
        reading = true;
        connection.queue().submit(() -> {
            if (ended) {
                connection.queue().done();
                return;
            }
            readBegun = true;
            exchange.send(() -> opened.read(query.fetchSize())).onComplete(page -> {
                connection.queue().done();
                if (page.succeeded()) {
                    emit(opened, page.result());
                } else {
                    fail(page.cause(), query.text());
                }
            });
        });
    }

    private void emit(Cursor opened, RowSet<Row> page) {
        Prepared statement = prepared;
        if (ended || statement == null) {
            // Vert.x throws when a closed cursor is read
            return;
        }
        boolean more = opened.hasMore();
        // nothing is read after the last page, whatever the demand
        reading = !more;
        if (page.size() > 0) {
            sink.next(Results.rows(page, statement.columns(page)));
        }
        if (more) {
            read();
        } else {
            if (observation.wantsCompletion()) {
                observation.completed(connection.completion());
            }
            sink.complete();
        }
    }

    private void fail(Throwable error, String sentText) {
        if (ended) {
            // Reactor would log an error after cancellation
            return;
        }
        HeadgateException reported = connection.failed(error, query.text(), true);
        if (StaleStatements.isStale(reported) || reported instanceof ParameterException) {
            connection.texts().renew(query.text(), sentText);
            connection.statements().forget(sentText);
        }
        if (StaleStatements.isStale(reported)) {
            reported = StaleStatements.notReprepared((DatabaseException) reported, true);
        }
        failure = reported;
        observation.failed(reported);
        sink.error(reported);
    }

    private void endObservation() {
        observation.ended(failure);
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (!preparing) {
            close();
        }
        endObservation();
    }

    /** Queues the close, so it runs after the running task. Called by the later one of opening and ending. */
    private void close() {
        connection.queue().submit(this::closeNow);
    }

    private void closeNow() {
        Cursor opened = cursor;
        Prepared statement = prepared;
        // Vert.x throws when an unread cursor is closed; then there is nothing to close
        Future<Void> cursorClosed =
                opened != null && readBegun ? exchange.send(opened::close) : Future.succeededFuture();
        Future<Void> released =
                statement != null ? connection.statements().release(statement) : Future.succeededFuture();
        Future.join(cursorClosed, released).onComplete(closed -> {
            connection.queue().done();
            connection.queue().release();
        });
    }
}
