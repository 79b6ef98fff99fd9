package io.headgate.routing.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.topology.NodeStatus.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TopologyTest {

    private static final Node A = Node.of("a", 1);
    private static final Node B = Node.of("b", 2);
    private static final Node C = Node.of("c", 3);
    private static final long CLUSTER = 77;

    private long now;
    /** Each was asked, and none has answered. */
    private Topology topology =
            Topology.of(List.of(A, B, C)).failed(A).failed(B).failed(C);

    private void writes(Node node, int timeline, long position) {
        topology = topology.answered(node, new NodeReport(CLUSTER, false, timeline, new Lsn(position)), ++now);
    }

    private void replays(Node node, int timeline, long position) {
        topology = topology.answered(node, new NodeReport(CLUSTER, true, timeline, new Lsn(position)), ++now);
    }

    private void assertStandings(Standing a, Standing b, Standing c) {
        assertThat(topology.nodes()).extracting(NodeStatus::standing).containsExactly(a, b, c);
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertStandings(Standing.UNKNOWN, Standing.UNKNOWN, Standing.UNKNOWN);
        assertThat(topology.primary()).isEmpty();
        assertThat(topology.systemId()).isNull();
    }

    @Test
    void rolesAreWhatTheNodesSay() {
        replays(A, 1, 10);
        writes(B, 1, 20);
        replays(C, 1, 5);
        assertStandings(Standing.REPLICA, Standing.PRIMARY, Standing.REPLICA);
        assertThat(topology.primary().orElseThrow().node()).isEqualTo(B);
        assertThat(topology.timeline()).isEqualTo(1);
    }

    /** It may be a former one, and another node knows of its successor. */
    @Test
    void thereIsNoPrimaryBeforeEachNodeWasAsked() {
        topology = Topology.of(List.of(A, B, C));
        writes(A, 1, 1_000);
        replays(B, 2, 20);
        assertThat(topology.primary()).isEmpty();
        topology = topology.failed(C);
        assertStandings(Standing.FENCED, Standing.REPLICA, Standing.UNKNOWN);
        assertThat(topology.primary()).isEmpty();
        topology = Topology.of(List.of(A, B, C));
        writes(A, 1, 1_000);
        replays(B, 1, 20);
        assertThat(topology.primary()).isEmpty();
        topology = topology.failed(C);
        assertThat(topology.primary()).isPresent();
    }

    @Test
    void aPromotionIsAHigherTimeline() {
        writes(A, 1, 20);
        replays(B, 1, 20);
        topology = topology.failed(A);
        writes(B, 2, 25);
        assertStandings(Standing.FENCED, Standing.PRIMARY, Standing.UNKNOWN);
        assertThat(topology.timeline()).isEqualTo(2);
    }

    /** It still says that it is a primary, and its answer is the freshest. */
    @Test
    void aReplacedPrimaryThatComesBackStaysFenced() {
        aPromotionIsAHigherTimeline();
        writes(A, 1, 1_000);
        assertStandings(Standing.FENCED, Standing.PRIMARY, Standing.UNKNOWN);
        replays(A, 2, 30);
        assertStandings(Standing.REPLICA, Standing.PRIMARY, Standing.UNKNOWN);
    }

    @Test
    void aReplacedPrimaryThatAnswersFirstIsFencedWhenTheOtherAnswers() {
        writes(A, 1, 1_000);
        writes(B, 3, 20);
        assertStandings(Standing.FENCED, Standing.PRIMARY, Standing.UNKNOWN);
    }

    /** A client that starts after a failover may see the former primary first, and the new one late or never. */
    @Test
    void aPrimaryWhoseReplicaFollowsAHigherTimelineIsFenced() {
        replays(C, 2, 40);
        writes(A, 1, 1_000);
        assertStandings(Standing.FENCED, Standing.UNKNOWN, Standing.REPLICA);
        writes(B, 2, 50);
        assertStandings(Standing.FENCED, Standing.PRIMARY, Standing.REPLICA);
    }

    @Test
    void aPrimaryIsFencedWhenAReplicaTurnsToAHigherTimeline() {
        writes(A, 1, 20);
        replays(C, 1, 20);
        replays(C, 2, 40);
        assertStandings(Standing.FENCED, Standing.UNKNOWN, Standing.REPLICA);
        writes(A, 1, 1_000);
        assertStandings(Standing.FENCED, Standing.UNKNOWN, Standing.REPLICA);
    }

    /** The promotion was undone: the node was cloned anew from the primary before this client had seen it write. */
    @Test
    void itIsThePrimaryAgainWhenTheReplicaComesBack() {
        aPrimaryIsFencedWhenAReplicaTurnsToAHigherTimeline();
        replays(C, 1, 30);
        writes(A, 1, 1_100);
        assertStandings(Standing.PRIMARY, Standing.UNKNOWN, Standing.REPLICA);
    }

    @Test
    void ofTwoPrimariesOnOneTimelineTheFirstStays() {
        writes(A, 1, 10);
        writes(B, 1, 2_000);
        assertStandings(Standing.PRIMARY, Standing.FENCED, Standing.UNKNOWN);
        topology = topology.failed(A);
        writes(B, 1, 3_000);
        assertStandings(Standing.PRIMARY, Standing.FENCED, Standing.UNKNOWN);
    }

    /** Its recovery has ended without a promotion, as when a standby is restarted without its signal file. */
    @Test
    void aReplicaThatWritesOnTheSameTimelineIsFenced() {
        writes(A, 1, 10);
        replays(B, 1, 10);
        topology = topology.failed(A);
        writes(B, 1, 12);
        assertStandings(Standing.PRIMARY, Standing.FENCED, Standing.UNKNOWN);
    }

    @Test
    void aNodeThatDoesNotAnswerKeepsItsStanding() {
        writes(A, 1, 10);
        replays(B, 1, 10);
        topology = topology.failed(A).failed(B);
        assertStandings(Standing.PRIMARY, Standing.REPLICA, Standing.UNKNOWN);
        assertThat(topology.status(A).isReachable()).isFalse();
        writes(A, 1, 12);
        assertThat(topology.status(A).isReachable()).isTrue();
    }

    private void tellsItsRole(Node node, boolean inRecovery) {
        topology = topology.answered(node, NodeReport.withoutPositions(inRecovery), ++now);
    }

    @Test
    void withoutPositionsTheNextPrimaryIsTheOneThatWritesOnceTheOtherDoesNot() {
        tellsItsRole(A, false);
        tellsItsRole(B, true);
        tellsItsRole(C, true);
        assertThat(topology.hasPositions()).isFalse();
        assertThat(topology.age(topology.status(B), now)).isNull();
        assertThat(topology.bytesBehind(topology.status(B))).isNull();
        assertStandings(Standing.PRIMARY, Standing.REPLICA, Standing.REPLICA);
        tellsItsRole(B, false);
        assertStandings(Standing.PRIMARY, Standing.FENCED, Standing.REPLICA);
        topology = topology.failed(A);
        tellsItsRole(B, false);
        assertStandings(Standing.FENCED, Standing.PRIMARY, Standing.REPLICA);
        tellsItsRole(A, true);
        tellsItsRole(C, false);
        assertStandings(Standing.REPLICA, Standing.PRIMARY, Standing.FENCED);
        tellsItsRole(B, true);
        tellsItsRole(C, false);
        assertStandings(Standing.REPLICA, Standing.REPLICA, Standing.PRIMARY);
    }

    /** Of some databases only the replicas do not tell. */
    @Test
    void nodesThatDoNotTellPositionsBelongToTheClusterOfTheOthers() {
        writes(A, 5, 100);
        tellsItsRole(B, true);
        tellsItsRole(C, true);
        assertStandings(Standing.PRIMARY, Standing.REPLICA, Standing.REPLICA);
        tellsItsRole(A, false);
        assertStandings(Standing.PRIMARY, Standing.REPLICA, Standing.REPLICA);
        assertThat(topology.hasPositions()).isFalse();
        topology = Topology.of(List.of(A, B, C));
        tellsItsRole(B, true);
        tellsItsRole(C, true);
        tellsItsRole(A, false);
        assertStandings(Standing.PRIMARY, Standing.REPLICA, Standing.REPLICA);
    }

    private void answers(Node node, long systemId) {
        topology = topology.answered(node, new NodeReport(systemId, !node.equals(A), 1, new Lsn(10)), ++now);
    }

    @Test
    void theClusterIsThatOfMostNodesNotOfTheFirstThatAnswers() {
        topology = Topology.of(List.of(A, B, C));
        answers(A, 5);
        answers(B, CLUSTER);
        assertStandings(Standing.UNKNOWN, Standing.UNKNOWN, Standing.UNKNOWN);
        assertThat(topology.systemId()).isNull();
        answers(C, CLUSTER);
        assertStandings(Standing.FOREIGN, Standing.REPLICA, Standing.REPLICA);
        assertThat(topology.systemId()).isEqualTo(CLUSTER);
    }

    @Test
    void atADrawTheClusterIsThatOfTheFirstConfigured() {
        topology = Topology.of(List.of(A, B, C));
        answers(C, 5);
        answers(A, CLUSTER);
        assertThat(topology.systemId()).isNull();
        topology = topology.failed(B, new IllegalStateException("refused"));
        assertStandings(Standing.PRIMARY, Standing.UNKNOWN, Standing.FOREIGN);
        assertThat(topology.status(B).isReachable()).isFalse();
    }

    @Test
    void whatWasLostMeanwhileIsNotReachable() {
        Throwable refused = new IllegalStateException("refused in: SELECT 1");
        topology = Topology.of(List.of(A, B, C));
        answers(A, CLUSTER);
        topology = topology.failed(A, refused);
        answers(B, CLUSTER);
        assertStandings(Standing.PRIMARY, Standing.REPLICA, Standing.UNKNOWN);
        assertThat(topology.status(A).isReachable()).isFalse();
        assertThat(topology.status(A).failure()).isEqualTo(refused);
        assertThat(topology).asString().contains("(does not answer: refused)");
    }

    @Test
    void aNodeOfAnotherClusterIsForeign() {
        writes(A, 1, 10);
        topology = topology.answered(B, new NodeReport(5, true, 9, new Lsn(99)), ++now);
        assertStandings(Standing.PRIMARY, Standing.FOREIGN, Standing.UNKNOWN);
        assertThat(topology.timeline()).isEqualTo(1);
    }

    @Test
    void aPositionSurvivesIfThePromotedNodeHadReplayedIt() {
        writes(A, 1, 40);
        replays(B, 1, 30);
        writes(B, 2, 50);
        assertThat(topology.hasSurvived(1, new Lsn(30))).isTrue();
        assertThat(topology.hasSurvived(1, new Lsn(31))).isFalse();
        assertThat(topology.hasSurvived(2, new Lsn(1_000))).isTrue();
    }

    @Test
    void aPositionSurvivesTwoPromotionsIfBothHadReplayedIt() {
        writes(A, 1, 40);
        replays(B, 1, 30);
        replays(C, 1, 20);
        writes(B, 2, 50);
        replays(C, 2, 25);
        writes(C, 3, 60);
        assertThat(topology.hasSurvived(1, new Lsn(25))).isTrue();
        assertThat(topology.hasSurvived(1, new Lsn(28))).isFalse();
    }

    @Test
    void nothingIsKnownOfATimelineThatWasNotWatched() {
        writes(A, 1, 40);
        replays(B, 1, 30);
        writes(B, 3, 50);
        assertThat(topology.hasSurvived(1, new Lsn(1))).isFalse();
    }

    @Test
    void theAgeOfAReplicaIsThatOfThePrimaryAtItsPosition() {
        writes(A, 1, 10);
        now = 100;
        writes(A, 1, 20);
        replays(B, 1, 15);
        assertThat(topology.age(topology.status(B), 201)).isEqualTo(Duration.ofNanos(200));
        assertThat(topology.bytesBehind(topology.status(B))).isEqualTo(5);
        replays(B, 1, 20);
        assertThat(topology.age(topology.status(B), 201)).isEqualTo(Duration.ofNanos(100));
        replays(C, 1, 9);
        assertThat(topology.age(topology.status(C), 201)).isNull();
    }

    /** Its last transaction may be hours ago. */
    @Test
    void behindAnIdlePrimaryAReplicaIsAsYoungAsTheLastAnswer() {
        replays(B, 1, 20);
        for (now = 0; now < 100_000; now += 100) {
            writes(A, 1, 20);
        }
        assertThat(topology.age(topology.status(B), now)).isLessThanOrEqualTo(Duration.ofNanos(100));
    }

    /** It has replayed all that it has received. */
    @Test
    void aReplicaThatIsCutOffFromThePrimaryGrowsOld() {
        replays(B, 1, 20);
        for (int i = 0; i < 10_000; i++) {
            writes(A, 1, 20 + i);
        }
        replays(B, 1, 20);
        assertThat(topology.age(topology.status(B), now)).isEqualTo(Duration.ofNanos(now - 2));
    }

    @Test
    void anUnknownNodeIsRefused() {
        assertThatThrownBy(() -> topology.failed(Node.of("d", 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("d:4");
    }

    /** Whatever the nodes say, in whatever order. */
    @RepeatedTest(200)
    void thereIsAtMostOnePrimaryAndItsTimelineNeverFalls(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Node> nodes = List.of(A, B, C);
        Node latest = null;
        for (int i = 0; i < 200; i++) {
            Topology before = topology;
            Node node = nodes.get(random.nextInt(3));
            int timeline = 1 + random.nextInt(1 + i / 20);
            switch (random.nextInt(4)) {
                case 0 -> writes(node, timeline, random.nextInt(1_000));
                case 1 -> topology = topology.failed(node);
                default -> replays(node, timeline, random.nextInt(1_000));
            }
            assertThat(topology.nodes())
                    .filteredOn(each -> each.standing() == Standing.PRIMARY)
                    .hasSizeLessThan(2);
            assertThat(topology.timeline()).isGreaterThanOrEqualTo(before.timeline());
            Node primary = topology.primary().map(NodeStatus::node).orElse(latest);
            if (primary != null && !primary.equals(latest)) {
                assertThat(topology.timeline()).isGreaterThan(before.timeline());
            }
            latest = primary;
        }
    }
}
