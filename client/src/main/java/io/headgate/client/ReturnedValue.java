package io.headgate.client;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Hands the one value, or the error, of a Mono over to the caller's event loop. Where that loop has ended meanwhile, the
 * caller hears of it on the thread at hand: an outcome is not to be lost.
 */
final class ReturnedValue<T> implements CoreSubscriber<T>, Subscription, Runnable {

    private final CoreSubscriber<? super T> actual;
    private final Executor loop;
    private @Nullable Subscription upstream;
    private @Nullable T value;
    private @Nullable Throwable error;
    private volatile boolean cancelled;

    ReturnedValue(CoreSubscriber<? super T> actual, Executor loop) {
        this.actual = actual;
        this.loop = loop;
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        actual.onSubscribe(this);
    }

    @Override
    public void onNext(T result) {
        value = result;
    }

    @Override
    public void onError(Throwable failure) {
        error = failure;
        handOver();
    }

    @Override
    public void onComplete() {
        handOver();
    }

    private void handOver() {
        try {
            loop.execute(this);
        } catch (RejectedExecutionException ended) {
            run();
        }
    }

    @Override
    public void run() {
        if (cancelled) {
            Operators.onDiscard(value, currentContext());
        } else if (error != null) {
            actual.onError(error);
        } else {
            if (value != null) {
                actual.onNext(value);
            }
            actual.onComplete();
        }
    }

    @Override
    public void request(long n) {
        if (upstream != null) {
            upstream.request(n);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        if (upstream != null) {
            upstream.cancel();
        }
    }
}
