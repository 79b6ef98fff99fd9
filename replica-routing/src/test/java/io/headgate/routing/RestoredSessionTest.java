package io.headgate.routing;

import static io.headgate.routing.FakeCluster.A;
import static io.headgate.routing.FakeCluster.B;
import static io.headgate.routing.FakeCluster.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.ConsistencySession.Read;
import io.headgate.routing.ConsistencySession.State;
import io.headgate.routing.topology.Position;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Reads of a session that came with a token, whose position may be none of this cluster. All nodes are at 100. A replica that is asked for its
 * position gets the read in the same packet, so it runs it in any case.
 */
class RestoredSessionTest {

    private static final SqlStatement READ = SqlStatement.of("SELECT 1");

    private final FakeCluster cluster = new FakeCluster();
    private final ReplicaRouter db = cluster.router(RoutingOptions.defaults());

    @AfterEach
    void nothingIsLeft() {
        db.close();
        cluster.close();
    }

    private CompletableFuture<SqlResult> read(ConsistencySession session) {
        return db.execute(READ).contextWrite(session.inContext()).toFuture();
    }

    private void passes(Duration duration) {
        cluster.time.advanceTimeBy(duration);
    }

    private static Position at(long lsn) {
        return new Position(FakeCluster.ID, 1, new Lsn(lsn));
    }

    private static ConsistencySession hasReadOn(Node node) {
        return ConsistencySession.startingAt(
                new State(null, 0, 0, new Read(NodeId.of(node), ConsistencySession.LATELY)));
    }

    @Test
    void itGoesOnReadingOnTheSameReplica() {
        for (int i = 0; i < 20; i++) {
            assertThat(read(hasReadOn(C))).isCompleted();
        }
        assertThat(cluster.ran).containsOnly(C);
    }

    /** It was read elsewhere by a service that names other nodes. */
    @Test
    void theNodeMayNotBeKnownHere() {
        ConsistencySession session = hasReadOn(Node.of("elsewhere", 5));
        assertThat(read(session)).isCompleted();
        assertThat(cluster.ran).hasSize(1).doesNotContain(A);
        assertThat(session.position()).isEqualTo(at(100));
    }

    @Test
    void whatWasWrittenAtAnUnknownPositionIsSeen() {
        cluster.position(A, 150);
        ConsistencySession session = ConsistencySession.startingAt(new State(null, 1, 0, null));
        CompletableFuture<SqlResult> read = read(session);
        passes(Duration.ofMillis(10));
        assertThat(read).as("no replica has it").isNotDone();
        cluster.position(B, 150);
        cluster.position(C, 150);
        passes(Duration.ofMillis(10));
        assertThat(read).isCompleted();
        assertThat(cluster.ran).doesNotContain(A);
    }

    /** The cluster was restored from a copy: its primary has not been as far. */
    @Test
    void aPositionBeyondThePrimarysIsGivenUp() {
        ConsistencySession session = ConsistencySession.startingAt(at(9_000));
        CompletableFuture<SqlResult> first = read(session);
        passes(Duration.ofMillis(51));
        assertThat(first).isCompleted();
        assertThat(read(session)).isCompleted();
        assertThat(cluster.ran).endsWith(A, cluster.ran.get(2)).last().isIn(B, C);
        assertThat(session.position()).isEqualTo(at(100));
        assertThat(session.mayHaveLostWrite()).isTrue();
    }

    /** The same after the primary's position was polled, which is not a question of this session. */
    @Test
    void itIsGivenUpLaterToo() {
        ConsistencySession session = ConsistencySession.startingAt(at(9_000));
        read(session);
        passes(Duration.ofSeconds(3));
        assertThat(read(session)).isCompleted();
        assertThat(cluster.ran).last().isIn(B, C);
    }

    /** Only the position that the primary was asked for is given up. */
    @Test
    void aWriteInBetweenIsNot() {
        ConsistencySession session = ConsistencySession.startingAt(at(9_000));
        State before = session.state();
        session.advance(at(9_500));
        session.covered(before, at(100));
        assertThat(session.position()).isEqualTo(at(9_500));
    }

