package io.headgate.pool;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * Passes a driver's signals to the work of a lease, and catches what the work throws out of them.
 *
 * <p>Reactor's operators turn what a caller's function throws into an error signal, but for errors it calls fatal, such as
 * {@link NoClassDefFoundError} and {@link StackOverflowError}: these they throw at whoever signals. Passed on into the driver
 * they would end nothing: neither the caller's wait nor the lease. So whoever owns the lease is told, and ends it.
 */
final class CaughtSignals<T> implements CoreSubscriber<T> {

    private final CoreSubscriber<? super T> work;
    private final Consumer<Throwable> whenThrown;
    private @Nullable Subscription subscription;
    private boolean thrown;

    /** @param whenThrown takes what the work threw, once at most */
    CaughtSignals(CoreSubscriber<? super T> work, Consumer<Throwable> whenThrown) {
        this.work = work;
        this.whenThrown = whenThrown;
    }

    @Override
    public Context currentContext() {
        return work.currentContext();
    }

    @Override
    public void onSubscribe(Subscription s) {
        subscription = s;
        work.onSubscribe(s);
    }

    @Override
    public void onNext(T value) {
        if (!thrown) {
            try {
                work.onNext(value);
            } catch (Throwable error) {
                caught(error);
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!thrown) {
            try {
                work.onError(failure);
            } catch (Throwable error) {
                caught(error);
            }
        }
    }

    @Override
    public void onComplete() {
        if (!thrown) {
            try {
                work.onComplete();
            } catch (Throwable error) {
                caught(error);
            }
        }
    }

    private void caught(Throwable error) {
        thrown = true;
        Subscription source = subscription;
        if (source != null) {
            source.cancel();
        }
        whenThrown.accept(error);
    }
}
