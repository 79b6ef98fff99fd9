package io.headgate.driver.vertx;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.CopyGuard;
import io.headgate.core.driver.support.ResultSize;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.HeadgateException;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.MonoSink;

/**
 * One statement on its way: encoded, sent, answered; and sent once more under another text when its prepared form had
 * gone stale, no transaction is open, and it took no effect.
 *
 * <p>Each attempt is a whole implicit transaction, and an error of PostgreSQL undoes it, so the repetition cannot apply a
 * write twice. What may commit on its way is never repeated; see {@link Effect#PIECEMEAL}. Two further attempts are made, for a schema that changes again meanwhile.
 */
final class StatementExecution {

    private static final Logger logger = LoggerFactory.getLogger(StatementExecution.class);
    /** What to do instead of a COPY, which the Vert.x client does not speak. */
    static final String NO_COPY = "the Vert.x driver has no COPY: use a batch or INSERT ... SELECT unnest($1, $2)";

    private static final int MAX_ATTEMPTS = 3;
    private static final String VOLATILE_FUNCTIONS =
            "SELECT EXISTS (SELECT FROM pg_proc WHERE proname = ANY($1) AND provolatile = 'v')";

    private final VertxConnection connection;
    private final SqlStatement statement;
    private final MonoSink<SqlResult> sink;
    private final long started = System.nanoTime();
    private volatile boolean cancelled;
    private int attempt;

    StatementExecution(VertxConnection connection, SqlStatement statement, MonoSink<SqlResult> sink) {
        this.connection = connection;
        this.statement = statement;
        this.sink = sink;
    }

    void start() {
        sink.onCancel(() -> cancelled = true);
        try {
            CopyGuard.check(statement.text(), NO_COPY);
            send(encoded());
        } catch (HeadgateException badInput) {
            finish(badInput);
        }
    }

    private interface Sending {
        Future<RowSet<Row>> send(String text);
    }

    /** Encoded anew for each attempt: Vert.x puts what it made of the parameters for one type in their place. */
    private Sending encoded() {
        if (statement.isBatch()) {
            List<Tuple> sets = connection.encoder().encodeBatch(statement);
            return text -> connection.vertx().preparedQuery(text).executeBatch(sets);
        }
        Tuple parameters = connection.encoder().encode(statement);
        return text -> connection.vertx().preparedQuery(text).execute(parameters);
    }

    private void send(Sending sending) {
        attempt++;
        String text = connection.texts().current(statement.text());
        Supplier<Future<RowSet<Row>>> work = () -> sending.send(text);
        connection.send(work, this::succeed, error -> failed(error, text));
    }

    private void succeed(RowSet<Row> answer) {
        SqlResult result = result(answer).notices(connection.lastNotices());
        long nanos = System.nanoTime() - started;
        // the caller does not wait for the listener
        sink.success(result);
        connection.listener().statementCompleted(connection.node(), statement, nanos, null);
    }

    private void failed(Throwable error, String text) {
        if (error instanceof PgException told && WireMessages.TOO_LARGE.equals(told.getSqlState())) {
            finish(new ResultSize(connection.resultLimit()).error(statement, connection.isInTransaction()));
            return;
        }
        HeadgateException failure = connection.failed(error, statement.text());
        if (!StaleStatements.isStale(failure)) {
            finish(failure);
            return;
        }
        DatabaseException stale = (DatabaseException) failure;
        if (stale.error().isFatal()) {
            // the connection is gone with it; whoever retries takes another
            finish(stale);
            return;
        }
        connection.texts().renew(statement.text(), text);
        if (connection.isInTransaction() || attempt >= MAX_ATTEMPTS || cancelled) {
            finish(StaleStatements.unhealed(stale, connection.isInTransaction()));
            return;
        }
        switch (stale.outcome()) {
            case NOT_EXECUTED -> repeat(stale);
            case EXECUTED -> repeatIfRead(stale);
            case UNKNOWN -> finish(StaleStatements.unhealed(stale, false));
        }
    }

    private void repeat(DatabaseException stale) {
        logger.debug("preparing anew after {}: {}", stale.sqlState(), statement.text());
        send(encoded());
        connection.listener().statementHealed(connection.node(), statement, stale.sqlState());
    }

    /** The statement was executed and its answer is lost. One that only reads may run again; the catalog knows which do. */
    private void repeatIfRead(DatabaseException stale) {
        List<String> functions = StaleStatements.functionsToClear(statement.text());
        if (functions == null) {
            finish(StaleStatements.unhealed(stale, false));
        } else if (functions.isEmpty()) {
            repeat(stale);
        } else {
            Tuple names = Tuple.of(functions.toArray(String[]::new));
            connection.send(
                    () -> connection.vertx().preparedQuery(VOLATILE_FUNCTIONS).execute(names),
                    answer -> {
                        if (answer.iterator().next().getBoolean(0)) {
                            finish(StaleStatements.unhealed(stale, false));
                        } else {
                            repeat(stale);
                        }
                    },
                    error -> finish(StaleStatements.unhealed(stale, false)));
        }
    }

    private void finish(HeadgateException failure) {
        long nanos = System.nanoTime() - started;
        if (!cancelled) {
            // Reactor would log what nobody waits for
            sink.error(failure);
        }
        connection.listener().statementCompleted(connection.node(), statement, nanos, failure);
    }

    private SqlResult result(RowSet<Row> answer) {
        RowMetadata metadata = connection.columns().of(answer);
        if (!statement.isBatch()) {
            return new SqlResult(rows(answer, metadata), metadata, answer.rowCount());
        }
        List<SqlRow> rows = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (RowSet<Row> set = answer; set != null; set = set.next()) {
            rows.addAll(rows(set, metadata));
            counts.add((long) set.rowCount());
            sizes.add(set.size());
        }
        return SqlResult.ofBatch(rows, metadata, counts, sizes);
    }

    static List<SqlRow> rows(RowSet<Row> answer, RowMetadata metadata) {
        int size = answer.size();
        if (size == 0) {
            return List.of();
        }
        if (size == 1) {
            return List.of(new VertxRow(answer.iterator().next(), metadata));
        }
        SqlRow[] rows = new SqlRow[size];
        int i = 0;
        for (Row row : answer) {
            rows[i++] = new VertxRow(row, metadata);
        }
        return List.of(rows);
    }
}
