package io.headgate.client;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * Stands between a source and a caller that is to be told on its own event loop. Where that loop has ended meanwhile, the
 * caller hears on the thread at hand: an outcome is not to be lost.
 *
 * <p>Not Reactor's {@code publishOn}, which asks the source for a prefetch whatever is wanted, and puts an error in the place
 * of an outcome when the loop has ended.
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

    /** Has {@link #run} called on the loop: at once if this is it. */
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
