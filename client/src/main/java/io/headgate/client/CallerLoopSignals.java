package io.headgate.client;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * Delivers the signals of a source on the caller's event loop. If that loop has ended, it delivers them on the current thread,
 * so that no outcome is lost.
 *
 * <p>Not Reactor's {@code publishOn}: that requests a prefetch from the source whatever the demand, and replaces the outcome by
 * an error when the loop has ended.
 */
abstract class CallerLoopSignals<T> implements CoreSubscriber<T>, Subscription, Runnable {

    final CoreSubscriber<? super T> actual;
    private final Executor loop;
    private final Supplier<@Nullable Executor> current;
    private @Nullable Subscription upstream;

    CallerLoopSignals(CoreSubscriber<? super T> actual, Executor loop, Supplier<@Nullable Executor> current) {
        this.actual = actual;
        this.loop = loop;
        this.current = current;
    }

    @Override
    public final Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public final void onSubscribe(Subscription subscription) {
        upstream = subscription;
        actual.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        if (upstream != null) {
            upstream.request(n);
        }
    }

    @Override
    public void cancel() {
        if (upstream != null) {
            upstream.cancel();
        }
    }

    /** Runs {@link #run} on the loop: at once if this thread is the loop's. */
    final void runOnLoop() {
        if (current.get() == loop) {
            run();
            return;
        }
        try {
            loop.execute(this);
        } catch (RejectedExecutionException ended) {
            run();
        }
    }
}
