package io.headgate.pool.concurrent;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * Starts a source of one value at most when it is subscribed to. Its subscriber may ask for the value later. A statement is so handed
 * to the connection while its transaction is open; it is not sent when somebody asks for its answer after the transaction's end.
 */
public final class EagerSubscription<T> extends Operators.MonoSubscriber<T, T> {

    private Subscription source = Operators.emptySubscription();

    /** Not the superclass's, which a cancellation empties: what was cancelled would end as if it had no value. */
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
