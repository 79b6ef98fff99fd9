package io.headgate.driver.r2dbc;

import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * Reads a SQL cursor by one fetch at a time, on demand. Emits one list for each fetch; the caller flattens them and requests one list at a
 * time. R2DBC's own fetching requests the next part without demand, and would have to be cancelled.
 *
 * <p>Demand and cancellation may come from any thread. Each step runs on the event loop. The cursor is closed, or gone with the
 * transaction, before the connection counts as idle.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-declare.html">PostgreSQL, DECLARE</a>
 */
final class CursorRows {

    private static final Set<StatementKind> QUERIES =
            EnumSet.of(StatementKind.SELECT, StatementKind.VALUES, StatementKind.TABLE);

    private final R2dbcConnection connection;
    private final SqlStatement query;
    private final FluxSink<List<SqlRow>> sink;
    private final Observation observation;
    private @Nullable String cursor;
    private @Nullable HeadgateException failure;
    private int rollbacksBefore;
    private boolean declaring = true;
    private boolean reading;
    private boolean ended;

    CursorRows(R2dbcConnection connection, SqlStatement query, FluxSink<List<SqlRow>> sink) {
        this.connection = connection;
        this.query = query;
        this.sink = sink;
        this.observation = connection.observe(Operation.Kind.STREAM, query, sink.contextView());
    }

    /** Whether a cursor can be declared for the statement: only for a query that writes no table. */
    static boolean supports(SqlStatement query) {
        SqlAnalysis analysis = query.facts().analysis();
        return QUERIES.contains(analysis.kind()) && analysis.tablesWritten().isEmpty();
    }

    void start() {
        try {
            StatementGuard.check(query);
            @Nullable Parameter[] parameters = connection.encoder().encode(query.parameters(), query.text());
            sink.onRequest(demand -> onLoop(this::read));
            connection.queue().hold();
            sink.onDispose(() -> onLoop(this::end));
            connection.queue().submit(() -> declare(parameters));
        } catch (HeadgateException badInput) {
            failure = badInput;
            observation.failed(badInput);
            sink.error(badInput);
            endObservation();
        }
    }

    private void onLoop(Runnable step) {
        connection.exchange().tap().onLoop(step);
    }

    private void declare(@Nullable Parameter[] parameters) {
        String name = connection.nextCursor();
        String text = connection.texts().current(query.text());
        String declaration = "DECLARE " + name + " NO SCROLL CURSOR FOR ";
        rollbacksBefore = connection.rollbacks();
        connection
                .sendBegin()
                .then(connection.exchange().run(declaration + text, parameters))
                .subscribe(
                        answer -> {
                            cursor = name;
                            if (declared()) {
                                read();
                            }
                        },
                        error -> {
                            if (declared()) {
                                fail(
                                        error instanceof ExchangeException exchange
                                                ? exchange.withoutPrefix(declaration.length())
                                                : error,
                                        text);
                            }
                        });
    }

    /**
     * Whether to continue. After cancellation it closes the cursor within the same task, because the end of the transaction may be queued
     * behind it.
     */
    private boolean declared() {
        declaring = false;
        if (ended) {
            closeNow();
            return false;
        }
        connection.queue().done();
        return true;
    }

    private void read() {
        if (ended || declaring || reading || sink.requestedFromDownstream() == 0) {
            return;
        }
        reading = true;
        connection.queue().submit(() -> {
            if (ended) {
                connection.queue().done();
                return;
            }
            connection
                    .exchange()
                    .run("FETCH " + query.fetchSize() + " FROM " + cursor)
                    .subscribe(
                            answer -> {
                                connection.queue().done();
                                emit(answer.rows());
                            },
                            error -> {
                                connection.queue().done();
                                fail(error, query.text());
                            });
        });
    }

    private void emit(List<SqlRow> page) {
        reading = false;
        if (!page.isEmpty()) {
            sink.next(page);
        }
        if (page.size() < query.fetchSize()) {
            if (observation.wantsCompletion()) {
                observation.completed(connection.completion());
            }
            sink.complete();
        } else {
            read();
        }
    }

    private void fail(Throwable error, String sentText) {
        if (ended) {
            // Reactor would log an error after cancellation
            return;
        }
        HeadgateException reported = connection.failed(error, query.text(), query.parameters());
        if (StaleStatements.isStale(reported)) {
            connection.texts().renew(query.text(), sentText);
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
        if (!declaring) {
            close();
        }
        endObservation();
    }

    /**
     * Closes the cursor, if it surely exists: closing a missing cursor fails the transaction. A failed transaction has closed it, and a
     * rollback to a savepoint may have. A cursor that is not closed here ends with the transaction.
     */
    private void close() {
        connection.queue().submit(this::closeNow);
    }

    private void closeNow() {
        if (cursor == null
                || connection.rollbacks() != rollbacksBefore
                || connection.exchange().tap().transactionStatus() != 'T') {
            closed();
        } else {
            connection.exchange().run("CLOSE " + cursor).subscribe(answer -> closed(), error -> closed());
        }
    }

    private void closed() {
        connection.queue().done();
        connection.queue().release();
    }
}
