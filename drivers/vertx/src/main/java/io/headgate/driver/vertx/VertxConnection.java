package io.headgate.driver.vertx;

import io.headgate.core.ServerNotice;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.ResultLimit;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.driver.support.CallerErrors;
import io.headgate.core.driver.support.InFlight;
import io.headgate.core.driver.support.NoticeLog;
import io.headgate.core.driver.support.StatementEffect;
import io.headgate.core.driver.support.StatementTexts;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.TransactionAbortedException;
import io.headgate.core.observe.DataAccessListener;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.impl.PgSocketConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.internal.SqlConnectionBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A connection over Vert.x's. Statements go out as they are subscribed to; the count of those in flight tells when the
 * connection is at rest, whoever still listens for their answers.
 */
final class VertxConnection implements DriverConnection {

    private static final Logger logger = LoggerFactory.getLogger(VertxConnection.class);
    private static final String COMMIT = "COMMIT";
    private static final String ROLLBACK = "ROLLBACK";

    /** How long the other side may take over a cancel request or a goodbye before the socket is closed under it. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final PgConnection connection;
    private final WireFilter filter;
    private final ServerInfo server;
    private final ConnectionSettings settings;
    private final String node;
    private final Shared shared;
    private final EventExecutor loop;
    private final LoopSteps steps;
    private final ParameterEncoder encoder;
    private final RowMetadataCache columns;
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final InFlight inFlight = new InFlight(this::runOnLoop);
    private final InFlight commits = new InFlight(this::runOnLoop);
    private final Notices notices;

    /** Beside the answer that is being passed on; the event loop's. */
    private List<ServerNotice> lastNotices = List.of();

    /** Transactions whose BEGIN was sent and whose end was not answered: two, when one's COMMIT is followed by another. */
    private final AtomicInteger transactions = new AtomicInteger();

    private volatile @Nullable Throwable failureInTransaction;
    private volatile boolean open = true;

    /** What the connections of a driver have in common. */
    record Shared(StatementTexts texts, CancelRequest cancelRequest, DataAccessListener listener) {}

    VertxConnection(
            PgConnection connection, WireFilter filter, ServerInfo server, ConnectionSettings settings, Shared shared) {
        this.connection = connection;
        this.filter = filter;
        this.server = server;
        this.settings = settings;
        this.node = settings.node();
        this.shared = shared;
        this.loop = socket(connection).channelHandlerContext().channel().eventLoop();
        this.steps = new LoopSteps(loop);
        this.encoder = new ParameterEncoder(settings.maxValueBytes());
        this.columns = new RowMetadataCache(settings.statementCacheSize());
        this.notices = new Notices(new NoticeLog(node), () -> inFlight.count() == 1);
        connection.noticeHandler(notices);
        connection.closeHandler(nothing -> {
            open = false;
            closed.tryEmitEmpty();
        });
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
        transactions.incrementAndGet();
        failureInTransaction = null;
        onLoop(() -> {
            filter.open(options.beginSql());
            return () -> {};
        });
    }

    @Override
    public Mono<Void> commit(Runnable whenSent) {
        return inFlight.whenNone()
                .then(Mono.create(sink -> onLoop(() -> {
                    if (filter.forgetOpening()) {
                        transactions.decrementAndGet();
                        return sink::success;
                    }
                    Consumer<Throwable> fail = CallerErrors.whileWanted(sink);
                    if (hasEndedUnasked()) {
                        return () -> closeOutOfStep(fail);
                    }
                    if (filter.transactionStatus() == 'E') {
                        Throwable first = failureInTransaction;
                        end(ROLLBACK, Effect.NONE, () -> fail.accept(new TransactionAbortedException(first)), fail);
                    } else {
                        end(COMMIT, Effect.ATOMIC, sink::success, fail);
                    }
                    return whenSent;
                })));
    }

