package io.headgate.driver.r2dbc;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.CopyConnection;
import io.headgate.core.driver.ResultLimit;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.driver.support.StatementRevisions;
import io.headgate.core.driver.support.WorkQueue;
import io.headgate.core.error.ConfigurationException;
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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * A connection over R2DBC PostgreSQL, lent by an R2DBC Pool. Statements wait in a queue and are sent one by one. The {@link WireTap}
 * reports when all answers have arrived.
 *
 * <p>Subscriptions to R2DBC are never cancelled; see {@link WireExchange}.
 */
final class R2dbcConnection implements CopyConnection {

    private static final Logger logger = LoggerFactory.getLogger(R2dbcConnection.class);
    private static final String COMMIT = "COMMIT";
    private static final String ROLLBACK = "ROLLBACK";

    private final WireExchange exchange;
    private final WireTap tap;
    private final WorkQueue queue;
    private final ServerInfo server;
    private final ConnectionSettings settings;
    private final Shared shared;
    private final ParameterEncoder encoder;
    private final ConnectionClose closing;
    private final AtomicReference<@Nullable String> pendingBegin = new AtomicReference<>();
    private volatile boolean inTransaction;
    private volatile @Nullable Throwable failureInTransaction;
    private volatile long cursors;

    /** The number of rollbacks to savepoints. Each closes the cursors declared after its savepoint. Confined to the event loop. */
    private int rollbacks;

    /** State that all connections of a driver share. */
    record Shared(StatementRevisions texts, DataAccessListener listener) {}

    R2dbcConnection(PhysicalConnection physical, Mono<Void> slot, ConnectionSettings settings, Shared shared) {
        this.exchange = physical.exchange();
        this.tap = exchange.tap();
        this.queue = new WorkQueue(tap::onLoop, tap::whenAnswered, tap::isAnswered);
        this.server = physical.server();
        this.settings = settings;
        this.shared = shared;
        this.encoder = new ParameterEncoder(settings.maxValueBytes());
        this.closing = new ConnectionClose(physical, slot, queue, this::isReady);
    }

    @Override
    public ServerInfo server() {
        return server;
    }

    /** Counts a statement that may close cursors, before it is sent. Runs on the event loop. */
    void countRollback() {
        rollbacks++;
    }

    int rollbacks() {
        return rollbacks;
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return Mono.create(sink -> new StatementExecution(this, statement, sink).start());
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        if (!CursorRows.supports(query)) {
            return execute(query).flatMapIterable(SqlResult::rows);
        }
        return Flux.<List<SqlRow>>create(sink -> new CursorRows(this, query, sink).start())
                .concatMapIterable(Function.identity(), 1);
    }

