package io.headgate.routing;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import reactor.core.CoreSubscriber;

/**
 * A write on a busy primary. Its position is asked for after its answer ({@link LatePositions}). The caller does not wait for that: until the
 * answer comes, its session has written at an unknown position, and a read of the session waits for a question of its own.
 *
 * <p>With few writes under way, each asks in its own packet instead ({@link WritePositions}): that needs no further round trip.
 */
final class QuickWrite extends QuickCall {

    private final Cluster.Primary primary;
    private final ConsistencySession session;
    private boolean isAnswered;

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
        findPosition();
        caller.onNext(written);
    }

    @Override
    void completed() {
        findPosition();
        caller.onComplete();
    }

    /** Before the caller gets the result: its next read must know that there is something to see. */
    private void findPosition() {
        if (isAnswered) {
            return;
        }
        isAnswered = true;
        session.wroteAfter(primary.position());
        router.findPosition(session, primary);
    }

    @Override
    void takeOver(Throwable error) {
        if (WritePositions.mayBeExecuted(error)) {
            session.wroteAfter(primary.position());
            router.findPosition(session, primary);
        } else if (Failures.showsState(error)) {
            session.sawPrimary();
            router.findPosition(session, primary);
        }
        router.executeAfter(statement, false, target, error, caller.currentContext())
                .subscribe(this);
    }

    /** The write goes on at the server, and nobody sees its end. */
    @Override
    public void cancel() {
        if (!isAnswered) {
            session.wroteAfter(primary.position());
        }
        super.cancel();
    }
}