    @Override
    public Mono<Void> rollback() {
        return Mono.create(sink -> onLoop(() -> {
            Consumer<Throwable> fail = CallerErrors.whileWanted(sink);
            // but for this step, and the COMMIT of an earlier owner
            boolean nothingInFlight = inFlight.count() - commits.count() == 1;
            if (nothingInFlight) {
                if (filter.forgetOpening()) {
                    transactions.decrementAndGet();
                    return sink::success;
                }
                if (hasEndedUnasked()) {
                    return () -> closeOutOfStep(fail);
                }
                if (filter.transactionStatus() == 'I') {
                    return sink::success;
                }
            }
            end(ROLLBACK, Effect.NONE, sink::success, fail);
            return () -> {};
        }));
    }

    /** Whether no transaction is open, as the server says, though one was begun and not ended. */
    private boolean hasEndedUnasked() {
        return filter.transactionStatus() == 'I'
                && transactions.get() > 0
                && socket(connection).channelHandlerContext().channel().isActive();
    }

    /** By a fault of the pooler's, or of ours. What the transaction wrote may be stored, so nobody is told that it is not. */
    private void closeOutOfStep(Consumer<Throwable> fail) {
        HeadgateException lost = new ConnectionLostException(
                node, "its transaction had ended before it was asked to", Outcome.UNKNOWN, failureInTransaction);
        logger.warn(lost.getMessage());
        open = false;
        abort();
        fail.accept(lost);
    }

    private void end(String sql, Effect effect, Runnable onAnswer, Consumer<Throwable> onError) {
        commits.begin();
        Supplier<Future<RowSet<Row>>> work =
                () -> connection.query(sql).execute().onComplete(answer -> {
                    if (transactions.get() == 1) {
                        // of a BEGIN that failed meanwhile; not later, when it may be that of the next owner
                        filter.forgetOpening();
                    }
                    transactions.decrementAndGet();
                    commits.end();
                });
        inFlight.begin();
        sendNow(work, answer -> onAnswer.run(), error -> onError.accept(failure(error, sql, effect)));
    }

    /**
     * Runs what belongs to the loop on it, after all that was handed over before. The step counts as in flight itself, so that
     * nobody takes the connection for idle; what it returns is run when it no longer does.
     */
    private void onLoop(Supplier<Runnable> step) {
        hold();
        try {
            steps.run(() -> runHeld(step));
        } catch (RejectedExecutionException closedDriver) {
            release();
            throw closedDriver;
        }
    }

    /** Runs a task on the loop; here if this is it, or if it has ended with the driver. */
    private void runOnLoop(Runnable task) {
        if (isOnLoop()) {
            task.run();
            return;
        }
        try {
            loop.execute(task);
        } catch (RejectedExecutionException closedDriver) {
            task.run();
        }
    }

    private void runHeld(Supplier<Runnable> step) {
        Runnable afterwards;
        try {
            afterwards = step.get();
        } finally {
            release();
        }
        afterwards.run();
    }

    @Override
    public Executor loop() {
        return loop;
    }

    @Override
    public boolean isOnLoop() {
        return loop.inEventLoop();
    }

    @Override
    public boolean isAtRest() {
        return open && inFlight.isNone() && transactions.get() == 0 && filter.transactionStatus() == 'I';
    }

    @Override
    public Mono<Void> settle(Duration grace, Duration limit) {
        Mono<Void> stopped = Mono.when(requestCancel().onErrorComplete(), inFlight.whenNone());
        Mono<Void> rest =
                inFlight.whenNone().timeout(grace, stopped).then(rollback()).timeout(limit);
        return commits.whenNone()
                .timeout(limit, Mono.empty())
                .then(rest)
                .then(Mono.defer(() -> open ? Mono.empty() : Mono.error(lost("closed while it came to rest"))));
    }

