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

/** Tells a session that it has written, after each write outside the router: a read may follow while the work goes on. */
final class UnknownPositions implements DataAccessListener, Observation {

    private final ConsistencySession session;
    private final Predicate<SqlStatement> mayWrite;

    UnknownPositions(ConsistencySession session, Predicate<SqlStatement> mayWrite) {
        this.session = session;
        this.mayWrite = mayWrite;
    }

    @Override
    public Observation started(Operation operation, ContextView context) {
        SqlStatement statement = operation.statement();
        return statement == null || mayWrite.test(statement) ? this : Observation.NONE;
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
        session.wroteSomewhere();
    }

    @Override
    public void failed(Throwable error) {
        if (WritePositions.mayBeExecuted(error)) {
            session.wroteSomewhere();
        }
    }

    @Override
    public void ended(@Nullable Throwable error) {}
}
