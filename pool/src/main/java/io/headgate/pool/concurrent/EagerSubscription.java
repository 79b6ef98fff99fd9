package io.headgate.pool.concurrent;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * Starts a source of at most one value on subscription, before the subscriber requests the value. So a statement is handed to
 * the connection while its transaction is open, even if the subscriber requests the answer after the transaction's end.
 */
public final class EagerSubscription<T> extends Operators.MonoSubscriber<T, T> {

    private Subscription source = Operators.emptySubscription();

    /** Not the superclass's field: a cancellation empties that, and a cancelled source would then complete without a value. */
    private @Nullable T answer;

    public EagerSubscription(CoreSubscriber<? super T> subscriber) {
        super(subscriber);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        source = subscription;
        actual.onSubscribe(this);
        if (!isCancelled()) {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(T value) {
        answer = value;
    }

    @Override
    public void onComplete() {
        T held = answer;
        if (held == null) {
            actual.onComplete();
        } else {
            complete(held);
        }
    }

    @Override
    public void cancel() {
        super.cancel();
        source.cancel();
    }
}
