package io.headgate.driver.vertx;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.ResultSize;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.driver.support.StatementChecks;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.observe.Completion.Preparation;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.StatementKind;
import io.headgate.driver.vertx.Statements.Prepared;
import io.vertx.core.Future;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.MonoSink;

/**
 * Executes one statement: prepares it, encodes its parameters, sends it, delivers the result. If its prepared form was stale and no
 * transaction is open, it is sent again under another text. Behind a pooler a statement is described each time, in a transaction of its
 * own if none is open: BEGIN goes with the description, COMMIT with the statement.
 *
 * <p>Each attempt is a whole transaction that an error undoes, so a repeat does not apply a write twice. There are at most two repeats,
 * for a schema that changes in between.
 */
final class StatementExecution {

    private static final Logger logger = LoggerFactory.getLogger(StatementExecution.class);

    /** The advice for COPY, which the Vert.x client does not support. */
    static final String NO_COPY = "the Vert.x driver has no COPY: use a batch or INSERT ... SELECT unnest($1, $2)";

    private static final int MAX_ATTEMPTS = 3;

    /** Undefined or ambiguous function, operator or type; wrong type; impossible cast; indeterminate parameter type. */
    private static final Set<String> OF_TYPES = Set.of("42883", "42725", "42804", "42846", "42704", "42P18", "42P08");

    private final VertxConnection connection;
    private final Exchange exchange;
    private final SqlStatement statement;
    private final MonoSink<SqlResult> sink;
    private final Observation observation;
    private volatile boolean cancelled;
    private int attempt;
    private boolean sent;
    private Preparation preparation = Preparation.UNNAMED;
    private boolean reused;

    StatementExecution(VertxConnection connection, SqlStatement statement, MonoSink<SqlResult> sink) {
        this.connection = connection;
        this.exchange = connection.exchange();
        this.statement = statement;
        this.sink = sink;
        this.observation = connection.observe(Operation.Kind.STATEMENT, statement, sink.contextView());
    }

    void start() {
        sink.onCancel(() -> cancelled = true);
        try {
            StatementChecks.refuseCopy(statement, NO_COPY);
        } catch (HeadgateException badInput) {
            finish(badInput);
            return;
        }
        connection.queue().submit(this::run);
    }

    private void run() {
        attempt++;
        sent = false;
        reused = false;
        String text = connection.texts().current(statement.text());
        if (isEmpty(text)) {
            connection.queue().done();
            succeed(SqlResult.of(List.of(), RowMetadata.of(List.of()), 0));
            return;
        }
        ResultSize size = new ResultSize(connection.resultLimit());
        exchange.takeNotices();
        connection
                .sendBegin()
                .compose(begun -> answer(text, size))
                .onComplete(result -> answered(result, size), error -> failed(error, text));
    }

    private Future<SqlResult> answer(String text, ResultSize size) {
        if (!connection.server().pooled() || connection.isInTransaction()) {
            return prepared(text, size, false);
        }
        return runsInNoTransaction(text) ? unprepared(text, size) : prepared(text, size, true);
    }

    /**
     * Whether the statement cannot run in a transaction, such as VACUUM or a procedure that commits. With parameters it must be prepared,
     * which needs a transaction here.
     */
    private boolean runsInNoTransaction(String text) {
        return !statement.isBatch()
                && statement.parameters().isEmpty()
                && statement.facts().effect() == Effect.PIECEMEAL
                && StatementCatalog.of(text).analysis().statements().size() == 1;
    }

    private Future<SqlResult> unprepared(String text, ResultSize size) {
        sent = true;
        preparation = Preparation.UNNAMED;
        return exchange.run(text).map(rows -> {
            List<SqlRow> all = new ArrayList<>();
            RowMetadata columns = Statements.columnsOfText(rows);
            rows.forEach(row -> Results.add(all, new VertxRow(row, columns), row, size));
            return SqlResult.of(all, columns, Results.count(statement, rows));
        });
    }

    private Future<SqlResult> prepared(String text, ResultSize size, boolean ownTransaction) {
        Future<?> begun = ownTransaction ? exchange.run("BEGIN") : Future.succeededFuture();
        Future<Prepared> prepared =
                connection.statements().prepare(text, !values().get(0).isEmpty());
        begun.onFailure(
                refused -> prepared.onSuccess(known -> connection.statements().release(known)));
        return Future.join(begun, prepared)
                .transform(both -> begun.compose(open -> prepared))
                .compose(known -> execute(known, size, ownTransaction))
                .recover(error -> ownTransaction && !sent
                        ? exchange.run("ROLLBACK").transform(ended -> Future.failedFuture(error))
                        : Future.failedFuture(error));
    }

