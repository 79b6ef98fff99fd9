package io.headgate.pool.lease;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.TransactionEndedException;
import io.headgate.core.reactive.CaughtSignals;
import io.headgate.pool.concurrent.DrainGate;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The work of one transaction or savepoint, and its end. When the work completes, it is committed; when it fails, it is rolled
 * back. Before that the gate is shut, so the work can send nothing more. The caller is signalled when the server has answered.
 * A failed commit is not followed by a rollback: the server or the driver has rolled back. Work and end see the caller's {@link
 * Context}.
 *
 * <p>Cancellation stops the work, and undoes it once it can send nothing more. An end that has begun continues, without a
 * signal to the caller.
 */
final class TransactionScope<T> implements CoreSubscriber<T>, Subscription {

    private final CoreSubscriber<? super T> actual;
    private final DrainGate gate;
    private final Mono<Void> commit;
    private final Mono<Void> rollback;
    private final Mono<Void> undo;
    private final Runnable whenCancelled;
    private final Context context;
    private final Operators.DeferredSubscription work = new Operators.DeferredSubscription();
    private final AtomicBoolean working = new AtomicBoolean(true);
    private Step begin = new Step(() -> {}, error -> {});
    private final AtomicBoolean cancelled = new AtomicBoolean();

    /**
     * @param undo undoes work that is given up before its end, once it can send nothing more
     * @param whenCancelled runs first when the caller cancels, whether or not the work has ended
     */
    TransactionScope(
            CoreSubscriber<? super T> actual,
            DrainGate gate,
            Mono<Void> commit,
            Mono<Void> rollback,
            Mono<Void> undo,
            Runnable whenCancelled) {
        this.actual = actual;
        this.gate = gate;
        this.commit = commit;
        this.rollback = rollback;
        this.undo = undo;
        this.whenCancelled = whenCancelled;
        this.context = CaughtSignals.withDroppedErrorHook(actual.currentContext(), this::threw);
    }

    /**
     * Runs the work after a command that begins the scope. If the caller cancels before the command was answered, there is
     * nothing to undo. Command and work share one subscription: an operator in between might deliver a cancellation later, on
     * another thread.
     */
    void startAfter(Mono<Void> command, Supplier<? extends Publisher<T>> assembly) {
        working.set(false);
        begin = new Step(
                () -> {
                    if (working.compareAndSet(false, true)) {
                        work(assembly);
                    }
                },
                this::fail);
        actual.onSubscribe(this);
        if (!cancelled.get()) {
            command.subscribe(begin);
        }
    }

    void start(Supplier<? extends Publisher<T>> assembly) {
        actual.onSubscribe(this);
        if (!cancelled.get()) {
            work(assembly);
        }
    }

    private void work(Supplier<? extends Publisher<T>> assembly) {
        try {
            Objects.requireNonNull(assembly.get(), "the work returned no publisher")
                    .subscribe(this);
        } catch (Throwable thrown) {
            // includes linkage errors: Reactor throws them instead of signalling them
            threw(thrown);
        }
    }

    private void threw(Throwable error) {
        CaughtSignals.cancelQuietly(work);
        onError(error);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        work.set(subscription);
    }

    @Override
    public void onNext(T value) {
        actual.onNext(value);
    }

    @Override
    public void onComplete() {
        if (cancelled.get()) {
            return;
        }
        gate.shut(() -> end(commit, this::complete, this::fail));
    }

    @Override
    public void onError(Throwable error) {
        if (cancelled.get()) {
            // ignored: a stream of the work was ended, or the gate refused a statement
            if (!(error instanceof TransactionEndedException)) {
                actual.onError(error);
            }
            return;
        }
        gate.shut(() -> end(rollback, () -> fail(undone(error)), onRollback -> fail(tellsMore(onRollback, error))));
    }

    /** The work's own error, unless the failed rollback made the outcome unknown. */
    private static Throwable tellsMore(Throwable onRollback, Throwable error) {
        if (onRollback == error) {
            return undone(error);
        }
        boolean unknown = onRollback instanceof HeadgateException known && known.outcome() == Outcome.UNKNOWN;
        Throwable told = unknown ? onRollback : undone(error);
        told.addSuppressed(unknown ? error : onRollback);
        return told;
    }

    /** The work's error with its outcome after the rollback: before that, a COMMIT might still have come. */
    private static Throwable undone(Throwable error) {
        return error instanceof HeadgateException own ? own.afterRollback() : error;
    }

    private void end(Mono<Void> command, Runnable whenDone, Consumer<Throwable> whenFailed) {
        command.subscribe(new Step(whenDone, whenFailed));
    }

    private void complete() {
        if (!cancelled.get()) {
            actual.onComplete();
        }
    }

    private void fail(Throwable error) {
        if (!cancelled.get()) {
            actual.onError(error);
        }
    }

    @Override
    public void request(long n) {
        work.request(n);
    }

    /** Cancels the work before its streams are ended, so that the work sees a cancellation and no error. */
    @Override
    public void cancel() {
        if (!cancelled.compareAndSet(false, true)) {
            return;
        }
        if (working.compareAndSet(false, true)) {
            begin.dispose();
            return;
        }
        whenCancelled.run();
        boolean inside = gate.enter();
        gate.shut(() -> end(undo, () -> {}, unheard -> {}));
        CaughtSignals.cancelQuietly(work);
        if (inside) {
            gate.leave();
        }
    }

    @Override
    public Context currentContext() {
        return context;
    }

    /** A begin or end command under way. */
    private final class Step extends BaseSubscriber<Void> {

        private final Runnable whenDone;
        private final Consumer<Throwable> whenFailed;

        Step(Runnable whenDone, Consumer<Throwable> whenFailed) {
            this.whenDone = whenDone;
            this.whenFailed = whenFailed;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        protected void hookOnComplete() {
            whenDone.run();
        }

        @Override
        protected void hookOnError(Throwable error) {
            whenFailed.accept(error);
        }
    }
}
