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
 * A transaction that is begun, worked in and ended by separate calls, on top of one that is a function: its work is handed
 * out and goes on until commit or rollback ends it. So every layer below sees an ordinary transaction, and a lease is taken
 * at the first statement and given back at the end, whichever it is.
 *
 * <p>A transaction without a statement asks nothing of the server. One that could not get a lease fails each statement with
 * the same error until it is rolled back. A statement that another thread subscribes to while this is committed or rolled back
 * is either part of it or fails with {@link TransactionEndedException}. Safe for use by many threads.
 */
final class HeadgateTransaction {

    private final SqlExecutor executor;
    private final Sinks.One<SqlTransaction> opened = Sinks.one();
    private final Sinks.Empty<Void> end = Sinks.empty();
    private final Sinks.Empty<Void> over = Sinks.empty();

    /** Ends the statements under way when the transaction has failed: they are no part of the work whose end the lease tells. */
    private final Sinks.Empty<Void> failed = Sinks.empty();

    private final Disposable.Swap running = Disposables.swap();
    private final TransactionDeadline deadline;
    private TransactionOptions options;
    private Timeouts timeouts;

    /** Whether the server is still to be told of the time-outs. */
    private boolean timeoutsAreNews = true;

    private boolean begun;

    /** Committed or rolled back before it had begun: what comes later begins nothing, since nobody would end it. */
    private boolean endedUnbegun;

    private volatile @Nullable SqlTransaction transaction;

    /** Who follows it; null if nobody does. Known before the transaction is. */
    private volatile @Nullable Observation observation;

    private volatile @Nullable Throwable failure;

    /** A statement was given up that may still run at the server. */
    private volatile boolean abandoned;

    /** Why work of several statements was given up. Some of them may take effect, so only a savepoint before can be kept. */
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

    /** Ends it if it has not begun; true then. */
    private synchronized boolean endUnbegun() {
        endedUnbegun |= !begun;
        return endedUnbegun;
    }

    synchronized TransactionOptions options() {
        return options;
    }

    /** Other options for a transaction that has not begun; false when it has. */
    synchronized boolean change(TransactionOptions others) {
        if (!begun) {
            options = others;
        }
        return !begun;
    }

    /** Limits for the statements from the next one on. */
    synchronized void limit(Timeouts others) {
        timeouts = others;
        timeoutsAreNews = true;
    }

    /** The transaction's level has been changed by a statement. */
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
        return CaughtSignals.heard(result, this::threw);
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

    /** Work of several statements, or of one that takes several steps at the server. */
    <T> Flux<T> with(Function<SqlTransaction, ? extends Publisher<T>> work) {
        return inside(inner -> limited(inner).thenMany(inTime(work.apply(inner))));
    }

    /** Takes back what came after a savepoint, limits too: of these the server is told again, ahead of the next statement. */
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
        return CaughtSignals.heard(results, this::threw);
    }

    /** The subscriber of a statement threw out of a signal, and was told: the transaction is rolled back. */
    private void threw(Throwable error) {
        end.tryEmitError(error);
    }

    /** Until the deadline. The server's limit is for each step, so what takes several would go on beyond it. */
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

    /** The transaction if it is open; else begins it, unless that is under way. */
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

    /** What is subscribed to beside the transaction belongs to it, for whoever follows it. */
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
     * Sends the limits that were set since the statement before, ahead of the next one and without waiting for the answer.
     * With a deadline all of them each time, since what is left is less.
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

    /** Commits; when the server had rolled back, work was given up at the deadline, or the transaction could not be begun, the error says so. */
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
     * Rolls back. A statement that was given up and still runs is not waited for: the server is asked to stop it, and the
     * transaction is undone behind this.
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

    /** Rolls back in the time given, or lets the lease see to it. */
    Mono<Void> abandon(Duration patience) {
        return rollback().timeout(patience).onErrorComplete().doFinally(signal -> giveUp());
    }

    /** Leaves the lease to itself; statements that still wait for it end with an error. */
    private void giveUp() {
        running.dispose();
        opened.tryEmitError(new ClosedException("the transaction"));
    }

    /** Ends the work of a transaction that is to be rolled back; what goes wrong then is suppressed in it. */
    private static final class Undone extends CancellationException {

        private static final long serialVersionUID = 1L;

        Undone() {
            super("rolled back as asked");
        }

        /** It is no fault, so nobody looks for its place. */
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