    private Future<SqlResult> execute(Prepared prepared, ResultSize size, boolean ownTransaction) {
        reused = prepared.isReused();
        preparation =
                reused ? Preparation.REUSED : connection.server().pooled() ? Preparation.UNNAMED : Preparation.NEW;
        List<Tuple> sets = new ArrayList<>();
        try {
            for (List<@Nullable Object> values : values()) {
                sets.add(connection.parameters(values, prepared.types(), statement.text()));
            }
        } catch (Throwable unfit) {
            return connection.statements().release(prepared).transform(released -> Future.failedFuture(unfit));
        }
        sent = true;
        PreparedQuery<io.vertx.sqlclient.SqlResult<List<Row>>> query =
                prepared.handle().query().collecting(Results.collector(size));
        Future<io.vertx.sqlclient.SqlResult<List<Row>>> answer =
                exchange.send(() -> statement.isBatch() ? query.executeBatch(sets) : query.execute(sets.get(0)));
        Future<Void> released = connection.statements().release(prepared);
        Future<?> committed = ownTransaction ? commit() : Future.succeededFuture();
        return Future.join(answer, released, committed)
                .transform(all -> answer)
                .compose(result -> committed.map(end -> Results.of(result, prepared, statement)));
    }

    private Future<?> commit() {
        return exchange.run("COMMIT")
                .recover(error -> connection.endOpenTransaction().transform(ended -> Future.failedFuture(error)));
    }

    private List<List<@Nullable Object>> values() {
        return statement.isBatch() ? statement.parameterSets() : List.of(statement.parameters());
    }

    /** Whether the text has no statement. Vert.x never answers such a text. */
    static boolean isEmpty(String text) {
        String stripped = text.stripLeading();
        if (!stripped.isEmpty() && (Character.isLetter(stripped.charAt(0)) || stripped.charAt(0) == '(')) {
            return false;
        }
        return StatementCatalog.of(text).analysis().kind() == StatementKind.EMPTY;
    }

    private void answered(SqlResult result, ResultSize size) {
        boolean inTransaction = connection.isInTransaction();
        connection.succeeded(statement.text());
        SqlResult whole = result.withNotices(exchange.takeNotices());
        connection.queue().done();
        if (size.isExceeded()) {
            finish(size.error(statement, inTransaction));
        } else {
            succeed(whole);
        }
    }

    private void succeed(SqlResult result) {
        if (observation.wantsCompletion()) {
            observation.completed(connection.completion().attempts(attempt).preparation(preparation));
        }
        // the caller does not wait for the listener
        sink.success(result);
        observation.ended(null);
    }

    private void failed(Throwable error, String text) {
        boolean again = attempt < MAX_ATTEMPTS && !cancelled;
        if (error instanceof ParameterException && mayBeOutdated() && again) {
            renew(text);
            run();
            return;
        }
        HeadgateException failure = connection.failed(error, statement.text(), sent);
        if (failure instanceof DatabaseException refused && !refused.error().isFatal()) {
            boolean stale = StaleStatements.isStale(refused);
            if (stale || (mayBeOutdated() && OF_TYPES.contains(refused.sqlState()))) {
                renew(text);
                if (isUndone(refused) && again) {
                    logger.debug("preparing anew after {}: {}", refused.sqlState(), statement.text());
                    run();
                    connection.listener().statementReprepared(connection.node(), statement, refused.sqlState());
                    return;
                }
            }
            if (stale) {
                failure = StaleStatements.notReprepared(refused, connection.isInTransaction());
            }
        }
        connection.queue().done();
        finish(failure);
    }

    /** Forgets the prepared statement. The next attempt sends another text. */
    private void renew(String text) {
        connection.statements().forget(text);
        connection.texts().renew(statement.text(), text);
    }

    /**
     * Whether the statement may have been prepared before a schema change, with other parameter types: here, or by a pooler, which keeps
     * statements by text.
     */
    private boolean mayBeOutdated() {
        return reused || (connection.server().pooled() && attempt == 1);
    }

    /** Whether this attempt was undone alone. In a transaction it is undone with the rest, and the caller must repeat the transaction. */
    private boolean isUndone(DatabaseException error) {
        return !connection.isInTransaction() && error.outcome() == Outcome.NOT_EXECUTED;
    }

    private void finish(HeadgateException failure) {
        observation.failed(failure);
        if (!cancelled) {
            // Reactor would log an error after cancellation
            sink.error(failure);
        }
        observation.ended(failure);
    }
}
