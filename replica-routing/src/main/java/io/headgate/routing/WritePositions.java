package io.headgate.routing;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.sql.StatementKind;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.topology.Position;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Keeps the positions of a call's writes in its session, before the caller gets the result. Where the driver does not say the position, the
 * session knows at least that it has written.
 */
final class WritePositions implements DataAccessListener, Observation {

    private final ConsistencySession session;
    private final Function<Lsn, Position> place;
    private final @Nullable Position before;
    private final Predicate<SqlStatement> mayWrite;
    private final Runnable schemaChanged;

    /** A statement was sent that may have written. */
    private volatile boolean mayHaveWritten;

    /** A statement was seen. Those of a transaction over R2DBC have a Context of their own. */
    private volatile boolean seen;

    private volatile boolean committed;
    private volatile boolean changedSchema;
    private volatile boolean known;
    private volatile boolean cancelled;

    /**
     * @param place the position on the timeline of the primary that was chosen for the call
     * @param before a position of that primary from before the call
     * @param schemaChanged called when the call was completed and has changed the schema
     */
    WritePositions(
            ConsistencySession session,
            Function<Lsn, Position> place,
            @Nullable Position before,
            Predicate<SqlStatement> mayWrite,
            Runnable schemaChanged) {
        this.session = session;
        this.place = place;
        this.before = before;
        this.mayWrite = mayWrite;
        this.schemaChanged = schemaChanged;
    }

    @Override
    public boolean wantsPosition() {
        return true;
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        SqlStatement statement = operation.statement();
        if (statement == null) {
            return this;
        }
        seen = true;
        changedSchema |= statement.facts().analysis().kind() == StatementKind.DDL;
        if (mayWrite.test(statement)) {
            mayHaveWritten = true;
            if (cancelled) {
                session.wroteAfter(before);
            }
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
            session.wroteAfter(before);
        }
    }

    @Override
    public Observation committing(Node node, ContextView context) {
        committed = true;
        return this;
    }

    /** Who gets an unknown outcome looks whether the write is there: on a replica that is behind, it would seem not to be. */
    @Override
    public void failed(Throwable error) {
        if (mayBeExecuted(error)) {
            session.wroteAfter(before);
        } else if (Failures.showsState(error)) {
            session.sawPrimary();
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
        boolean wrote = mayHaveWritten || (committed && !seen);
        if (wrote && !known) {
            session.wroteAfter(before);
        }
        if (changedSchema) {
            schemaChanged.run();
        }
        return !wrote;
    }

    /** The caller has given the call up: what was sent may take effect nevertheless. */
    void callCancelled() {
        cancelled = true;
        if (mayHaveWritten || committed) {
            session.wroteAfter(before);
        }
    }
}