    @Override
    public Mono<Void> requestCancel() {
        return shared.cancelRequest()
                .send(
                        settings,
                        socket(connection).remoteAddress(),
                        connection.processId(),
                        connection.secretKey(),
                        connection.isSSL());
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Mono<Void> onClose() {
        return closed.asMono();
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            Mono<Void> goodbye;
            if (isAtRest()) {
                goodbye = Mono.fromRunnable(connection::close);
            } else {
                // a goodbye would wait behind what is running, and the server would go on with it for nobody
                goodbye = Mono.when(requestCancel(), inFlight.whenNone())
                        .timeout(PATIENCE)
                        .onErrorComplete()
                        .then(Mono.fromRunnable(() -> {
                            if (inFlight.isNone()) {
                                connection.close();
                            } else {
                                abort();
                            }
                        }));
            }
            open = false;
            return goodbye.then(closed.asMono().timeout(PATIENCE, Mono.defer(() -> {
                abort();
                return closed.asMono();
            })));
        });
    }

    /**
     * Closes the socket under whatever is in flight: at once, past TLS, which would have its goodbye sent first, and with nothing
     * left of it in the operating system, which would wait for the other side's.
     */
    void abort() {
        Channel channel = socket(connection).channelHandlerContext().channel();
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException closedAlready) {
            return;
        }
        ChannelHandlerContext first = channel.pipeline().firstContext();
        var unused = first == null ? channel.close() : first.close();
    }

    static NetSocketInternal socket(PgConnection connection) {
        return ((PgSocketConnection)
                        ((SqlConnectionBase<?>) connection).unwrap().unwrap())
                .socket();
    }

    /** Hands work to Vert.x and counts it until its answer, before anybody hears of the answer. */
    <T> void send(Supplier<Future<T>> work, Consumer<T> onAnswer, Consumer<Throwable> onError) {
        inFlight.begin();
        if (steps.isNext()) {
            sendNow(work, onAnswer, onError);
            return;
        }
        try {
            steps.run(() -> sendNow(work, onAnswer, onError));
        } catch (RejectedExecutionException closedDriver) {
            inFlight.end();
            throw closedDriver;
        }
    }

    private <T> void sendNow(Supplier<Future<T>> work, Consumer<T> onAnswer, Consumer<Throwable> onError) {
        Future<T> sent;
        try {
            sent = work.get();
        } catch (Throwable thrown) {
            sent = Future.failedFuture(thrown);
        }
        sent.onComplete(
                answer -> {
                    lastNotices = notices.take();
                    inFlight.end();
                    onAnswer.accept(answer);
                },
                error -> {
                    lastNotices = notices.take();
                    inFlight.end();
                    onError.accept(error);
                });
    }

    /** Keeps the connection from counting as idle, for what takes several statements; {@link #release} must follow. */
    void hold() {
        inFlight.begin();
    }

    /** Ends a {@link #hold}. */
    void release() {
        inFlight.end();
    }

    /** The error of a statement, noted if it has aborted a transaction. */
    HeadgateException failed(Throwable error, String sql) {
        boolean inTransaction = transactions.get() > 0;
        HeadgateException failure = failure(error, sql, inTransaction ? Effect.NONE : StatementEffect.of(sql));
        if (inTransaction && failureInTransaction == null) {
            failureInTransaction = failure;
        }
        return failure;
    }

    private HeadgateException failure(Throwable error, String sql, Effect effect) {
        return VertxErrors.ofStatement(error, node, sql, filter.fatalError(), effect);
    }

    private ConnectionLostException lost(String why) {
        return new ConnectionLostException(node, why, Outcome.NOT_EXECUTED, null);
    }

    PgConnection vertx() {
        return connection;
    }

    ParameterEncoder encoder() {
        return encoder;
    }

    /** What was said beside the answer that is being passed on. */
    List<ServerNotice> lastNotices() {
        return lastNotices;
    }

    ResultLimit resultLimit() {
        return settings.resultLimit();
    }

    RowMetadataCache columns() {
        return columns;
    }

    StatementTexts texts() {
        return shared.texts();
    }

    DataAccessListener listener() {
        return shared.listener();
    }

    boolean isInTransaction() {
        return transactions.get() > 0 || filter.transactionStatus() != 'I';
    }

    String node() {
        return node;
    }

    @Override
    public String toString() {
        return "VertxConnection[" + node + (server.pooled() ? ", pooled" : "") + (open ? "]" : ", closed]");
    }
}
