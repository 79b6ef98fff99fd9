package io.headgate.client.r2dbc;

import io.headgate.client.r2dbc.ConnectionDefaults.Timeouts;
import io.headgate.core.IsolationLevel;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.support.EarlyEnd;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.TransactionAbortedException;
import io.headgate.core.error.TransactionEndedException;
import io.headgate.core.observe.Observation;
import io.headgate.core.reactive.CaughtSignals;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * A transaction with separate calls for begin, statements and end, on top of a transaction that is a function. The function's
 * work hands its transaction out and stays open until commit or rollback ends it. So every layer below sees an ordinary
 * transaction. A lease is taken at the first statement and given back at any end.
 *
 * <p>A transaction without statements sends nothing. A transaction that could not get a lease fails each statement with the
 * same error until it is rolled back. A statement that another thread subscribes to during commit or rollback is either part of
 * the transaction or fails with {@link TransactionEndedException}. Safe for use by many threads.
 */
final class HeadgateTransaction {

    private final SqlExecutor executor;
    private final Sinks.One<SqlTransaction> opened = Sinks.one();
    private final Sinks.Empty<Void> end = Sinks.empty();
    private final Sinks.Empty<Void> over = Sinks.empty();

    /** Ends the statements under way when the transaction has failed: they are not part of the work that the lease ends. */
    private final Sinks.Empty<Void> failed = Sinks.empty();

    private final Disposable.Swap running = Disposables.swap();
    private final TransactionDeadline deadline;
    private TransactionOptions options;
    private Timeouts timeouts;

    /** Whether the time-outs must still be sent to the server. */
    private boolean timeoutsAreNews = true;

    private boolean begun;

    /** Committed or rolled back before it had begun: later statements must not begin it, because no call would end it. */
    private boolean endedUnbegun;

    private volatile @Nullable SqlTransaction transaction;

    /** The listener's observation; null if there is none. Set before the transaction. */
    private volatile @Nullable Observation observation;

    private volatile @Nullable Throwable failure;

    /** Whether a statement that was given up may still run at the server. */
    private volatile boolean abandoned;

    /**
     * Why work of several statements was given up. Some of them may have taken effect, so only a rollback to an earlier
     * savepoint makes the transaction usable.
     */
    private volatile @Nullable Throwable givenUp;

    HeadgateTransaction(
            SqlExecutor executor, TransactionOptions options, Timeouts timeouts, TransactionDeadline deadline) {
        this.executor = executor;
        this.options = options;
        this.timeouts = timeouts;
        this.deadline = deadline;
    }

    synchronized boolean isBegun() {
        return begun;
    }

    /** Ends the transaction if it has not begun; true in that case. */
    private synchronized boolean endUnbegun() {
        endedUnbegun |= !begun;
        return endedUnbegun;
    }

    synchronized TransactionOptions options() {
        return options;
    }

    /** Changes the options of a transaction that has not begun; false when it has. */
    synchronized boolean change(TransactionOptions others) {
        if (!begun) {
            options = others;
        }
        return !begun;
    }

    /** Sets the limits from the next statement on. */
    synchronized void limit(Timeouts others) {
        timeouts = others;
        timeoutsAreNews = true;
    }

    /** A statement has changed the transaction's isolation level. */
    synchronized void hasBecome(IsolationLevel level) {
        options = options.isolation(level);
    }

    Mono<SqlResult> execute(SqlStatement statement) {
        Mono<SqlResult> result = Mono.deferContextual(context -> {
                    SqlTransaction open = transaction(context);
                    return open != null && isUnlimited()
                            ? executed(open, statement)
                            : whenOpen().flatMap(inner -> limited(inner).then(bounded(inner, statement)));
                })
                .takeUntilOther(failed.asMono())
                .doFinally(this::noteEnd);
        return CaughtSignals.reported(result, this::threw);
    }

    private Mono<SqlResult> executed(SqlTransaction inner, SqlStatement statement) {
        Mono<SqlResult> execution = inner.execute(statement);
        return observation == null ? execution : execution.contextWrite(this::within);
    }

    private Mono<SqlResult> bounded(SqlTransaction inner, SqlStatement statement) {
        Mono<SqlResult> execution = executed(inner, statement);
        if (!deadline.isSet()) {
            return execution;
        }
        return (statement.isBatch()
                        ? deadline.end(execution, this::giveUpWork)
                        : deadline.endLater(execution, this::giveUpWork))
                .single();
    }

    private Mono<SqlTransaction> whenOpen() {
        Mono<SqlTransaction> open = opened.asMono();
        return deadline.isSet() && transaction == null ? deadline.endWait(open) : open;
    }

    Flux<SqlRow> stream(SqlStatement query) {
        return with(open -> open.stream(query));
    }

    Mono<Void> run(Function<SqlTransaction, Mono<Void>> command) {
        return inside(inner -> limited(inner).then(command.apply(inner))).then();
    }

    /** Runs work of several statements, or of one statement with several steps at the server. */
    <T> Flux<T> with(Function<SqlTransaction, ? extends Publisher<T>> work) {
        return inside(inner -> limited(inner).thenMany(inTime(work.apply(inner))));
    }

    /** Rolls back to a savepoint. That also undoes later limits, so the limits are sent again ahead of the next statement. */
    Mono<Void> rollbackTo(String savepoint) {
        return inside(inner -> inner.rollbackToSavepoint(savepoint)
                        .doFirst(this::tellTimeoutsAgain)
                        .doOnSuccess(nothing -> givenUp = null))
                .then();
    }

