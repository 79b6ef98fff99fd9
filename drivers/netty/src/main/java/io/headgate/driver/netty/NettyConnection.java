package io.headgate.driver.netty;

import io.headgate.core.Notification;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.CopyConnection;
import io.headgate.core.driver.ScriptConnection;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.driver.support.StatementRevisions;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The connection that a pool uses. Its work goes through its {@link Wire} in order. The count of work in flight says when it is ready,
 * also after callers have cancelled.
 */
final class NettyConnection implements CopyConnection, ScriptConnection {

    private static final Logger logger = LoggerFactory.getLogger(NettyConnection.class);

    /** How long {@link #close} waits for a cancel request or for the end of the socket before it closes the socket itself. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

    private final Wire wire;
    private final ServerInfo server;
    private final boolean roundsFloats;
    private final ConnectionSettings settings;
    private final Node node;
    private final StatementErrors errors;
    private final Shared shared;
    private final Mono<Void> cancelRequest;
    private final PreparedStatements prepared;
    private final InFlight inFlight = new InFlight(this::runOnLoop);
    private final TransactionControl transactions;
    private final Mono<Void> closed;

    private final AtomicInteger portals = new AtomicInteger();

    private volatile boolean open = true;
    private boolean positionRefused;

    /** State that all connections to a database share. */
    record Shared(StatementRevisions texts, KnownStatements known, DataAccessListener listener) {}

    /**
     * @param roundsFloats whether the server rounds numbers with a fraction when it writes them as text
     * @param cancelRequest asks the server to cancel the statement of this connection
     * @param closed completes when the wire has ended
     */
    NettyConnection(
            Wire wire,
            ServerInfo server,
            boolean roundsFloats,
            ConnectionSettings settings,
            Shared shared,
            Mono<Void> cancelRequest,
            Mono<Void> closed) {
        this.wire = wire;
        this.server = server;
        this.roundsFloats = roundsFloats;
        this.settings = settings;
        this.node = settings.node();
        this.errors = new StatementErrors(node);
        this.shared = shared;
        this.cancelRequest = cancelRequest;
        this.prepared = new PreparedStatements(settings.statementCacheSize());
        this.closed = closed;
        this.transactions = new TransactionControl(this, new StepQueue(wire, inFlight, errors), this::runOnLoop);
    }

    @Override
    public ServerInfo server() {
        return server;
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return Execution.of(this, statement, null);
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement, BooleanSupplier whenSentAgain) {
        return Execution.of(this, statement, whenSentAgain);
    }

