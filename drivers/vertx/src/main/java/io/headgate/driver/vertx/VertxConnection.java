package io.headgate.driver.vertx;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.ResultLimit;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.driver.support.StatementRevisions;
import io.headgate.core.driver.support.WorkQueue;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.TransactionAbortedException;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.reactive.CaughtSignals;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.topology.Node;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * A connection over the Vert.x PG Client. Statements wait in a queue and are sent one by one. BEGIN is answered before the first statement
 * of its transaction is sent, so no statement runs outside.
 *
 * <p>Vert.x does not report the server's transaction status. So each end of a transaction is sent with a command that fails in the wrong
 * state.
 */
final class VertxConnection implements DriverConnection {

    private static final Logger logger = LoggerFactory.getLogger(VertxConnection.class);

    /** The savepoint fails if no transaction is open, and in a failed transaction, whose COMMIT Vert.x would report as a success. */
    private static final String COMMIT = "SAVEPOINT headgate_commit; COMMIT";

    /** The first command fails if no transaction is open; otherwise it begins another transaction, which the second command ends. */
    private static final String ROLLBACK = "ROLLBACK AND CHAIN; ROLLBACK";

    private static final String NO_TRANSACTION = "25P01";
    private static final String FAILED_TRANSACTION = "25P02";

    /** Limit for a cancel request together with the running work, and for the end of the socket. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

    private final Exchange exchange;
    private final SocketAddress address;
    private final WorkQueue queue;
    private final Statements statements;
    private final ServerInfo server;
    private final ConnectionSettings settings;
    private final Shared shared;
    private volatile boolean closing;
    private volatile boolean inTransaction;
    private volatile @Nullable Throwable failureInTransaction;

    /** The BEGIN that goes before the next statement. */
    private volatile @Nullable String pendingBegin;

    /** Whether a statement has failed the transaction. Confined to the event loop. */
    private boolean aborted;

    /** State that all connections of a driver share. */
    record Shared(StatementRevisions texts, CancelRequest cancelRequest, DataAccessListener listener) {}

    VertxConnection(
            Exchange exchange, SocketAddress address, ServerInfo server, ConnectionSettings settings, Shared shared) {
        this.exchange = exchange;
        this.address = address;
        this.queue = new WorkQueue(exchange::onLoop);
        this.statements = new Statements(exchange, server.pooled() ? 0 : settings.statementCacheSize());
        this.server = server;
        this.settings = settings;
        this.shared = shared;
    }

    @Override
    public ServerInfo server() {
        return server;
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return Mono.create(sink -> new StatementExecution(this, statement, sink).start());
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return Flux.<List<SqlRow>>create(sink -> new CursorRows(this, query, sink).start())
                .concatMapIterable(Function.identity(), 1);
    }

    @Override
    public void begin(TransactionOptions options) {
        queue.submit(() -> {
            failureInTransaction = null;
            pendingBegin = options.beginSql();
            inTransaction = true;
            queue.done();
        });
    }

    /** Runs the pending BEGIN, if there is one. Runs on the event loop, within the task of a statement. */
    Future<?> sendBegin() {
        String begin = pendingBegin;
        if (begin == null) {
            return Future.succeededFuture();
        }
        pendingBegin = null;
        aborted = false;
        return exchange.run(begin).onFailure(error -> pendingBegin = begin);
    }

    @Override
    public Mono<Completion> commit(Runnable whenSent) {
        return queue.whenIdle().then(end(true));
    }

    @Override
    public Mono<Void> rollback() {
        return end(false).then();
    }

    /** Ends the transaction; empty when none had begun. */
    private Mono<Completion> end(boolean commit) {
        return Mono.create(sink -> {
            Consumer<Throwable> fail = CaughtSignals.untilCancelled(sink);
            // goes behind the close of a cursor that another thread has just cancelled
            exchange.onLoop(() -> queue.submit(() -> end(commit, sink::success, fail)));
        });
    }

    private void end(boolean commit, Consumer<@Nullable Completion> onEnd, Consumer<Throwable> onError) {
        boolean begun = inTransaction && pendingBegin == null;
        pendingBegin = null;
        if (!begun) {
            ended(() -> onEnd.accept(null));
        } else if (!commit) {
            rollBack(() -> onEnd.accept(null), onError);
        } else if (aborted) {
            rollBack(() -> onError.accept(new TransactionAbortedException(failureInTransaction)), onError);
        } else {
            commit(() -> onEnd.accept(completion().commandTag("COMMIT")), onError);
        }
    }

    private void ended(Runnable report) {
        inTransaction = false;
        aborted = false;
        queue.done();
        report.run();
    }

    private void commit(Runnable onEnd, Consumer<Throwable> onError) {
        exchange.run(COMMIT).onComplete(answer -> ended(onEnd), error -> {
            if (isState(error, FAILED_TRANSACTION)) {
                rollBack(() -> onError.accept(new TransactionAbortedException(failureInTransaction)), onError);
            } else {
                endFailed(error, "COMMIT", Effect.ATOMIC, onError);
            }
        });
    }

    private void rollBack(Runnable onEnd, Consumer<Throwable> onError) {
        exchange.run(ROLLBACK)
                .onComplete(answer -> ended(onEnd), error -> endFailed(error, "ROLLBACK", Effect.NONE, onError));
    }

