package io.headgate.routing;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * A statement on a node that was chosen without waiting. Most statements are one, so it is one object: the subscriber of the node and the
 * subscription of the caller. If the node fails, the {@link RoutedCall} takes over.
 */
abstract class QuickCall implements CoreSubscriber<SqlResult>, Subscription {

    final CoreSubscriber<? super SqlResult> caller;
    final ReplicaRouter router;
    final SqlStatement statement;
    final Target target;
    private final long since;
    private volatile @Nullable Subscription subscription;
    private volatile boolean cancelled;
    private volatile boolean requested;
    private boolean takenOver;
    private boolean ended;

    /** @param now the monitor's clock */
    QuickCall(
            CoreSubscriber<? super SqlResult> caller,
            ReplicaRouter router,
            SqlStatement statement,
            Target target,
            long now) {
        this.caller = caller;
        this.router = router;
        this.statement = statement;
        this.target = target;
        this.since = now;
        target.started();
    }

    /** The node has answered. Passes the result on. */
    abstract void answered(SqlResult result);

    /** The node has completed after an answer. */
    abstract void completed();

    /** Goes on after the node has failed. */
    abstract void takeOver(Throwable error);

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
        if (takenOver) {
            caller.onNext(result);
            return;
        }
        end(true);
        answered(result);
    }

    @Override
    public void onComplete() {
        end(false);
        if (takenOver) {
            caller.onComplete();
        } else {
            completed();
        }
    }

    @Override
    public void onError(Throwable error) {
        if (takenOver) {
            caller.onError(error);
            return;
        }
        end(false);
        takenOver = true;
        takeOver(error);
    }

    /** The load of the node ends once: at the answer, the error or the cancellation. */
    private void end(boolean withAnswer) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        if (withAnswer) {
            target.answered(since);
        } else {
            target.ended();
        }
    }
}
