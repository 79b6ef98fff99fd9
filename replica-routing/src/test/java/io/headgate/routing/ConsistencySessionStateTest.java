package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.topology.Position;
import org.junit.jupiter.api.Test;

/** What a session knows of reads and writes whose position it does not know. */
class ConsistencySessionStateTest {

    private static final NodeId A = NodeId.of(Node.of("a", 1));
    private static final NodeId B = NodeId.of(Node.of("b", 2));

    private final ConsistencySession session = ConsistencySession.create();

    private static Position at(long lsn) {
        return new Position(9, 1, new Lsn(lsn));
    }

    @Test
    void thePrimarysPositionCoversWhatWasWrittenBeforeItWasAsked() {
        session.wroteSomewhere();
        ConsistencySession.State asked = session.state();
        assertThat(asked.hasUnknown()).isTrue();
        session.covered(asked, at(5));
        assertThat(session.state().hasUnknown()).isFalse();
        assertThat(session.position()).isEqualTo(at(5));
    }

    @Test
    void itDoesNotCoverWhatWasWrittenAfterIt() {
        session.wroteSomewhere();
        ConsistencySession.State asked = session.state();
        session.wroteSomewhere();
        session.covered(asked, at(5));
        assertThat(session.state().hasUnknown()).isTrue();
    }

    /** Two readers ask at once; a write comes between their answers. */
    @Test
    void aSecondAnswerToTheSameQuestionCoversNothingMore() {
        session.wroteSomewhere();
        ConsistencySession.State asked = session.state();
        session.covered(asked, at(5));
        session.wroteSomewhere();
        session.covered(asked, at(5));
        assertThat(session.state().hasUnknown()).isTrue();
    }

    private static Position next(long lsn) {
        return new Position(9, 2, new Lsn(lsn));
    }

    /** Nobody has looked yet whether it has survived. */
    @Test
    void aPositionOfAnEarlierTimelineIsNotForgotten() {
        session.advance(at(50));
        session.advance(next(70));
        assertThat(session.position()).isEqualTo(next(70));
        assertThat(session.state().replaced()).isEqualTo(at(50));
        session.advance(at(90));
        assertThat(session.position()).isEqualTo(next(70));
        assertThat(session.state().replaced()).as("an answer that came late").isEqualTo(at(90));
        session.looked(at(50));
        assertThat(session.state().replaced()).isEqualTo(at(90));
        session.looked(at(90));
        assertThat(session.state().replaced()).isNull();
    }

    @Test
    void aWriteBehindAPositionOfAnEarlierTimelineMayBeLost() {
        session.advance(at(50));
        session.wroteSomewhere();
        session.wroteAfter(next(60));
        session.advance(next(70));
        assertThat(session.state().mayBeLost(9, 1)).isFalse();
        assertThat(session.state().mayBeLost(9, 2)).isTrue();
        session.covered(session.state(), next(80));
        assertThat(session.mayHaveLostWrite()).isTrue();
        assertThat(session.state().mayBeLost(9, 2)).isFalse();
    }

    /** Nothing was written, so nothing can be lost. */
    @Test
    void whatWasOnlySeenIsNotLost() {
        session.advance(at(50));
        session.sawPrimary();
        session.readOn(A, 1, false);
        session.readOn(B, 2, false);
        assertThat(session.state().hasUnknown()).isTrue();
        assertThat(session.state().mayBeLost(9, 2)).isFalse();
        assertThat(session.openCopy(true).state().mayBeLost(9, 2)).isFalse();
    }

    /** Such as that of an instance that has not noticed the failover. */
    @Test
    void aFormerPrimaryCoversNothing() {
        session.advance(next(70));
        session.wroteSomewhere();
        session.covered(session.state(), at(90));
        assertThat(session.state().hasUnknown()).isTrue();
        assertThat(session.position()).isEqualTo(next(70));
        assertThat(session.state().replaced()).isNull();
    }

    /** Two services with a database each. */
    @Test
    void aSessionOfAnotherClusterSaysNothing() {
        session.advance(at(50));
        session.include(ConsistencySession.startingAt(new Position(5, 3, new Lsn(99))));
        assertThat(session.position()).isEqualTo(at(50));
        assertThat(session.state().replaced()).isNull();
    }

    @Test
    void anIncludedSessionKeepsWhatMayBeLost() {
        ConsistencySession other = ConsistencySession.create();
        other.wroteAfter(at(40));
        other.advance(next(60));
        session.advance(next(70));
        session.include(other);
        assertThat(session.state().mayBeLost(9, 2)).isTrue();
        assertThat(session.state().replaced()).isEqualTo(at(40));
    }

    @Test
    void theSessionOfAnotherClusterHasLostItsWrites() {
        session.advance(new Position(5, 1, new Lsn(50)));
        session.covered(session.state(), at(5));
        assertThat(session.position()).isEqualTo(at(5));
        assertThat(session.mayHaveLostWrite()).isTrue();
    }

    @Test
    void aReadIsKnownWhenItsNodeWasAsked() {
        session.readOn(A, 1, false);
        ConsistencySession.Read read = session.state().read();
        assertThat(read).isEqualTo(new ConsistencySession.Read(A, 1));
        session.learned(read, at(7));
        assertThat(session.state().read()).isNull();
        assertThat(session.position()).isEqualTo(at(7));
    }

    @Test
    void aLaterReadIsNotKnownByAnEarlierAnswer() {
        session.readOn(A, 1, false);
        ConsistencySession.Read read = session.state().read();
        session.readOn(A, 2, false);
        session.learned(read, at(7));
        assertThat(session.state().read()).isEqualTo(new ConsistencySession.Read(A, 2));
        assertThat(session.position()).isEqualTo(at(7));
    }

    @Test
    void readsOnTwoNodesNeedThePrimarysPosition() {
        session.readOn(A, 1, false);
        session.readOn(B, 2, false);
        assertThat(session.state().hasUnknown()).isTrue();
        session.covered(session.state(), at(8));
        assertThat(session.state().hasUnknown()).isFalse();
        assertThat(session.state().read()).isNull();
    }

    @Test
    void aReadOnThePrimaryIncludesWhatReplicasHaveShown() {
        session.readOn(B, 1, false);
        session.readOn(A, 2, true);
        assertThat(session.state().hasUnknown()).isFalse();
        assertThat(session.state().read()).isEqualTo(new ConsistencySession.Read(A, 2));
    }

    /** Otherwise all callers without a session would follow one another to one node. */
    @Test
    void theClientsSessionDoesNotFollowReads() {
        ConsistencySession ofClient = ConsistencySession.ofClient();
        ofClient.readOn(A, 1, false);
        assertThat(ofClient.state().read()).isNull();
    }
}
