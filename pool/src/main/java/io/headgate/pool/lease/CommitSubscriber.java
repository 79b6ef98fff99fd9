package io.headgate.pool.lease;

import io.headgate.core.observe.Completion;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/** Reports the end of a COMMIT to the listener before the caller. */
final class CommitSubscriber implements CoreSubscriber<Completion> {

    private final CoreSubscriber<? super Void> actual;
    private final CommitListener commits;
    private final long since = System.nanoTime();

    CommitSubscriber(CoreSubscriber<? super Void> actual, CommitListener commits) {
        this.actual = actual;
        this.commits = commits;
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
        commits.committed(System.nanoTime() - since, completion, currentContext());
    }

    @Override
    public void onError(Throwable error) {
        commits.commitFailed(error, currentContext());
        actual.onError(error);
    }

    @Override
    public void onComplete() {
        actual.onComplete();
    }
}
