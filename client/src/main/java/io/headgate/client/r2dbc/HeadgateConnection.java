package io.headgate.client.r2dbc;

import io.headgate.client.r2dbc.ConnectionDefaults.Timeouts;
import io.headgate.core.RowMetadata;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ClosedException;
import io.headgate.core.reactive.CaughtSignals;
import io.headgate.core.sql.TextCache;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection of R2DBC that holds no connection to the server. It stores its settings (isolation, auto-commit, time-outs) and
 * sends them with each transaction, so that nothing is left in a session.
 *
 * <p>Nothing happens before a subscription. Statements outside a transaction may run concurrently if one is subscribed to
 * before the previous one has ended. Results are delivered on the caller's event loop if it subscribes on one, else on a loop
 * of the driver. Within a transaction, statements are answered on the connection's loop, and the end is delivered on the
 * caller's. As every R2DBC connection, it is for one caller at a time.
 */
final class HeadgateConnection implements Connection {

    /** Whether a serializable read-only transaction waits for a snapshot that cannot fail; named as in R2DBC PostgreSQL. */
    private static final Option<Boolean> DEFERRABLE = Option.valueOf("deferrable");

    private static final String EMPTY = ";";
    private static final SqlStatement NOTHING = SqlStatement.of("SELECT 1");

    /** How long closing waits for a rollback, which takes a round trip: the locks are then free for the next caller. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final SqlResult EMPTY_RESULT = SqlResult.of(List.of(), RowMetadata.of(List.of()), 0);

    private final SqlExecutor executor;
    private final TextCache<StatementText> texts;
    private final ConnectionDefaults defaults;
    private final String serverVersion;
    private @Nullable HeadgateTransaction transaction;
    private boolean autoCommit = true;
    private Settings settings;
    private volatile boolean closed;

    HeadgateConnection(
            SqlExecutor executor, TextCache<StatementText> texts, ConnectionDefaults defaults, String serverVersion) {
        this.executor = executor;
        this.texts = texts;
        this.defaults = defaults;
        this.serverVersion = serverVersion;
        this.settings = new Settings(TransactionOptions.defaults(), defaults.timeouts());
    }

    /** The settings for transactions and for statements outside of them. */
    private record Settings(TransactionOptions options, Timeouts timeouts) {

        /** Whether these are the server's own limits, so that a statement needs no transaction to set them and can share a lane. */
        boolean areTheServers() {
            return timeouts.isNone() && !IsolationLevels.isAboveReadCommitted(options.isolation());
        }

        Settings isolation(io.headgate.core.IsolationLevel level) {
            return new Settings(options.isolation(level), timeouts);
        }

        Settings timeouts(Timeouts others) {
            return new Settings(options, others);
        }
    }

    @Override
    public HeadgateStatement createStatement(@Nullable String sql) {
        String given = Arguments.required(sql, "SQL text");
        // as in R2DBC PostgreSQL, a blank text is an empty statement
        return new HeadgateStatement(this, text(given.isBlank() ? EMPTY : given), defaults.fetchSize());
    }

    @Override
    public HeadgateBatch createBatch() {
        return new HeadgateBatch(this);
    }

    /** The parsed facts of a text. */
    StatementText text(String sql) {
        return texts.of(sql);
    }

    Mono<SqlResult> execute(SqlStatement statement) {
        return Mono.defer(() -> {
                    HeadgateTransaction current = forStatement();
                    if (current != null) {
                        return becomesReadOnly(current, statement)
                                ? Mono.just(EMPTY_RESULT)
                                : noting(current, statement, current.execute(inTransaction(statement)));
                    }
                    Settings own = settings();
                    return own.areTheServers()
                            ? executor.execute(statement)
                            : inOwnTransaction(own, inner -> inner.execute(statement))
                                    .single();
                })
                .onErrorMap(R2dbcExceptions::of);
    }

    /** Runs statements in one pipeline, all or none. */
    Flux<SqlResult> executeAll(List<SqlStatement> statements) {
        if (statements.size() == 1) {
            return execute(statements.get(0)).flux();
        }
        return Flux.defer(() -> {
                    HeadgateTransaction current = forStatement();
                    return current != null
                            ? current.with(inner -> pipeline(
                                    statements,
                                    statement -> noting(current, statement, inner.execute(inTransaction(statement)))))
                            // SET is not rewritten: a local setting would silently end with these statements
                            : inOwnTransaction(settings(), inner -> pipeline(statements, inner::execute));
                })
                .onErrorMap(R2dbcExceptions::of);
    }

    private static Flux<SqlResult> pipeline(
            List<SqlStatement> statements, Function<SqlStatement, Mono<SqlResult>> execution) {
        return Flux.fromIterable(statements).flatMapSequential(execution);
    }

    /** Whether it only makes a transaction read-only that has not begun: then BEGIN does that, on a replica if there is one. */
    private boolean becomesReadOnly(HeadgateTransaction current, SqlStatement statement) {
        return text(statement.text()).makesReadOnly()
                && current.change(current.options().readOnly(true));
    }