    private synchronized void tellTimeoutsAgain() {
        timeoutsAreNews = true;
    }

    private <T> Flux<T> inside(Function<SqlTransaction, ? extends Publisher<T>> work) {
        Flux<T> inside = Flux.deferContextual(context -> {
            transaction(context);
            return whenOpen().flatMapMany(open -> Flux.from(work.apply(open)).contextWrite(this::within));
        });
        Flux<T> results = EarlyEnd.of(inside, failed.asMono()).doFinally(this::noteEnd);
        return CaughtSignals.reported(results, this::threw);
    }

    /** The subscriber of a statement threw from a signal and got that error: the transaction is rolled back. */
    private void threw(Throwable error) {
        end.tryEmitError(error);
    }

    /** Ends work at the deadline. The server's limit applies to each step, so work of several steps could exceed it. */
    private <T> Flux<T> inTime(Publisher<T> work) {
        return deadline.isSet() ? deadline.end(work, this::giveUpWork) : Flux.from(work);
    }

    private void giveUpWork(Throwable timeIsOver) {
        abandoned = true;
        givenUp = timeIsOver;
    }

    private void noteEnd(SignalType signal) {
        if (signal == SignalType.CANCEL) {
            abandoned = true;
        }
    }

    /** The transaction if it is open; otherwise begins it, unless that is under way. */
    private @Nullable SqlTransaction transaction(ContextView context) {
        SqlTransaction open = transaction;
        if (open != null) {
            return open;
        }
        synchronized (this) {
            if (endedUnbegun) {
                throw new TransactionEndedException();
            }
            if (begun) {
                return transaction;
            }
            begun = true;
        }
        Disposable subscription = executor.<Void>inTransaction(options, this::handOut)
                .contextWrite(context)
                .subscribe(nothing -> {}, this::ended, () -> ended(null));
        running.update(subscription);
        return transaction;
    }

    private Mono<Void> handOut(SqlTransaction open) {
        return Mono.deferContextual(context -> {
            observation = context.getOrDefault(Observation.class, null);
            transaction = open;
            opened.tryEmitValue(open);
            return end.asMono();
        });
    }

    /** Adds the observation to the Context of a statement, so that the listener assigns it to this transaction. */
    private Context within(Context ofStatement) {
        Observation followed = observation;
        return followed == null ? ofStatement : followed.within(ofStatement);
    }

    private void ended(@Nullable Throwable error) {
        Throwable cause = error instanceof Undone undone ? undone.trouble() : error;
        if (cause == null) {
            over.tryEmitEmpty();
            return;
        }
        failure = cause;
        opened.tryEmitError(cause);
        failed.tryEmitError(cause);
        over.tryEmitError(cause);
    }

    private synchronized boolean isUnlimited() {
        return !(timeoutsAreNews && !timeouts.isNone()) && !deadline.isSet();
    }

    /**
     * Sends the limits that were set since the previous statement, ahead of the next one and without waiting for the answer.
     * With a deadline it sends all limits each time, because the remaining time shrinks.
     */
    private Mono<Void> limited(SqlTransaction open) {
        return Mono.defer(() -> {
            Timeouts limits;
            synchronized (this) {
                limits = deadline.bound(timeoutsAreNews || deadline.isSet() ? timeouts : Timeouts.NONE);
                timeoutsAreNews = false;
            }
            return LocalTimeouts.set(open, limits);
        });
    }

    /** Commits. Fails if the server had rolled back, work was given up at the deadline, or the transaction could not begin. */
    Mono<Void> commit() {
        return Mono.defer(() -> {
            if (endUnbegun()) {
                return Mono.empty();
            }
            Throwable incomplete = givenUp;
            if (incomplete != null) {
                return rollback().then(Mono.error(new TransactionAbortedException(incomplete)));
            }
            end.tryEmitEmpty();
            return over.asMono().doOnCancel(running::dispose);
        });
    }

    /**
     * Rolls back. Does not wait for a statement that was given up and still runs: the server is asked to stop it, and the
     * transaction is undone in the background.
     */
    Mono<Void> rollback() {
        return Mono.defer(() -> {
            if (endUnbegun() || failure != null) {
                return Mono.empty();
            }
            if (abandoned || transaction == null) {
                giveUp();
                return Mono.empty();
            }
            end.tryEmitError(new Undone());
            return over.asMono().doOnCancel(running::dispose);
        });
    }

    /** Rolls back within the given time, or leaves the rollback to the reset of the lease. */
    Mono<Void> abandon(Duration patience) {
        return rollback().timeout(patience).onErrorComplete().doFinally(signal -> giveUp());
    }

    /** Cancels the work, which resets the lease; statements that still wait for the transaction end with an error. */
    private void giveUp() {
        running.dispose();
        opened.tryEmitError(new ClosedException("the transaction"));
    }

    /** Ends the work of a transaction that must be rolled back; later errors are added to it as suppressed. */
    private static final class Undone extends CancellationException {

        private static final long serialVersionUID = 1L;

        Undone() {
            super("rolled back as asked");
        }

        /** No stack trace: this is not a fault. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }

        @Nullable
        Throwable trouble() {
            return getSuppressed().length == 0 ? null : getSuppressed()[0];
        }
    }
}
