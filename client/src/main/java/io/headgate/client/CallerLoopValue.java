package io.headgate.client;

import io.headgate.core.reactive.CaughtSignals;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** Delivers the value or the error of a Mono on the caller's event loop. */
final class CallerLoopValue<T> extends CallerLoopSignals<T> {

    private @Nullable T value;
    private @Nullable Throwable error;
    private volatile boolean cancelled;

    CallerLoopValue(CoreSubscriber<? super T> actual, Executor loop, Supplier<@Nullable Executor> current) {
        super(actual, loop, current);
    }

    @Override
    public void onNext(T result) {
        value = result;
    }

    @Override
    public void onError(Throwable failure) {
        error = failure;
        runOnLoop();
    }

    @Override
    public void onComplete() {
        runOnLoop();
    }

    @Override
    public void run() {
        if (cancelled) {
            Operators.onDiscard(value, currentContext());
            return;
        }
        try {
            if (error != null) {
                actual.onError(error);
                return;
            }
            if (value != null) {
                actual.onNext(value);
            }
            actual.onComplete();
        } catch (Throwable thrown) {
            // an error that Reactor treats as fatal; without this signal the caller would wait for ever
            CaughtSignals.signalError(actual, thrown);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        super.cancel();
    }
}
