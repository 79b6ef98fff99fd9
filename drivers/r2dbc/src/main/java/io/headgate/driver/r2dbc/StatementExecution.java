package io.headgate.driver.r2dbc;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.ResultSize;
import io.headgate.core.driver.support.StaleStatements;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Executes one statement: encodes it, sends it, delivers the result. If its prepared form was stale and no transaction is open, it is sent
 * again under another text. The sets of a batch are sent one by one, in a transaction of their own if none is open.
 *
 * <p>Each attempt is a whole transaction that an error undoes, so a repeat does not apply a write twice. There are at most two repeats,
 * for a schema that changes in between. After cancellation, a batch stops between two sets.
 */
final class StatementExecution {

    private static final Logger logger = LoggerFactory.getLogger(StatementExecution.class);
    private static final int MAX_ATTEMPTS = 3;

    private final R2dbcConnection connection;
    private final SqlStatement statement;
    private final MonoSink<SqlResult> sink;
    private final Observation observation;
    private final List<@Nullable Parameter[]> sets = new ArrayList<>();
    private volatile boolean cancelled;
    private int attempt;
    private int set;

    StatementExecution(R2dbcConnection connection, SqlStatement statement, MonoSink<SqlResult> sink) {
        this.connection = connection;
        this.statement = statement;
        this.sink = sink;
        this.observation = connection.observe(Operation.Kind.STATEMENT, statement, sink.contextView());
    }

    void start() {
        sink.onCancel(() -> cancelled = true);
        try {
            StatementGuard.check(statement);
            for (List<@Nullable Object> values : values()) {
                sets.add(connection.encoder().encode(values, statement.text()));
            }
            connection.queue().submit(this::send);
        } catch (HeadgateException badInput) {
            finish(badInput);
        }
    }

    private List<List<@Nullable Object>> values() {
        return statement.isBatch() ? statement.parameterSets() : List.of(statement.parameters());
    }

    private void send() {
        attempt++;
        if (statement.text().startsWith("ROLLBACK TO")) {
            connection.countRollback();
        }
        String text = connection.texts().current(statement.text());
        ResultSize size = new ResultSize(connection.resultLimit());
        boolean ownTransaction = statement.isBatch() && !connection.isInTransaction();
        Mono<List<SetResult>> answers =
                Flux.range(0, sets.size()).concatMap(i -> one(text, i, size), 1).collectList();
        (ownTransaction ? inTransaction(answers) : connection.sendBegin().then(answers))
                .subscribe(
                        all -> {
                            boolean inTransaction = connection.isInTransaction();
                            connection.queue().done();
                            if (size.isExceeded()) {
                                finish(size.error(statement, inTransaction));
                            } else {
                                succeed(all);
                            }
                        },
                        error -> failed(error, text));
    }

    private Mono<SetResult> one(String text, int number, ResultSize size) {
        if (cancelled && number > 0) {
            return Mono.error(new CancelledBatchException());
        }
        set = number;
        return connection.exchange().run(text, sets.get(number), size);
    }

    private Mono<List<SetResult>> inTransaction(Mono<List<SetResult>> answers) {
        WireExchange exchange = connection.exchange();
        return exchange.run("BEGIN")
                .then(answers)
                .flatMap(all -> exchange.run("COMMIT").thenReturn(all))
                .onErrorResume(error -> exchange.rolledBack(error));
    }

    private void succeed(List<SetResult> answers) {
        SqlResult result = result(answers);
        if (observation.wantsCompletion()) {
            String tag = answers.get(answers.size() - 1).commandTag();
            observation.completed(connection.completion().attempts(attempt).commandTag(tag));
        }
        // the caller does not wait for the listener
        sink.success(result);
        observation.ended(null);
    }

    private void failed(Throwable error, String text) {
        HeadgateException failure = connection.failed(error, statement.text(), values().get(set));
        if (StaleStatements.isStale(failure)) {
            DatabaseException stale = (DatabaseException) failure;
            // a fatal error ends the connection, and a retry uses another one
            if (!stale.error().isFatal()) {
                connection.texts().renew(statement.text(), text);
                if (isUndone(stale) && attempt < MAX_ATTEMPTS && !cancelled) {
                    logger.debug("preparing anew after {}: {}", stale.sqlState(), statement.text());
                    send();
                    connection.listener().statementReprepared(connection.node(), statement, stale.sqlState());
                    return;
                }
                failure = StaleStatements.notReprepared(stale, connection.isInTransaction());
            }
        }
        connection.queue().done();
        finish(failure);
    }

    /** Whether this attempt was undone alone. In a transaction it is undone with the rest, and the caller must repeat the transaction. */
    private boolean isUndone(DatabaseException stale) {
        return !connection.isInTransaction() && stale.outcome() == Outcome.NOT_EXECUTED;
    }

    private void finish(HeadgateException failure) {
        observation.failed(failure);
        if (!cancelled) {
            // Reactor would log an error after cancellation
            sink.error(failure);
        }
        observation.ended(failure);
    }

    private SqlResult result(List<SetResult> answers) {
        SetResult first = answers.get(0);
        if (!statement.isBatch()) {
            return SqlResult.of(first.rows(), first.columns(), first.count()).withNotices(first.notices());
        }
        List<SqlRow> rows = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (SetResult answer : answers) {
            rows.addAll(answer.rows());
            counts.add(answer.count());
            sizes.add(answer.rows().size());
        }
        return SqlResult.ofBatch(rows, first.columns(), counts, sizes);
    }

    /**
     * Stops a cancelled batch between two sets, and rolls it back. The caller does not receive it; the listener receives the error made of
     * it.
     */
    private static final class CancelledBatchException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        CancelledBatchException() {
            super("the caller has cancelled", null, false, false);
        }
    }
}
