package io.headgate.pool.lease;

import io.headgate.core.observe.Completion;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/** Reports a COMMIT to the listener before its caller learns of it. */
final class CommitSubscriber implements CoreSubscriber<Completion> {

    private final CoreSubscriber<? super Void> actual;
    private final Lease.WhenCommitted whenCommitted;
    private final long since = System.nanoTime();

    CommitSubscriber(CoreSubscriber<? super Void> actual, Lease.WhenCommitted whenCommitted) {
        this.actual = actual;
        this.whenCommitted = whenCommitted;
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        actual.onSubscribe(subscription);
    }

    @Override
    public void onNext(Completion completion) {
        whenCommitted.committed(System.nanoTime() - since, completion, currentContext());
    }

    @Override
    public void onError(Throwable error) {
        actual.onError(error);
    }

    @Override
    public void onComplete() {
        actual.onComplete();
    }
}
