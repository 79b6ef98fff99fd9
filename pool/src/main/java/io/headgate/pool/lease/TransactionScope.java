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
 * The work of one transaction or savepoint, and its end: when the work completes it is committed, when it fails rolled back,
 * and nothing of it can be sent any more before that. The caller hears of the end once the server has answered. A commit
 * that fails is not followed by a rollback: the server has seen to that. Work and end see the caller's {@link Context}.
 *
 * <p>Cancellation stops the work, and has it undone once nothing of it can be sent any more; an end that has begun goes on
 * unheard.
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
     * @param undo undoes work that is given up before its end, once nothing of it can be sent any more
     * @param whenCancelled runs before anything else when the caller gives up, whether or not the end has come
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
        this.context = CaughtSignals.hearingDropped(actual.currentContext(), this::threw);
    }

    /**
     * Works after a command that begins the scope. What is given up before that was answered has nothing to be undone. It is one
     * subscription with the work: an operator in between might pass a cancellation on later, on another thread.
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
            // errors of linkage and the like too: Reactor throws them instead of passing them on
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
            // no news: what was left over of the work, or the gate refused
            if (!(error instanceof TransactionEndedException)) {
                actual.onError(error);
            }
            return;
        }
        gate.shut(() -> end(rollback, () -> fail(undone(error)), onRollback -> fail(tellsMore(onRollback, error))));
    }

    /** The work's own error, unless it is not known any more whether the work was undone. */
    private static Throwable tellsMore(Throwable onRollback, Throwable error) {
        if (onRollback == error) {
            return undone(error);
        }
        boolean unknown = onRollback instanceof HeadgateException known && known.outcome() == Outcome.UNKNOWN;
        Throwable told = unknown ? onRollback : undone(error);
        told.addSuppressed(unknown ? error : onRollback);
        return told;
    }

    /** While the work might have caught it, the COMMIT might have come. */
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
        boolean first = cancelled.compareAndSet(false, true);
        if (working.compareAndSet(false, true)) {
            begin.dispose();
            return;
        }
        if (first) {
            whenCancelled.run();
        }
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

    /** The beginning, or an end, under way. */
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
