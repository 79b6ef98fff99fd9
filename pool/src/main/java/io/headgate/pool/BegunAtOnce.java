package io.headgate.pool;

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
    public void onNext(T answer) {
        setValue(answer);
    }

    @Override
    public void onComplete() {
        T answer = value;
        if (answer == null) {
            actual.onComplete();
        } else {
            complete(answer);
        }
    }

    @Override
    public void cancel() {
        super.cancel();
        source.cancel();
    }
}