    /** Records the isolation level if a SQL statement has changed it. */
    private Mono<SqlResult> noting(HeadgateTransaction current, SqlStatement statement, Mono<SqlResult> execution) {
        io.headgate.core.IsolationLevel level = text(statement.text()).isolation();
        return level == null ? execution : execution.doOnNext(result -> current.hasBecome(level));
    }

    /** The form of the statement to send in a transaction. */
    private SqlStatement inTransaction(SqlStatement statement) {
        return defaults.rewriteSetToLocal()
                ? statement.withText(text(statement.text()).setLocal())
                : statement;
    }

    /** @param onlyReads whether the query is proven to write nothing, not even by a function */
    Flux<SqlRow> stream(SqlStatement query, boolean onlyReads) {
        return Flux.defer(() -> {
                    HeadgateTransaction current = forStatement();
                    if (current != null) {
                        return current.stream(query);
                    }
                    Settings own = settings();
                    return own.areTheServers() && onlyReads
                            ? executor.stream(query)
                            : inOwnTransaction(own, inner -> inner.stream(query));
                })
                .onErrorMap(R2dbcExceptions::of);
    }

    private <T> Flux<T> inOwnTransaction(Settings own, Function<SqlTransaction, ? extends Publisher<T>> work) {
        return executor.inTransaction(
                own.options(), inner -> LocalTimeouts.set(inner, own.timeouts()).thenMany(work.apply(inner)));
    }

