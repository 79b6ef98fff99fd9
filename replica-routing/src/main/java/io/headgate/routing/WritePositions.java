package io.headgate.routing;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.Effect;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.topology.Position;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Keeps the positions of a call's writes in its session, before the caller gets the result. Where the driver does not say the position, the
 * session knows at least that it has written.
 */
final class WritePositions implements DataAccessListener, Observation {

    private final ConsistencySession session;
    private final Function<Lsn, Position> place;

    /** A statement was sent that may have written. */
    private volatile boolean mayHaveWritten;

    private volatile boolean known;

    /** @param place the position on the timeline of the primary that was chosen for the call */
    WritePositions(ConsistencySession session, Function<Lsn, Position> place) {
        this.session = session;
        this.place = place;
    }

    @Override
    public boolean wantsPosition() {
        return true;
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        SqlStatement statement = operation.statement();
        if (statement != null && statement.facts().effect() != Effect.NONE) {
            mayHaveWritten = true;
        }
        return this;
    }

    @Override
    public boolean wantsCompletion() {
        return true;
    }

    @Override
    public void completed(Completion completion) {
        Lsn reached = completion.position();
        if (reached != null) {
            known = true;
            session.advance(place.apply(reached));
        } else if (completion.isPositionUnknown()) {
            session.wroteSomewhere();
        }
    }

    @Override
    public Observation committing(Node node, ContextView context) {
        return this;
    }

    /** Who gets an unknown outcome looks whether the write is there: on a replica that is behind, it would seem not to be. */
    @Override
    public void failed(Throwable error) {
        if (mayBeExecuted(error)) {
            session.wroteSomewhere();
        }
    }

    static boolean mayBeExecuted(Throwable error) {
        return !(error instanceof HeadgateException failure) || failure.outcome() != Outcome.NOT_EXECUTED;
    }

    @Override
    public void ended(@Nullable Throwable error) {}

    /**
     * The call was completed.
     *
     * @return whether it has written nothing
     */
    boolean callCompleted() {
        if (mayHaveWritten && !known) {
            session.wroteSomewhere();
        }
        return !mayHaveWritten;
    }

    /** The caller has given the call up: what was sent may take effect nevertheless. */
    void callCancelled() {
        if (mayHaveWritten) {
            session.wroteSomewhere();
        }
    }
}
