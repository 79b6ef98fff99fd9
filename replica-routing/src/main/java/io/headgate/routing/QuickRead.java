package io.headgate.routing;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/** A read on a replica that was chosen without waiting. */
final class QuickRead extends QuickCall {

    private final @Nullable ConsistencySession session;

    /**
     * @param session follows what this reads; null if none does
     * @param now the monitor's clock
     */
    QuickRead(
            CoreSubscriber<? super SqlResult> caller,
            ReplicaRouter router,
            SqlStatement statement,
            Target target,
            @Nullable ConsistencySession session,
            long now) {
        super(caller, router, statement, target, now);
        this.session = session;
    }

    @Override
    void answered(SqlResult result) {
        if (session != null) {
            session.readOn(target.id(), router.now(), false);
        }
        caller.onNext(result);
    }

    @Override
    void completed() {
        caller.onComplete();
    }

    @Override
    void takeOver(Throwable error) {
        router.executeAfter(statement, true, target, error, caller.currentContext())
                .subscribe(this);
    }
}
