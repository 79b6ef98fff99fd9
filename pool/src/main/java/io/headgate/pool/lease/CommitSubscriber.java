package io.headgate.pool.lease;

import io.headgate.core.observe.Completion;
import io.headgate.core.observe.Observation;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/** Reports the end of a COMMIT to its observation before the caller. */
final class CommitSubscriber implements CoreSubscriber<Completion> {

    private final CoreSubscriber<? super Void> actual;
    private final Observation observation;
    private boolean committed;

    CommitSubscriber(CoreSubscriber<? super Void> actual, CommitListener commits) {
        this.actual = actual;
        this.observation = commits.committing(actual.currentContext());
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
        committed = true;
        if (observation.wantsCompletion()) {
            observation.completed(completion);
        }
    }

    @Override
    public void onError(Throwable error) {
        observation.failed(error);
        actual.onError(error);
        observation.ended(error);
    }

    @Override
    public void onComplete() {
        if (!committed) {
            // nothing was sent
            observation.cancelled();
            actual.onComplete();
            return;
        }
        actual.onComplete();
        observation.ended(null);
    }
}
