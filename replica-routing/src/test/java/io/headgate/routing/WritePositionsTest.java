package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.Completion;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import io.headgate.routing.topology.Position;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.util.context.Context;

class WritePositionsTest {

    private static final Node NODE = Node.of("a", 1);
    private static final Completion WITHOUT_POSITION = Completion.of(Role.PRIMARY);

    private final ConsistencySession session = ConsistencySession.create();
    private final AtomicInteger schemaChanges = new AtomicInteger();

    /** A view that calls a function which writes. */
    private final WritePositions positions = new WritePositions(
            session,
            lsn -> new Position(7, 1, lsn),
            new Position(7, 1, new Lsn(50)),
            statement -> statement.facts().effect() != Effect.NONE
                    || statement.text().contains("writing_view"),
            schemaChanges::incrementAndGet);

    private Observation sent(String sql) {
        return positions.started(Operation.of(Operation.Kind.STATEMENT, NODE, SqlStatement.of(sql)), Context.empty());
    }

    private boolean isUnknown() {
        return session.state().hasUnknown();
    }

    @Test
    void theSessionHasReachedThePositionOfItsWrite() {
        sent("INSERT INTO t VALUES (1)").completed(WITHOUT_POSITION.position(new Lsn(100)));
        assertThat(positions.callCompleted()).isFalse();
        assertThat(session.position()).isEqualTo(new Position(7, 1, new Lsn(100)));
        assertThat(isUnknown()).isFalse();
    }

    @Test
    void theCommitHasThePositionOfATransaction() {
        sent("INSERT INTO t VALUES (1)").completed(WITHOUT_POSITION);
        positions.committing(NODE, Context.empty()).completed(WITHOUT_POSITION.position(new Lsn(100)));
        positions.callCompleted();
        assertThat(isUnknown()).isFalse();
    }

    @Test
    void aPositionThatTheServerDidNotSayIsUnknown() {
        sent("INSERT INTO t VALUES (1)").completed(WITHOUT_POSITION.position(null));
        assertThat(isUnknown()).isTrue();
    }

    @Test
    void aDriverThatSaysNoPositionsLeavesItUnknown() {
        sent("INSERT INTO t VALUES (1)").completed(WITHOUT_POSITION);
        assertThat(positions.callCompleted()).isFalse();
        assertThat(isUnknown()).isTrue();
    }

    @Test
    void aTransactionThatOnlyReadsHasWrittenNothing() {
        sent("SELECT 1").completed(WITHOUT_POSITION);
        positions.committing(NODE, Context.empty()).completed(WITHOUT_POSITION);
        assertThat(positions.callCompleted()).isTrue();
        assertThat(isUnknown()).isFalse();
    }

    /** The driver goes by the text, and asks for no position. */
    @Test
    void whatTheTextDoesNotShowIsAWriteToo() {
        sent("SELECT * FROM writing_view").completed(WITHOUT_POSITION);
        assertThat(positions.callCompleted()).isFalse();
        assertThat(isUnknown()).isTrue();
    }

    /** The statements of a transaction over R2DBC have a Context of their own. */
    @Test
    void aCommitOfUnseenStatementsMayHaveWritten() {
        positions.committing(NODE, Context.empty()).completed(WITHOUT_POSITION);
        assertThat(positions.callCompleted()).isFalse();
        assertThat(isUnknown()).isTrue();
    }

    @Test
    void aWriteThatIsSentAfterTheCallWasGivenUpCounts() {
        positions.callCancelled();
        assertThat(isUnknown()).isFalse();
        sent("INSERT INTO t VALUES (1)");
        assertThat(isUnknown()).isTrue();
    }

    @Test
    void aChangeOfTheSchemaIsToldWhenTheCallIsCompleted() {
        sent("CREATE TABLE t (id int)").completed(WITHOUT_POSITION.position(new Lsn(1)));
        assertThat(schemaChanges).hasValue(0);
        positions.callCompleted();
        assertThat(schemaChanges).hasValue(1);
    }

    @Test
    void aWriteThatIsGivenUpMayTakeEffect() {
        sent("INSERT INTO t VALUES (1)");
        positions.callCancelled();
        assertThat(isUnknown()).isTrue();
    }

    @Test
    void aReadThatIsGivenUpDoesNot() {
        sent("SELECT 1");
        positions.callCancelled();
        assertThat(isUnknown()).isFalse();
    }

    @Test
    void onlyAFailureWithoutExecutionLeavesThePositionKnown() {
        Observation write = sent("INSERT INTO t VALUES (1)");
        write.failed(new ConnectionLostException(NODE, "lost", Outcome.NOT_EXECUTED, null));
        assertThat(isUnknown()).isFalse();
        write.failed(new ConnectionLostException(NODE, "lost", Outcome.UNKNOWN, null));
        assertThat(isUnknown()).isTrue();
    }

    /** It reads what is in the way, which a replica may not have yet. */
    @Test
    void aCallerWhoseWriteIsRefusedMustSeeWhy() {
        sent("INSERT INTO t VALUES (1)").failed(RoutedCallTest.serverError(NODE, "23505"));
        assertThat(isUnknown()).isTrue();
    }
}