    @Override
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        return Script.of(this, statements);
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return Flux.<List<SqlRow>>create(sink -> new CursorRows(this, query, sink).start())
                .concatMapIterable(Function.identity(), 1);
    }

    @Override
    public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        return Mono.create(sink -> new CopyIn(this, copySql, data, sink).start());
    }

    @Override
    public Flux<ByteBuffer> copyOut(String copySql) {
        return Flux.create(sink -> new CopyOut(this, copySql, sink).start());
    }

    @Override
    public Flux<Notification> notifications() {
        return Flux.create(sink -> new Notifications(wire, node, sink).start(), FluxSink.OverflowStrategy.IGNORE);
    }

    @Override
    public void begin(TransactionOptions options) {
        transactions.begin(options);
    }

    @Override
    public Mono<Completion> commit(Runnable whenSent) {
        return transactions.commit(whenSent);
    }

    @Override
    public Mono<Void> rollback() {
        return transactions.rollback();
    }

    /** The transaction of the statements that are sent now, and how it begins and ends. */
    TransactionControl transactions() {
        return transactions;
    }

    /** Closes the socket at once, after a fault. */
    void abort(String reason) {
        wire.closeReason(reason);
        open = false;
        wire.abort();
    }

    @Override
    public Executor loop() {
        return wire.channel().eventLoop();
    }

    @Override
    public boolean isOnLoop() {
        return wire.isOnLoop();
    }

    /** Runs a task on the loop, after all earlier ones. If it throws, the connection is closed. Returns false if the loop has ended. */
    boolean later(Runnable task) {
        try {
            wire.channel().eventLoop().execute(() -> {
                try {
                    task.run();
                } catch (Throwable thrown) {
                    wire.breakOff(thrown);
                }
            });
            return true;
        } catch (RejectedExecutionException closedDriver) {
            return false;
        }
    }

    int nextPortal() {
        return portals.incrementAndGet();
    }

    /** Runs a task on the loop; on the calling thread if that is the loop or the loop has ended. */
    private void runOnLoop(Runnable task) {
        if (isOnLoop()) {
            task.run();
            return;
        }
        try {
            wire.channel().eventLoop().execute(task);
        } catch (RejectedExecutionException closedDriver) {
            task.run();
        }
    }

    @Override
    public boolean isReady() {
        return isOpen() && inFlight.isNone() && transactions.current() == null && wire.status() == 'I';
    }

    @Override
    public Mono<Void> reset(Duration grace, Duration limit) {
        Mono<Void> stopped = Mono.when(requestCancel().onErrorComplete(), inFlight.whenNone());
        Mono<Void> rest =
                inFlight.whenNone().timeout(grace, stopped).then(rollback()).timeout(limit);
        return transactions
                .whenNoneEnds()
                .timeout(limit, Mono.empty())
                .then(rest)
                .then(Mono.defer(() -> isOpen() && wire.status() == 'I'
                        ? Mono.empty()
                        : Mono.error(new ConnectionLostException(
                                node, "closed during its reset", Outcome.NOT_EXECUTED, null))));
    }

    @Override
    public Mono<Void> requestCancel() {
        return cancelRequest;
    }

    @Override
    public boolean isOpen() {
        return open && wire.isOpen();
    }

    @Override
    public Mono<Void> onClose() {
        return closed;
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            Mono<Void> stopped;
            if (isReady()) {
                stopped = Mono.fromRunnable(this::terminate);
            } else {
                // Terminate would wait behind the running statement, which the server would finish without need
                stopped = Mono.when(requestCancel(), inFlight.whenNone())
                        .timeout(CLOSE_TIMEOUT)
                        .onErrorComplete()
                        .then(Mono.fromRunnable(() -> {
                            if (inFlight.isNone()) {
                                terminate();
                            } else {
                                runOnLoop(wire::abort);
                            }
                        }));
            }
            open = false;
            return stopped.then(closed.timeout(CLOSE_TIMEOUT, Mono.defer(() -> {
                runOnLoop(wire::abort);
                return closed;
            })));
        });
    }

    private void terminate() {
        runOnLoop(wire::terminate);
    }

    /** A statement begins; {@link #ended} ends it. */
    void begun() {
        inFlight.begin();
    }

    /** Ends a {@link #begun} statement: it was answered, or the connection was lost. Call it before the caller's signal. */
    void ended() {
        inFlight.end();
    }

    /** Begins an observation. The listener receives its end after the caller. */
    Observation observe(Operation.Kind kind, SqlStatement statement, ContextView context) {
        DataAccessListener listener = Listeners.of(shared.listener(), context);
        return listener == DataAccessListener.NONE
                ? Observation.NONE
                : listener.started(Operation.of(kind, node, statement), context);
    }

    /** Whether a listener wants the position after a write. */
    boolean wantsPosition(ContextView context) {
        return Listeners.of(shared.listener(), context).wantsPosition();
    }

    /** Whether the server may give it. A server in recovery has none. */
    boolean givesPosition() {
        return server.role() == Role.PRIMARY && !positionRefused;
    }

    /** The server refused to give its position. It is not asked again on this connection, because it logs each refusal. */
    void positionRefused() {
        positionRefused = true;
    }

    /** The completion of what is executed here. */
    Completion completion() {
        return Completion.of(server.role());
    }

    void reprepared(SqlStatement statement, String sqlState) {
        logger.debug("preparing anew after {}: {}", sqlState, statement.text());
        shared.listener().statementReprepared(node, statement, sqlState);
    }

    /** Makes the errors of this connection's statements. */
    StatementErrors errors() {
        return errors;
    }

    /**
     * Returns what is known of a statement's text.
     *
     * @param before the result of an earlier call, or null. It is used if the text is the same, because the shared cache keeps no long
     *     texts and drops old ones
     */
    KnownStatement known(SqlStatement statement, @Nullable KnownStatement before) {
        String current = shared.texts().current(statement.text());
        return before != null && before.sql().equals(current)
                ? before
                : shared.known().of(current, statement.facts());
    }

    StatementRevisions texts() {
        return shared.texts();
    }

    /** Whether the server writes values as text in the formats that the codec reads, and without rounding. */
    boolean writesReadableText() {
        if (roundsFloats) {
            return false;
        }
        String dates = wire.parameters().get("DateStyle");
        String intervals = wire.parameters().get("IntervalStyle");
        return (dates == null || dates.startsWith("ISO")) && (intervals == null || intervals.equals("postgres"));
    }

    /** Whether prepared statements have names. */
    boolean namesStatements() {
        return server.namedStatements();
    }

    PreparedStatements prepared() {
        return prepared;
    }

    ConnectionSettings settings() {
        return settings;
    }

    Wire wire() {
        return wire;
    }

    Node node() {
        return node;
    }

    @Override
    public String toString() {
        return "NettyConnection[" + node + (server.pooled() ? ", pooled" : "") + (isOpen() ? "" : ", closed")
                + ", in flight " + inFlight.count() + "]";
    }
}
