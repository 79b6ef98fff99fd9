package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.Consistency;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.topology.NodeReport;
import io.headgate.routing.topology.NodeStatus;
import io.headgate.routing.topology.Position;
import io.headgate.routing.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole table: preference, consistency, the session's position and the state of a cluster, to a route. */
class RoutingRulesTest {

    private static final long CLUSTER = 77;
    private static final Node A = Node.of("a", 1);
    private static final Node B = Node.of("b", 2);
    private static final Node C = Node.of("c", 3);

    /** The primary was at 100 at the time 1 s, and at 200 at 2 s; it is 2 s now. */
    private static final long NOW = Duration.ofSeconds(2).toNanos();

    /**
     * The state of b and c behind the primary a.
     *
     * @param text a word each for a, b and c: {@code up} or {@code down} for the primary; a position or {@code down} for a replica
     */
    private static Topology cluster(String text) {
        Topology topology = Topology.of(List.of(A, B, C)).failed(B).failed(C);
        String[] words = text.split(" ", -1);
        topology = topology.answered(A, new NodeReport(CLUSTER, false, 2, new Lsn(100)), NOW / 2);
        topology = topology.answered(A, new NodeReport(CLUSTER, false, 2, new Lsn(200)), NOW);
        if (words[0].equals("down")) {
            topology = topology.failed(A);
        }
        topology = replica(topology, B, words[1]);
        return replica(topology, C, words[2]);
    }

    private static Topology replica(Topology topology, Node node, String word) {
        return word.equals("down")
                ? topology.failed(node)
                : topology.answered(node, new NodeReport(CLUSTER, true, 2, new Lsn(Long.parseLong(word))), NOW);
    }

    private static Consistency consistency(String word) {
        return switch (word) {
            case "eventual" -> Consistency.eventual();
            case "strong" -> Consistency.strong();
            case "own" -> Consistency.readYourWrites();
            default -> Consistency.boundedStaleness(Duration.ofMillis(Long.parseLong(word)));
        };
    }

    /** {@code timeline/position}, or {@code other} for one of another cluster. */
    private static @Nullable Position floor(@Nullable String word) {
        if (word == null) {
            return null;
        }
        if (word.equals("other")) {
            return new Position(5, 2, new Lsn(1));
        }
        String[] parts = word.split("/", -1);
        return new Position(CLUSTER, Integer.parseInt(parts[0]), new Lsn(Long.parseLong(parts[1])));
    }

    private static String text(Route route) {
        if (route instanceof Route.ToPrimary to) {
            return "primary " + to.reason();
        }
        if (route instanceof Route.ToReplica to) {
            return "replica " + names(to.qualified());
        }
        if (route instanceof Route.ToBeAsked asked) {
            return "ask " + names(asked.candidates());
        }
        return "nowhere " + ((Route.Nowhere) route).reason();
    }

