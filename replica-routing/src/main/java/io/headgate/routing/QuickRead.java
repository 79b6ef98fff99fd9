package io.headgate.routing;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * A read on a replica that was chosen without waiting. Most reads are one, so it is one object: the subscriber of the replica and the
 * subscription of the caller. If the replica fails, the {@link RoutedCall} takes over.
 */
final class QuickRead implements CoreSubscriber<SqlResult>, Subscription {

    private final CoreSubscriber<? super SqlResult> caller;
    private final ReplicaRouter router;
    private final SqlStatement statement;
    private final Target target;
    private final long since;
    private volatile @Nullable Subscription subscription;
    private volatile boolean cancelled;
    private volatile boolean requested;
    private boolean takenOver;
    private boolean answered;

    QuickRead(
            CoreSubscriber<? super SqlResult> caller,
            ReplicaRouter router,
            SqlStatement statement,
            Target target,
            long since) {
        this.caller = caller;
        this.router = router;
        this.statement = statement;
        this.target = target;
        this.since = since;
    }

    @Override
    public Context currentContext() {
        return caller.currentContext();
    }

    @Override
    public void onSubscribe(Subscription received) {
        subscription = received;
        if (!takenOver) {
            caller.onSubscribe(this);
            return;
        }
        if (cancelled) {
            received.cancel();
        } else if (requested) {
            received.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void request(long n) {
        requested = true;
        Subscription current = subscription;
        if (current != null) {
            current.request(n);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        Subscription current = subscription;
        if (current != null) {
            current.cancel();
        }
        end(false);
    }

    @Override
    public void onNext(SqlResult result) {
        if (!takenOver) {
            end(true);
            router.hasRead(statement, target, caller.currentContext());
        }
        caller.onNext(result);
    }

    @Override
    public void onComplete() {
        end(false);
        caller.onComplete();
    }

    @Override
    public void onError(Throwable error) {
        if (takenOver) {
            caller.onError(error);
            return;
        }
        end(false);
        takenOver = true;
        router.executeAfter(statement, target, error, caller.currentContext()).subscribe(this);
    }

    /** The load of the node ends once: at the answer, the error or the cancellation. */
    private void end(boolean withAnswer) {
        synchronized (this) {
            if (answered) {
                return;
            }
            answered = true;
        }
        if (withAnswer) {
            target.answered(since);
        } else {
            target.ended();
        }
    }
}
