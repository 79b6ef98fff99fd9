package io.headgate.pool.concurrent;

import io.headgate.core.reactive.CaughtSignals;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/**
 * Signals a caller serially and with one terminal signal, whatever threads the signals come from. An end that arrives while a
 * value is being delivered is delivered after it (Reactive Streams, rule 1.3). The caller may throw from any signal. An
 * exception thrown from {@code onNext} or {@code onComplete} becomes its terminal error: otherwise it would wait for ever. An
 * exception thrown from {@code onError} is logged.
 */
public final class CallerSignals<T> {

    private final CoreSubscriber<? super T> caller;
    private final DrainGate delivery = new DrainGate();

    public CallerSignals(CoreSubscriber<? super T> caller) {
        this.caller = caller;
    }

    /**
     * Delivers a value, unless the end came first. Called by one thread at a time.
     *
     * @param whenThrown takes the exception that the caller throws; must call {@link #error}
     */
    public void next(T value, Consumer<Throwable> whenThrown) {
        if (delivery.enter()) {
            try {
                caller.onNext(value);
            } catch (Throwable thrown) {
                whenThrown.accept(thrown);
            } finally {
                delivery.leave();
            }
        }
    }

    /** Completes, after the last value if there is one. */
    public void complete(@Nullable T last) {
        delivery.shut(() -> {
            try {
                if (last != null) {
                    caller.onNext(last);
                }
                caller.onComplete();
            } catch (Throwable thrown) {
                // Reactor's operators rethrow fatal errors instead of signalling them; the caller needs the signal too
                CaughtSignals.signalError(caller, thrown);
            }
        });
    }

    public void error(Throwable error) {
        delivery.shut(() -> {
            try {
                caller.onError(error);
            } catch (Throwable thrown) {
                CaughtSignals.signalError(caller, thrown);
            }
        });
    }
}