    private void endFailed(Throwable error, String sql, Effect effect, Consumer<Throwable> onError) {
        if (!isState(error, NO_TRANSACTION)) {
            HeadgateException failure = failure(error, sql, effect);
            endOpenTransaction().onComplete(known -> ended(() -> onError.accept(failure)));
            return;
        }
        // a fault of the pooler or of this driver; the outcome is unknown, because the transaction's writes may be
        // stored
        HeadgateException lost = new ConnectionLostException(
                node(), "its transaction had ended before it was asked to", Outcome.UNKNOWN, failureInTransaction);
        logger.warn(lost.getMessage());
        exchange.close();
        ended(() -> onError.accept(lost));
    }

    /** Rolls back after a failed end of a transaction, as by a cancel request. Closes the connection if this fails too. */
    Future<Void> endOpenTransaction() {
        return exchange.run(ROLLBACK).transform(answer -> {
            if (answer.failed() && !isState(answer.cause(), NO_TRANSACTION)) {
                exchange.close();
            }
            return Future.succeededFuture();
        });
    }

    private static boolean isState(Throwable error, String sqlState) {
        return error instanceof PgException answer && sqlState.equals(answer.getSqlState());
    }

    @Override
    public Executor loop() {
        return exchange::onLoop;
    }

    @Override
    public boolean isOnLoop() {
        return exchange.isOnLoop();
    }

    @Override
    public boolean isReady() {
        return isOpen() && queue.isIdle() && !inTransaction;
    }

    @Override
    public Mono<Void> reset(Duration grace, Duration limit) {
        Mono<Void> stopped = Mono.when(requestCancel().onErrorComplete(), queue.whenIdle());
        return queue.whenIdle()
                .timeout(grace, stopped)
                .then(rollback())
                .timeout(limit)
                .then(Mono.defer(() -> isOpen() ? Mono.empty() : Mono.error(lost("closed during its reset"))));
    }

    @Override
    public Mono<Void> requestCancel() {
        return shared.cancelRequest()
                .send(settings, address, exchange.processId(), exchange.secretKey(), exchange.isEncrypted());
    }

    @Override
    public boolean isOpen() {
        return exchange.isOpen() && !closing;
    }

    @Override
    public Mono<Void> onClose() {
        return exchange.closed();
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            // Terminate would wait behind the running statement, which the server would finish without need
            Mono<Void> stopped = isReady() || closing || !exchange.isOpen()
                    ? Mono.empty()
                    : Mono.when(requestCancel(), queue.whenIdle())
                            .timeout(CLOSE_TIMEOUT)
                            .onErrorComplete();
            closing = true;
            return stopped.then(Mono.fromRunnable(() -> exchange.onLoop(exchange::close)))
                    .then(onClose().timeout(CLOSE_TIMEOUT, Mono.defer(() -> {
                        exchange.onLoop(exchange::end);
                        return onClose();
                    })));
        });
    }

    /** Converts parameters to the types that the server reports. */
    Tuple parameters(List<@Nullable Object> values, int[] types, String sql) {
        return Parameters.of(values, types, settings.maxValueBytes(), sql);
    }

    /** A statement has succeeded. */
    void succeeded(String sql) {
        if (aborted && sql.startsWith("ROLLBACK TO")) {
            aborted = false;
        }
    }

    /** The error of a statement. In a transaction, the first one is stored. */
    HeadgateException failed(Throwable error, String sql, boolean sent) {
        HeadgateException failure = failure(
                error,
                sql,
                inTransaction || !sent ? Effect.NONE : StatementCatalog.of(sql).effect());
        if (inTransaction) {
            aborted |= error instanceof PgException && pendingBegin == null;
            if (failureInTransaction == null) {
                failureInTransaction = failure;
            }
        }
        return failure;
    }

    private HeadgateException failure(Throwable error, String sql, Effect effect) {
        return VertxErrors.ofStatement(error, node(), sql, exchange.fatalError(), effect);
    }

    private ConnectionLostException lost(String why) {
        return new ConnectionLostException(node(), why, Outcome.NOT_EXECUTED, null);
    }

    Exchange exchange() {
        return exchange;
    }

    WorkQueue queue() {
        return queue;
    }

    Statements statements() {
        return statements;
    }

    ResultLimit resultLimit() {
        return settings.resultLimit();
    }

    StatementRevisions texts() {
        return shared.texts();
    }

    /** Begins an observation. The listener receives its end after the caller. */
    Observation observe(Operation.Kind kind, SqlStatement statement, ContextView context) {
        return Listeners.of(shared.listener(), context).started(Operation.of(kind, node(), statement), context);
    }

    /** The completion of what is executed here. */
    Completion completion() {
        return Completion.of(server().role());
    }

    DataAccessListener listener() {
        return shared.listener();
    }

    boolean isInTransaction() {
        return inTransaction;
    }

    Node node() {
        return settings.node();
    }

    @Override
    public String toString() {
        return "VertxConnection[" + node() + (server.pooled() ? ", pooled" : "") + (isOpen() ? "]" : ", closed]");
    }
}
