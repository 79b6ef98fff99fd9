package io.headgate.pool.concurrent;

import io.headgate.core.reactive.CaughtSignals;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/**
 * Signals to a caller, one after another and with one end, whichever threads they come from: an end that comes while a value
 * is being passed on follows it (Reactive Streams, rule 1.3). The caller may throw at any of them. What it throws at a value or
 * at completion becomes its end: nothing else would end its wait. What it throws at an error is logged.
 */
public final class CallerSignals<T> {

    private final CoreSubscriber<? super T> caller;
    private final DrainGate delivery = new DrainGate();

    public CallerSignals(CoreSubscriber<? super T> caller) {
        this.caller = caller;
    }

    /**
     * Passes a value on, unless the end came first. Called by one thread at a time.
     *
     * @param whenThrown takes what the caller throws; {@link #error} is to follow
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

    /** Ends, with a last value if there is one. */
    public void complete(@Nullable T last) {
        delivery.shut(() -> {
            try {
                if (last != null) {
                    caller.onNext(last);
                }
                caller.onComplete();
            } catch (Throwable thrown) {
                // errors that Reactor calls fatal pass through its operators: the caller has to hear of them all the
                // same
                CaughtSignals.tell(caller, thrown);
            }
        });
    }

    public void error(Throwable error) {
        delivery.shut(() -> {
            try {
                caller.onError(error);
            } catch (Throwable thrown) {
                CaughtSignals.tell(caller, thrown);
            }
        });
    }
}