    private static String names(List<NodeStatus> nodes) {
        return nodes.stream().map(each -> each.node().host()).collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # nodes,         preference,     consistency, floor,  lag,  route
            up 200 150,      PREFER_REPLICA, eventual,    ,       ,     replica b c
            up 0 down,       PREFER_REPLICA, eventual,    ,       ,     replica b
            up down down,    PREFER_REPLICA, eventual,    ,       ,     primary NO_REPLICA
            down down down,  PREFER_REPLICA, eventual,    ,       ,     nowhere NO_PRIMARY
            down 200 150,    PREFER_REPLICA, eventual,    ,       ,     replica b c
            up 200 150,      REPLICA_ONLY,   eventual,    ,       ,     replica b c
            up down down,    REPLICA_ONLY,   eventual,    ,       ,     nowhere NO_REPLICA
            up 200 150,      PRIMARY_ONLY,   eventual,    ,       ,     primary PREFERENCE
            down 200 150,    PRIMARY_ONLY,   eventual,    ,       ,     nowhere NO_PRIMARY
            # a replica that is too far behind
            up 200 150,      PREFER_REPLICA, eventual,    ,       500,  replica b
            up 150 150,      PREFER_REPLICA, eventual,    ,       500,  primary LAG
            up 150 150,      REPLICA_ONLY,   eventual,    ,       500,  nowhere LAG
            up 150 50,       PREFER_REPLICA, eventual,    ,       1000, replica b
            up 50 50,        PREFER_REPLICA, eventual,    ,       1000, primary LAG
            # without a primary nothing new is written
            down 50 0,       PREFER_REPLICA, eventual,    ,       500,  replica b c
            down 50 0,       REPLICA_ONLY,   own,         2/40,   500,  replica b
            # bounded staleness
            up 200 150,      PREFER_REPLICA, 500,         ,       ,     replica b
            up 200 150,      PREFER_REPLICA, 1000,        ,       ,     replica b c
            up 150 50,       PREFER_REPLICA, 500,         ,       ,     primary LAG
            up 200 150,      PREFER_REPLICA, 500,         2/300,  ,     replica b
            up 200 150,      PREFER_REPLICA, 1000,        ,       500,  replica b
            down 150 50,     PREFER_REPLICA, 500,         ,       ,     nowhere NO_PRIMARY
            # strong
            up 200 200,      PREFER_REPLICA, strong,      ,       ,     primary STRONG
            up 200 200,      REPLICA_ONLY,   strong,      ,       ,     primary STRONG
            down 200 200,    PREFER_REPLICA, strong,      ,       ,     nowhere NO_PRIMARY
            # read your writes
            up 200 150,      PREFER_REPLICA, own,         ,       ,     replica b c
            up 200 150,      PREFER_REPLICA, own,         2/150,  ,     replica b c
            up 200 150,      PREFER_REPLICA, own,         2/151,  ,     replica b
            up 200 150,      PREFER_REPLICA, own,         2/201,  ,     ask b c
            up 200 150,      PREFER_REPLICA, own,         2/201,  500,  ask b
            up 150 150,      PREFER_REPLICA, own,         2/100,  500,  primary LAG
            up down down,    PREFER_REPLICA, own,         2/100,  ,     primary NO_REPLICA
            up 200 150,      REPLICA_ONLY,   own,         2/201,  ,     ask b c
            down 200 150,    PREFER_REPLICA, own,         2/180,  ,     replica b
            up 200 150,      PRIMARY_ONLY,   own,         2/100,  ,     primary PREFERENCE
            # positions that do not compare
            up 200 150,      PREFER_REPLICA, own,         other,  ,     primary OTHER_CLUSTER
            up 200 150,      PREFER_REPLICA, own,         1/10,   ,     primary POSSIBLY_LOST_WRITE
            up 200 150,      PREFER_REPLICA, own,         3/10,   ,     nowhere NEWER_TIMELINE
            up 200 150,      PREFER_REPLICA, eventual,    3/10,   ,     replica b c
            """)
    void aRead(
            String nodes,
            ReadPreference preference,
            String consistency,
            @Nullable String floor,
            @Nullable Long maxLagMillis,
            String route) {
        Duration maxLag = maxLagMillis == null ? null : Duration.ofMillis(maxLagMillis);
        Route found =
                new RoutingRules(preference, maxLag).read(consistency(consistency), floor(floor), cluster(nodes), NOW);
        assertThat(text(found)).isEqualTo(route);
    }

    @ParameterizedTest
    @CsvSource({
        "eventual, PREFER_REPLICA, replica b c",
        "own,      PREFER_REPLICA, primary NO_POSITIONS",
        "500,      PREFER_REPLICA, primary NO_POSITIONS",
        "strong,   PREFER_REPLICA, primary STRONG",
        "own,      REPLICA_ONLY,   nowhere NO_POSITIONS",
    })
    void aReadWherePositionsAreNotTold(String consistency, ReadPreference preference, String route) {
        Topology topology = Topology.of(List.of(A, B, C));
        for (Node each : List.of(A, B, C)) {
            topology = topology.answered(each, NodeReport.withoutPositions(!each.equals(A)), NOW);
        }
        Route found = new RoutingRules(preference, Duration.ofMillis(1))
                .read(consistency(consistency), floor("1/5"), topology, NOW);
        assertThat(text(found)).isEqualTo(route);
    }

    @ParameterizedTest
    @CsvSource({
        "up 200 150, PREFER_REPLICA, primary WRITE",
        "up 200 150, REPLICA_ONLY, primary WRITE",
        "up down down, PRIMARY_ONLY, primary WRITE",
        "down 200 150, PREFER_REPLICA, nowhere NO_PRIMARY",
    })
    void aWrite(String nodes, ReadPreference preference, String route) {
        assertThat(text(new RoutingRules(preference, null).write(cluster(nodes))))
                .isEqualTo(route);
    }

    @Test
    void nothingIsKnownYet() {
        RoutingRules rules = new RoutingRules(ReadPreference.PREFER_REPLICA, null);
        Topology unknown = Topology.of(List.of(A, B));
        assertThat(text(rules.write(unknown))).isEqualTo("nowhere NO_PRIMARY");
        assertThat(text(rules.read(Consistency.eventual(), null, unknown, NOW))).isEqualTo("nowhere NO_PRIMARY");
    }

    /** The client was started during an outage, and a token came with a request. */
    @Test
    void withoutAnyPrimaryReplicasOfThePositionsTimelineServe() {
        Topology replicas = Topology.of(List.of(A, B, C))
                .failed(A)
                .answered(B, new NodeReport(CLUSTER, true, 2, new Lsn(150)), NOW)
                .answered(C, new NodeReport(CLUSTER, true, 1, new Lsn(900)), NOW);
        RoutingRules rules = new RoutingRules(ReadPreference.PREFER_REPLICA, Duration.ofSeconds(30));
        assertThat(text(rules.read(Consistency.eventual(), null, replicas, NOW)))
                .isEqualTo("replica b c");
        assertThat(text(rules.read(Consistency.readYourWrites(), floor("2/150"), replicas, NOW)))
                .isEqualTo("replica b");
        assertThat(text(rules.read(Consistency.readYourWrites(), floor("2/151"), replicas, NOW)))
                .isEqualTo("ask b");
    }

    /** Its primary is not known yet, and may lack what the session wrote on the former one. */
    @Test
    void aReplicaOfALaterTimelineThanThePrimarysDoesNotQualify() {
        Topology ahead = cluster("down 200 150").answered(B, new NodeReport(CLUSTER, true, 3, new Lsn(900)), NOW);
        RoutingRules rules = new RoutingRules(ReadPreference.PREFER_REPLICA, null);
        assertThat(text(rules.read(Consistency.readYourWrites(), floor("2/180"), ahead, NOW)))
                .isEqualTo("ask c");
    }

    /** The write is part of the new timeline: the promoted node had replayed it. */
    @Test
    void aPositionBeforeAPromotionCounts() {
        Topology topology = cluster("up 200 150").answered(B, new NodeReport(CLUSTER, false, 3, new Lsn(210)), NOW);
        RoutingRules rules = new RoutingRules(ReadPreference.PREFER_REPLICA, null);
        assertThat(text(rules.read(Consistency.readYourWrites(), floor("2/150"), topology, NOW)))
                .isEqualTo("replica c");
        assertThat(text(rules.read(Consistency.readYourWrites(), floor("2/201"), topology, NOW)))
                .isEqualTo("primary POSSIBLY_LOST_WRITE");
        assertThat(text(rules.write(topology))).isEqualTo("primary WRITE");
    }

    /** It has replayed more of the old timeline than the node that was promoted, and cannot follow it. */
    @Test
    void aReplicaThatHasDivergedDoesNotQualify() {
        Topology promoted = cluster("up 200 260").answered(B, new NodeReport(CLUSTER, false, 3, new Lsn(210)), NOW);
        RoutingRules rules = new RoutingRules(ReadPreference.PREFER_REPLICA, null);
        assertThat(text(rules.read(Consistency.readYourWrites(), floor("3/250"), promoted, NOW)))
                .isEqualTo("primary TIMELINE");
        assertThat(text(rules.read(consistency("500"), null, promoted, NOW))).isEqualTo("primary LAG");
        assertThat(text(rules.read(Consistency.eventual(), null, promoted, NOW)))
                .isEqualTo("replica c");
        Topology following = promoted.answered(C, new NodeReport(CLUSTER, true, 3, new Lsn(260)), NOW);
        assertThat(text(rules.read(Consistency.readYourWrites(), floor("3/250"), following, NOW)))
                .isEqualTo("replica c");
        assertThat(text(rules.read(consistency("500"), null, following, NOW))).isEqualTo("replica c");
    }
}