    @Override
    public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        return Mono.create(sink -> new CopyExecution(this, copySql, data, sink).start());
    }

    @Override
    public Flux<ByteBuffer> copyOut(String copySql) {
        return Flux.error(
                () -> new ConfigurationException(
                        "R2DBC PostgreSQL has no COPY ... TO STDOUT; use the driver over Netty (headgate-driver-netty), or stream(...)"));
    }

    @Override
    public void begin(TransactionOptions options) {
        queue.submit(() -> {
            inTransaction = true;
            failureInTransaction = null;
            pendingBegin.set(options.beginSql());
            queue.done();
        });
    }

    /** Runs the pending BEGIN, if there is one. Runs on the event loop, within the task of a statement. */
    Mono<Void> sendBegin() {
        return Mono.defer(() -> {
            String begin = pendingBegin.getAndSet(null);
            return begin == null
                    ? Mono.empty()
                    : exchange.run(begin)
                            .doOnError(error -> pendingBegin.compareAndSet(null, begin))
                            .then();
        });
    }

    @Override
    public Mono<Completion> commit(Runnable whenSent) {
        return queue.whenIdle().then(end(COMMIT));
    }

    @Override
    public Mono<Void> rollback() {
        return end(ROLLBACK).then();
    }

    /** Ends the transaction; empty when none had begun. */
    private Mono<Completion> end(String command) {
        return Mono.create(sink -> {
            Consumer<Throwable> fail = CaughtSignals.untilCancelled(sink);
            // goes behind the close of a cursor that another thread has just cancelled
            tap.onLoop(() -> queue.submit(() -> end(command, sink::success, fail)));
        });
    }

    private void end(String command, Consumer<@Nullable Completion> onEnd, Consumer<Throwable> onError) {
        boolean unsent = pendingBegin.getAndSet(null) != null;
        if (!unsent && inTransaction && tap.transactionStatus() == 'I' && tap.isOpen()) {
            closeOutOfStep(onError);
            return;
        }
        if (unsent || (command.equals(ROLLBACK) && tap.transactionStatus() == 'I')) {
            inTransaction = false;
            queue.done();
            onEnd.accept(null);
            return;
        }
        String sent = tap.transactionStatus() == 'E' ? ROLLBACK : command;
        Effect effect = sent.equals(COMMIT) ? Effect.ATOMIC : Effect.NONE;
        exchange.run(sent)
                .subscribe(
                        answer -> {
                            inTransaction = false;
                            queue.done();
                            if (command.equals(COMMIT) && answer.commandTag().equals(ROLLBACK)) {
                                onError.accept(new TransactionAbortedException(failureInTransaction));
                            } else {
                                onEnd.accept(completion().commandTag(answer.commandTag()));
                            }
                        },
                        error -> {
                            HeadgateException failure = failure(error, sent, List.of(), effect);
                            inTransaction = false;
                            queue.done();
                            onError.accept(failure);
                        });
    }

    /**
     * Closes a connection whose transaction has ended unexpectedly, by a fault of the pooler or of this driver. Its outcome is unknown,
     * because its writes may be stored.
     */
    private void closeOutOfStep(Consumer<Throwable> onError) {
        HeadgateException lost = new ConnectionLostException(
                node(), "its transaction had ended before it was asked to", Outcome.UNKNOWN, failureInTransaction);
        logger.warn(lost.getMessage());
        tap.abort();
        queue.done();
        onError.accept(lost);
    }

    @Override
    public Executor loop() {
        return tap::onLoop;
    }

    @Override
    public boolean isOnLoop() {
        return tap.isOnLoop();
    }

    @Override
    public boolean isReady() {
        return isOpen() && queue.isIdle() && !inTransaction && tap.transactionStatus() == 'I';
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
        return closing.requestCancel();
    }

    @Override
    public boolean isOpen() {
        return tap.isOpen() && !closing.hasBegun();
    }

    @Override
    public Mono<Void> onClose() {
        return tap.closed();
    }

    @Override
    public Mono<Void> close() {
        return closing.close();
    }

    /** The error of a statement. In a transaction, the first one is stored. */
    HeadgateException failed(Throwable error, String sql, List<@Nullable Object> values) {
        Effect effect = inTransaction ? Effect.NONE : StatementCatalog.of(sql).effect();
        HeadgateException failure = failure(error, sql, values, effect);
        if (inTransaction && failureInTransaction == null) {
            failureInTransaction = failure;
        }
        return failure;
    }

    private HeadgateException failure(Throwable error, String sql, List<@Nullable Object> values, Effect effect) {
        return DriverErrors.of(error, node(), sql, values, tap.fatalError(), effect);
    }

    private ConnectionLostException lost(String why) {
        return new ConnectionLostException(node(), why, Outcome.NOT_EXECUTED, null);
    }

    WireExchange exchange() {
        return exchange;
    }

    WorkQueue queue() {
        return queue;
    }

    ResultLimit resultLimit() {
        return settings.resultLimit();
    }

    ParameterEncoder encoder() {
        return encoder;
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
        return inTransaction || tap.transactionStatus() != 'I';
    }

    /** A cursor name that is unique on this connection. Runs on the event loop. */
    String nextCursor() {
        long number = cursors + 1;
        cursors = number;
        return "headgate_" + number;
    }

    Node node() {
        return settings.node();
    }

    @Override
    public String toString() {
        return "R2dbcConnection[" + node() + (server.pooled() ? ", pooled" : "") + (isOpen() ? "]" : ", closed]");
    }
}
