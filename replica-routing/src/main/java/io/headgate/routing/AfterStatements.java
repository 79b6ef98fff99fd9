package io.headgate.routing;

import io.headgate.core.SqlStatement;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.topology.Node;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Calls an action after each of some statements of work that goes on: a call of the same session may follow at once. */
final class AfterStatements implements DataAccessListener, Observation {

    private final Predicate<SqlStatement> which;
    private final Runnable action;

    /** @param action must not block; also called after COMMIT, and after a failure of unknown outcome */
    AfterStatements(Predicate<SqlStatement> which, Runnable action) {
        this.which = which;
        this.action = action;
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        SqlStatement statement = operation.statement();
        return statement == null || which.test(statement) ? this : Observation.NONE;
    }

    @Override
    public Observation committing(Node node, ContextView context) {
        return this;
    }

    @Override
    public boolean wantsCompletion() {
        return true;
    }

    @Override
    public void completed(Completion completion) {
        action.run();
    }

    @Override
    public void failed(Throwable error) {
        if (WritePositions.mayBeExecuted(error)) {
            action.run();
        }
    }

    @Override
    public void ended(@Nullable Throwable error) {}
}
