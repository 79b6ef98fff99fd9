package io.headgate.pool;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * Has a source of one value at most begin when it is subscribed to, whatever its subscriber asks for; the value waits until that
 * asks. So a statement is handed to the connection while it is known that it may be: whoever asks later, when the transaction
 * has ended, would have it sent outside.
 */
final class BegunAtOnce<T> extends Operators.MonoSubscriber<T, T> {

    private Subscription source = Operators.emptySubscription();

    /** Not the superclass's, which a cancellation empties: what was cancelled would end as if it had no value. */
    private @Nullable T answer;

    BegunAtOnce(CoreSubscriber<? super T> subscriber) {
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
