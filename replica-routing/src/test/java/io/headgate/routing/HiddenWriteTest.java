package io.headgate.routing;

import static io.headgate.routing.FakeCluster.A;
import static io.headgate.routing.FakeCluster.B;
import static io.headgate.routing.FakeCluster.C;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.headgate.core.Access;
import io.headgate.core.Consistency;
import io.headgate.core.SqlStatement;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ServerError;
import io.headgate.core.topology.Node;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A text that shows no write, such as a view over a function that writes. Drivers take it for a read, and say of a lost one that it took no effect. */
class HiddenWriteTest {

    private static final SqlStatement VIEW = SqlStatement.of("SELECT * FROM writing_view");

    private final FakeCluster cluster = new FakeCluster();
    private final ReplicaRouter db = cluster.router(RoutingOptions.defaults());
    private final ConsistencySession session = ConsistencySession.create();

    @AfterEach
    void nothingIsLeft() {
        db.close();
        cluster.close();
    }

    /** A replica has refused it, so it is known from now on. */
    private void becomesKnown() {
        cluster.does(B, statement -> Mono.error(serverError(B, "25006")));
        cluster.does(C, statement -> Mono.error(serverError(C, "25006")));
        db.execute(VIEW).block();
        cluster.ran.clear();
    }

    private static Throwable serverError(Node node, String state) {
        return ErrorTable.toException(
                new ServerError("FATAL", state, "no", null, null, 0, null, null, null, null, "routine"),
                node,
                VIEW.text(),
                Effect.NONE,
                null);
    }

    private Throwable failure(Mono<?> call) {
        CompletableFuture<?> sent = call.contextWrite(session.inContext()).toFuture();
        cluster.time.advanceTimeBy(Duration.ofSeconds(12));
        assertThat(sent).isDone();
        return catchThrowable(sent::join).getCause();
    }

    private void assertUnknownAndNotRepeated(Throwable failure) {
        assertThat(failure).isInstanceOf(ConnectionLostException.class);
        assertThat(((HeadgateException) failure).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(cluster.ran).containsExactly(A);
        assertThat(session.state().hasUnknown()).isTrue();
    }

    @Test
    void oneThatIsLostMayHaveBeenExecuted() {
        becomesKnown();
        cluster.does(A, statement -> Mono.error(lost()));
        assertUnknownAndNotRepeated(failure(db.execute(VIEW)));
        cluster.ran.clear();
        assertUnknownAndNotRepeated(failure(db.stream(VIEW).then()));
        cluster.ran.clear();
        assertUnknownAndNotRepeated(failure(db.atomically(List.of(VIEW))));
    }

    private static Throwable lost() {
        return new ConnectionLostException(A, "reset", Outcome.NOT_EXECUTED, null);
    }

    @Test
    void soMayOneThatTheServerEndedWhenItStopped() {
        becomesKnown();
        cluster.does(A, statement -> Mono.error(serverError(A, "57P01")));
        assertUnknownAndNotRepeated(failure(db.execute(VIEW)));
    }

    @Test
    void theFirstTimeToo() {
        cluster.does(B, statement -> Mono.error(serverError(B, "25006")));
        cluster.does(C, statement -> Mono.error(serverError(C, "25006")));
        cluster.does(A, statement -> Mono.error(lost()));
        Throwable failure = failure(db.execute(VIEW));
        assertThat(((HeadgateException) failure).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(cluster.ran).hasSize(2).last().isEqualTo(A);
    }

    @Test
    void oneThatWasNotSentIsRepeated() {
        becomesKnown();
        cluster.does(A, statement -> Mono.error(new ConnectFailedException(A, "refused", null)));
        failure(db.execute(VIEW));
        assertThat(cluster.ran).hasSizeGreaterThan(1).containsOnly(A);
    }

    @Test
    void aReadIsRepeated() {
        cluster.does(B, statement -> Mono.error(new ConnectionLostException(B, "reset", Outcome.NOT_EXECUTED, null)));
        cluster.does(C, statement -> Mono.error(new ConnectionLostException(C, "reset", Outcome.NOT_EXECUTED, null)));
        assertThat(db.execute(VIEW).block()).isNotNull();
        assertThat(cluster.ran).last().isEqualTo(A);
    }

    /** Such as in the first second of a client: it is not known yet what the view does. */
    @Test
    void oneThatIsLostOnThePrimaryBeforeTheCatalogIsReadMayHaveBeenExecuted() {
        cluster.does(A, statement -> Mono.error(lost()));
        SqlStatement onPrimary = VIEW.with(options -> options.consistency(Consistency.strong()));
        assertUnknownAndNotRepeated(failure(db.execute(onPrimary)));
        cluster.ran.clear();
        SqlStatement declared = onPrimary.with(options -> options.access(Access.READ));
        failure(db.execute(declared));
        assertThat(cluster.ran).as("its caller says that it reads").hasSizeGreaterThan(1);
    }
}
