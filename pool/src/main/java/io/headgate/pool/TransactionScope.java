package io.headgate.pool;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The work of one transaction or savepoint, and its end: when the work completes it is committed, when it fails rolled back,
 * and nothing of it can be sent any more before that. The caller hears of the end once the server has answered. A commit
 * that fails is not followed by a rollback: the server has seen to that.
 *
 * <p>Cancellation stops the work, or leaves the end to go on unheard; what is to be undone then is the owner's affair.
 */
final class TransactionScope<T> implements CoreSubscriber<T>, Subscription {

    private final CoreSubscriber<? super T> actual;
    private final UseGate gate;
    private final Mono<Void> commit;
    private final Mono<Void> rollback;
    private final Operators.DeferredSubscription work = new Operators.DeferredSubscription();
    private volatile @Nullable Disposable end;
    private volatile boolean cancelled;

    TransactionScope(CoreSubscriber<? super T> actual, UseGate gate, Mono<Void> commit, Mono<Void> rollback) {
        this.actual = actual;
        this.gate = gate;
        this.commit = commit;
        this.rollback = rollback;
    }

    void start(Supplier<? extends Publisher<T>> assembly) {
        actual.onSubscribe(this);
        Publisher<T> publisher;
        try {
            publisher = Objects.requireNonNull(assembly.get(), "the work returned no publisher");
        } catch (Throwable thrown) {
            Exceptions.throwIfFatal(thrown);
            onError(thrown);
            return;
        }
        publisher.subscribe(this);
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
        if (cancelled) {
            return;
        }
        gate.shut(() -> ending(commit.subscribe(nothing -> {}, this::fail, this::complete)));
    }

    @Override
    public void onError(Throwable error) {
        if (cancelled) {
            actual.onError(error);
            return;
        }
        gate.shut(() -> ending(rollback.subscribe(
                nothing -> {},
                onRollback -> {
                    if (onRollback != error) {
                        error.addSuppressed(onRollback);
                    }
                    fail(error);
                },
                () -> fail(error))));
    }

    /** Whoever cancels at that moment may not see it yet. */
    private void ending(Disposable started) {
        end = started;
        if (cancelled) {
            started.dispose();
        }
    }

    private void complete() {
        if (!cancelled) {
            actual.onComplete();
        }
    }

    private void fail(Throwable error) {
        if (!cancelled) {
            actual.onError(error);
        }
    }

    @Override
    public void request(long n) {
        work.request(n);
    }

    @Override
    public void cancel() {
        cancelled = true;
        work.cancel();
        Disposable ending = end;
        if (ending != null) {
            ending.dispose();
        }
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }
}
