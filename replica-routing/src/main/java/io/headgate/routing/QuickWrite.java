package io.headgate.routing;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.routing.topology.Position;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;

/**
 * A write on a busy primary. Its position is asked for after its answer, by one question for all writes that were answered before, and the
 * caller gets the result when the position is known. A question that fails leaves the session with a write at an unknown position.
 *
 * <p>With few writes under way, each asks in its own packet instead ({@link WritePositions}): that needs no further round trip.
 */
final class QuickWrite extends QuickCall {

    private final Cluster.Primary primary;
    private final ConsistencySession session;
    private @Nullable SqlResult result;

    QuickWrite(
            CoreSubscriber<? super SqlResult> caller,
            ReplicaRouter router,
            SqlStatement statement,
            Cluster.Primary primary,
            ConsistencySession session,
            long now) {
        super(caller, router, statement, primary.target(), now);
        this.primary = primary;
        this.session = session;
    }

    @Override
    void answered(SqlResult written) {
        result = written;
    }

    @Override
    void completed() {
        router.askPrimary().subscribe(new Asking());
    }

    @Override
    void takeOver(Throwable error) {
        if (WritePositions.mayBeExecuted(error)) {
            session.wroteSomewhere();
        }
        router.executeAfter(statement, false, target, error, caller.currentContext())
                .subscribe(this);
    }

    /** The write goes on at the server, and nobody sees its end. */
    @Override
    public void cancel() {
        session.wroteSomewhere();
        super.cancel();
    }

    private void deliver() {
        if (isCancelled()) {
            return;
        }
        SqlResult written = result;
        if (written != null) {
            caller.onNext(written);
        }
        caller.onComplete();
    }

    /** Cancelling the write does not cancel the question: the write is there, and the session has to know how far it is. */
    private final class Asking extends BaseSubscriber<Position> {

        private @Nullable Position reached;

        @Override
        protected void hookOnNext(Position position) {
            reached = position;
        }

        @Override
        protected void hookOnComplete() {
            Position position = reached;
            if (position != null && primary.hasWritten(position)) {
                session.advance(position);
            } else {
                session.wroteSomewhere();
            }
            deliver();
        }

        @Override
        protected void hookOnError(Throwable unknown) {
            session.wroteSomewhere();
            deliver();
        }
    }
}
