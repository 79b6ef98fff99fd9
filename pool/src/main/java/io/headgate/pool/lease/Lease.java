package io.headgate.pool.lease;

import io.headgate.core.Notification;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.CopyConnection;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.ScriptConnection;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.TransactionEndedException;
import io.headgate.core.observe.Completion;
import io.headgate.core.reactive.CaughtSignals;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.pool.concurrent.DrainGate;
import io.headgate.pool.concurrent.EagerSubscription;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * A connection lent to one borrower. Everything the borrower sends goes through the lease's gate, so nothing reaches the
 * connection after it was given back. Only the work of a transaction can outlive its lease and be refused there. An exception
 * that the work throws from a signal goes to the owner of the lease, not to the driver.
 */
public final class Lease {

    private final DriverConnection connection;
    private final Runnable whenCommitting;
    private final CommitListener commits;
    private final Consumer<Throwable> whenThrown;
    private final DrainGate gate = new DrainGate();
    private final LeaseActivity activity = new LeaseActivity();
    private volatile @Nullable LeftOverStreams streams;
    private volatile @Nullable String lastStatement;
    private volatile boolean inTransaction;
    private volatile boolean isLasting;
    private volatile boolean committing;

    /**
     * @param whenCommitting runs when the COMMIT is written; later statements go behind it
     * @param commits receives the end of the COMMIT, before the caller gets the signal
     * @param whenThrown takes exceptions that the work throws from a signal of the connection
     */
    public Lease(
            DriverConnection connection,
            Runnable whenCommitting,
            CommitListener commits,
            Consumer<Throwable> whenThrown) {
        this.connection = connection;
        this.whenCommitting = whenCommitting;
        this.commits = commits;
        this.whenThrown = whenThrown;
    }

    public Mono<SqlResult> execute(SqlStatement statement) {
        return guard(activity.statement(connection.execute(statement)), statement.text());
    }

    /**
     * Runs statements as one transaction.
     *
     * @param underOneSync whether they can be sent under one Sync, in one round trip, if the driver supports it
     */
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements, boolean underOneSync) {
        if (underOneSync && connection instanceof ScriptConnection scripts) {
            // a comment at the end of one text must not swallow the next text
            String texts = statements.stream().map(SqlStatement::text).collect(Collectors.joining("\n; "));
            return guard(activity.statement(scripts.atomically(statements)), texts);
        }
        return LeasedTransaction.run(
                        this,
                        TransactionOptions.defaults(),
                        transaction -> Flux.fromIterable(statements).concatMap(transaction::execute))
                .collectList();
    }

    Flux<SqlRow> stream(SqlStatement query) {
        return guard(activity.stream(connection.stream(query)), query.text());
    }

    public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        if (connection instanceof CopyConnection copying) {
            isLasting = true;
            // otherwise an exception from a request for data would end in the driver, without a signal
            return Mono.deferContextual(context -> {
                Flux<ByteBuffer> within = Flux.from(data).contextWrite(context);
                return guard(
                        activity.fed(within, taken -> copying.copyIn(copySql, CaughtSignals.reported(taken))), copySql);
            });
        }
        return Mono.error(() -> cannotCopy("INSERT ... SELECT FROM unnest($1, $2) with an array a column"));
    }

    public Flux<ByteBuffer> copyOut(String copySql) {
        if (connection instanceof CopyConnection copying) {
            return leftOver().add(copySql, guard(activity.stream(copying.copyOut(copySql)), copySql));
        }
        return Flux.error(() -> cannotCopy("stream(...)"));
    }

    public Flux<Notification> notifications() {
        return guard(connection.notifications(), null);
    }

    private static ConfigurationException cannotCopy(String instead) {
        return new ConfigurationException(
                "this driver cannot COPY; use that of headgate-driver-netty (headgate-driver-r2dbc can load), or "
                        + instead);
    }

    /** Makes the next statement the first of a transaction. Does nothing when the lease has ended. */
    public void begin(TransactionOptions options) {
        if (gate.enter()) {
            try {
                inTransaction = true;
                connection.begin(options);
            } finally {
                gate.leave();
            }
        }
    }

    public Mono<Void> commit() {
        return guard(
                new Mono<>() {
                    @Override
                    public void subscribe(CoreSubscriber<? super Void> actual) {
                        committing = true;
                        Mono<Completion> commit;
                        try {
                            commit = connection.commit(whenCommitting);
                        } catch (Throwable thrown) {
                            Operators.error(actual, thrown);
                            return;
                        }
                        activity.statement(commit).subscribe(new CommitSubscriber(actual, commits));
                    }
                },
                null);
    }

    public Mono<Void> rollback() {
        return guard(activity.statement(connection.rollback()), null);
    }

    public LeaseActivity activity() {
        return activity;
    }

    /** Whether it has been seen in a transaction, or reading data from its user, for at least this time, busy or not. */
    public boolean isHeldFor(long now, long nanos) {
        return (inTransaction || isLasting) && activity.isSeenFor(now, nanos);
    }

    /** @param sql the statement that is sent, or null if it is not the user's */
    private <T> Flux<T> guard(Flux<T> source, @Nullable String sql) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> work) {
                send(source, new CaughtSignals<>(work, whenThrown), sql);
            }
        };
    }

    private <T> Mono<T> guard(Mono<T> source, @Nullable String sql) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> work) {
                send(source, new EagerSubscription<>(new CaughtSignals<>(work, whenThrown)), sql);
            }
        };
    }

    private <T> void send(Publisher<T> source, CoreSubscriber<T> work, @Nullable String sql) {
        if (!gate.enter()) {
            Operators.error(work, new TransactionEndedException());
            return;
        }
        try {
            if (sql != null) {
                lastStatement = sql;
            }
            source.subscribe(work);
        } finally {
            gate.leave();
        }
    }

    /** The open streams of a new transaction. */
    LeftOverStreams leftOver() {
        LeftOverStreams made = new LeftOverStreams(whenThrown);
        streams = made;
        return made;
    }

    /** Ends the streams that the work did not cancel because one of its operators threw before. */
    void endStreams() {
        LeftOverStreams left = streams;
        if (left != null) {
            left.end(false);
        }
    }

    /**
     * The known outcome of all work if the connection is closed now. Unknown while a statement may still be handed over. A
     * transaction takes effect with its COMMIT; other work is one statement.
     */
    Outcome outcomeIfClosed() {
        String statement = lastStatement;
        boolean harmless = gate.isQuiet()
                && (statement == null
                        || (inTransaction
                                ? !committing
                                : StatementCatalog.of(statement).effect() == Effect.NONE));
        return harmless ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN;
    }

    public DrainGate gate() {
        return gate;
    }

    public DriverConnection connection() {
        return connection;
    }

    @Nullable
    public String lastStatement() {
        return lastStatement;
    }
}