    @Test
    void aPositionOfAnotherClusterIsReplaced() {
        ConsistencySession session = ConsistencySession.startingAt(new Position(1, 9, new Lsn(9_000)));
        assertThat(read(session)).isCompleted();
        assertThat(cluster.ran).hasSize(1).doesNotContain(A);
        assertThat(session.position()).isEqualTo(at(100));
    }

    @Test
    void anotherClustersReplacementDoesNotHideAWrite() {
        cluster.position(A, 150);
        CompletableFuture<SqlResult> read = read(ConsistencySession.startingAt(new Position(1, 9, new Lsn(9_000))));
        passes(Duration.ofMillis(51));
        assertThat(read).isCompleted();
        assertThat(cluster.ran).last().isEqualTo(A);
    }

    @Test
    void aTimelineThatNoNodeHasIsGivenUp() {
        ConsistencySession session = ConsistencySession.startingAt(new Position(FakeCluster.ID, 5, new Lsn(9_000)));
        CompletableFuture<SqlResult> read = read(session);
        passes(Duration.ofMillis(500));
        assertThat(read).isCompleted();
        assertThat(session.position()).isEqualTo(at(100));
        assertThat(session.mayHaveLostWrite()).isTrue();
    }

    /** The node that does not answer may be the primary of that timeline. */
    @Test
    void aTimelineThatANodeMayHaveIsWaitedFor() {
        cluster.silent(C);
        passes(Duration.ofSeconds(3));
        CompletableFuture<SqlResult> read =
                read(ConsistencySession.startingAt(new Position(FakeCluster.ID, 2, new Lsn(200))));
        passes(Duration.ofSeconds(3));
        assertThat(read).isNotDone();
        cluster.promote(C);
        passes(Duration.ofMillis(500));
        assertThat(read).isCompleted();
        assertThat(cluster.ran).containsExactly(C);
    }

    /** The primary's position covers what there is of it; then replicas that follow may serve its reads again. */
    @Test
    void aWriteThatMayBeLostIsReportedOnce() {
        cluster.promote(B);
        passes(Duration.ofSeconds(2));
        ConsistencySession session = ConsistencySession.startingAt(at(200));
        assertThat(read(session)).isCompleted();
        assertThat(cluster.ran).containsExactly(B);
        assertThat(session.mayHaveLostWrite()).isTrue();
        assertThat(session.position()).isEqualTo(new Position(FakeCluster.ID, 2, new Lsn(500)));
    }

    @Test
    void ofSeveralTokensItHasSeenAll() {
        ConsistencySession written = ConsistencySession.startingAt(at(70));
        ConsistencySession unknown = ConsistencySession.create();
        unknown.wroteSomewhere();
        ConsistencySession both = ConsistencySession.startingAt(List.of(written, hasReadOn(C), unknown));
        assertThat(both.hasAdvanced()).isFalse();
        assertThat(both.position()).isEqualTo(at(70));
        assertThat(both.state().hasUnknown()).isTrue();
        assertThat(both.state().read()).isEqualTo(hasReadOn(C).state().read());
    }

    @Test
    void readsOnTwoNodesNeedThePrimarysPosition() {
        ConsistencySession both = ConsistencySession.startingAt(List.of(hasReadOn(B), hasReadOn(C)));
        assertThat(both.state().hasUnknown()).isTrue();
        ConsistencySession same = ConsistencySession.startingAt(List.of(hasReadOn(B), hasReadOn(B)));
        assertThat(same.state().hasUnknown()).isFalse();
    }

    @Test
    void includingWhatIsKnownChangesNothing() {
        ConsistencySession session = ConsistencySession.startingAt(at(70));
        session.include(ConsistencySession.startingAt(at(60)));
        assertThat(session.hasAdvanced()).isFalse();
        session.include(ConsistencySession.startingAt(at(80)));
        assertThat(session.hasAdvanced()).isTrue();
    }
}