    /** The transaction for the next statement; begun here when auto-commit is off; null outside a transaction. */
    private synchronized @Nullable HeadgateTransaction forStatement() {
        requireOpen();
        if (transaction == null && !autoCommit) {
            begin(settings, TransactionDeadline.NONE);
        }
        return transaction;
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedException("this connection");
        }
    }

    private synchronized Settings settings() {
        return settings;
    }

    /** The next statement begins a transaction. In an open transaction this does nothing, as in R2DBC PostgreSQL: its options stay. */
    @Override
    public Mono<Void> beginTransaction() {
        return step(() -> begin(settings, TransactionDeadline.NONE));
    }

    /**
     * The next statement begins a transaction. In an open transaction this does nothing.
     *
     * @param definition isolation level, whether it only reads, {@code deferrable}, and the lock time-out, which bounds each
     *     wait for a lock and also the total time of the transaction's statements: Spring passes {@code
     *     @Transactional(timeout)} in it. The name is ignored, because PostgreSQL has none
     */
    @Override
    public Mono<Void> beginTransaction(@Nullable TransactionDefinition definition) {
        TransactionDefinition given = Arguments.required(definition, "transaction definition");
        Duration limit = given.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT);
        return step(() -> begin(settings(given), TransactionDeadline.after(limit, System::nanoTime)));
    }

    private Settings settings(TransactionDefinition given) {
        IsolationLevel isolation = given.getAttribute(TransactionDefinition.ISOLATION_LEVEL);
        Duration lock = given.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT);
        TransactionOptions wanted = TransactionOptions.defaults()
                .isolation(isolation == null ? settings.options().isolation() : IsolationLevels.ofR2dbc(isolation))
                .readOnly(Boolean.TRUE.equals(given.getAttribute(TransactionDefinition.READ_ONLY)))
                .deferrable(Boolean.TRUE.equals(given.getAttribute(DEFERRABLE)));
        Timeouts timeouts = settings.timeouts();
        return new Settings(wanted, lock == null ? timeouts : timeouts.lock(lock));
    }

    private Mono<Void> begin(Settings wanted, TransactionDeadline deadline) {
        if (transaction == null) {
            transaction = new HeadgateTransaction(executor, wanted.options(), wanted.timeouts(), deadline);
        }
        return Mono.empty();
    }

    /** Commits; without a transaction there is nothing to do. Cancelling leaves the outcome unknown. */
    @Override
    public Mono<Void> commitTransaction() {
        return step(() -> {
            HeadgateTransaction current = takeTransaction();
            return current == null ? Mono.empty() : current.commit();
        });
    }

    /** Rolls back; without a transaction there is nothing to do. */
    @Override
    public Mono<Void> rollbackTransaction() {
        return step(() -> {
            HeadgateTransaction current = takeTransaction();
            return current == null ? Mono.empty() : current.rollback();
        });
    }

    private @Nullable HeadgateTransaction takeTransaction() {
        HeadgateTransaction current = transaction;
        transaction = null;
        return current;
    }

    /** Sets a savepoint, and begins a transaction where there is none. */
    @Override
    public Mono<Void> createSavepoint(@Nullable String name) {
        String given = Arguments.savepoint(name);
        return step(() -> {
            begin(settings, TransactionDeadline.NONE);
            return inTransaction("createSavepoint").run(inner -> inner.createSavepoint(given));
        });
    }

    @Override
    public Mono<Void> releaseSavepoint(@Nullable String name) {
        String given = Arguments.savepoint(name);
        return step(() -> inTransaction("releaseSavepoint").run(inner -> inner.releaseSavepoint(given)));
    }

    @Override
    public Mono<Void> rollbackTransactionToSavepoint(@Nullable String name) {
        String given = Arguments.savepoint(name);
        return step(() -> inTransaction("rollbackTransactionToSavepoint").rollbackTo(given));
    }

    private HeadgateTransaction inTransaction(String what) {
        HeadgateTransaction current = transaction;
        if (current == null) {
            throw new IllegalStateException(
                    what + " needs a transaction and none is open; begin one, or set a savepoint");
        }
        return current;
    }

    @Override
    public synchronized boolean isAutoCommit() {
        return autoCommit && transaction == null;
    }

    /** A change commits the open transaction. While it is off, a statement outside a transaction begins one. */
    @Override
    public Mono<Void> setAutoCommit(boolean wanted) {
        return step(() -> {
            boolean changes = wanted != isAutoCommit();
            autoCommit = wanted;
            HeadgateTransaction current = changes ? takeTransaction() : null;
            return current == null ? Mono.empty() : current.commit();
        });
    }

    @Override
    public synchronized IsolationLevel getTransactionIsolationLevel() {
        HeadgateTransaction current = transaction;
        return IsolationLevels.toR2dbc((current == null ? settings.options() : current.options()).isolation());
    }

    /**
     * For the open transaction, if it has not run a statement yet; otherwise for later transactions and for statements outside
     * of one. Above read committed, each of these statements gets its own transaction, on a lease.
     */
    @Override
    public Mono<Void> setTransactionIsolationLevel(@Nullable IsolationLevel level) {
        io.headgate.core.IsolationLevel wanted = IsolationLevels.ofR2dbc(Arguments.required(level, "isolation level"));
        return step(() -> {
            HeadgateTransaction current = transaction;
            if (current == null) {
                settings = settings.isolation(wanted);
                return Mono.empty();
            }
            if (current.change(current.options().isolation(wanted))) {
                return Mono.empty();
            }
            SqlStatement change = SqlStatement.of("SET TRANSACTION ISOLATION LEVEL " + wanted.sql());
            return noting(current, change, current.execute(change)).then();
        });
    }

    /** Longest wait for one lock, for the open and later transactions; zero for no limit. */
    @Override
    public Mono<Void> setLockWaitTimeout(@Nullable Duration timeout) {
        Duration given = Arguments.required(timeout, "timeout");
        return step(() -> limit(settings.timeouts().lock(given)));
    }

    /**
     * Longest time of a statement, for the open and later transactions; zero for no limit. A statement outside a transaction
     * then gets its own transaction, in which the time-out is set.
     */
    @Override
    public Mono<Void> setStatementTimeout(@Nullable Duration timeout) {
        Duration given = Arguments.required(timeout, "timeout");
        return step(() -> limit(settings.timeouts().statement(given)));
    }

    private Mono<Void> limit(Timeouts limits) {
        settings = settings.timeouts(limits);
        HeadgateTransaction current = transaction;
        if (current != null) {
            current.limit(limits);
        }
        return Mono.empty();
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return new ConnectionMetadata() {
            @Override
            public String getDatabaseProductName() {
                return "PostgreSQL";
            }

            @Override
            public String getDatabaseVersion() {
                return serverVersion;
            }
        };
    }

    /** Locally: whether it is open. Remotely: whether a statement can be run now, in the open transaction if there is one. */
    @Override
    public Mono<Boolean> validate(@Nullable ValidationDepth depth) {
        ValidationDepth given = Arguments.required(depth, "depth");
        return Mono.defer(() -> {
            if (closed || given == ValidationDepth.LOCAL) {
                return Mono.just(!closed);
            }
            HeadgateTransaction current;
            synchronized (this) {
                current = transaction;
            }
            Mono<SqlResult> tried =
                    current != null && current.isBegun() ? current.execute(NOTHING) : executor.execute(NOTHING);
            return tried.thenReturn(true).onErrorReturn(false);
        });
    }

    /** Rolls back an open transaction and refuses later calls. Idempotent; never fails. */
    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            HeadgateTransaction current;
            synchronized (this) {
                closed = true;
                current = takeTransaction();
            }
            return current == null ? Mono.empty() : CaughtSignals.reported(current.abandon(PATIENCE));
        });
    }

    private interface Step {
        Mono<Void> take();
    }

    /** Changes the connection's state at subscription, then runs the resulting command at the server. */
    private Mono<Void> step(Step change) {
        return CaughtSignals.reported(Mono.defer(() -> {
                    synchronized (this) {
                        requireOpen();
                        return change.take();
                    }
                })
                .onErrorMap(R2dbcExceptions::of));
    }

    @Override
    public String toString() {
        return "HeadgateConnection[" + executor + (closed ? ", closed]" : "]");
    }
}
