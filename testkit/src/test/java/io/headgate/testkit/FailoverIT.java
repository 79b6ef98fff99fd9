package io.headgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testkit.junit.SharedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SharedPostgres(replicas = 2, pooled = true)
class FailoverIT {
    private final PostgresCluster cluster;
    private final PostgresNode first;
    private final PostgresNode second;
    private final PostgresNode third;

    FailoverIT(PostgresCluster cluster) {
        this.cluster = cluster;
        this.first = cluster.nodes().get(0);
        this.second = cluster.nodes().get(1);
        this.third = cluster.nodes().get(2);
    }

    @BeforeEach
    void startsWithTheFirstNodeAsPrimary() {
        assertThat(cluster.primary()).isEqualTo(first);
        first.execute("DROP TABLE IF EXISTS story; CREATE TABLE story(line text)");
        cluster.awaitReplicasCaughtUp();
    }

    private static List<Object> linesOn(PostgresNode node) {
        return node.query("SELECT line FROM story ORDER BY line").stream()
                .map(row -> row.get("line"))
                .toList();
    }

    @Test
    void promotedReplicaTakesWritesAndTheOthersFollowIt() {
        first.kill();
        second.promote();
        third.follow(second);
        assertThat(cluster.primary()).isEqualTo(second);
        assertThat(cluster.replicas()).containsExactly(first, third);
        second.execute("INSERT INTO story VALUES ('written after failover')");

        first.follow(second);
        cluster.awaitReplicasCaughtUp();

        assertThat(first.isPrimary()).isFalse();
        for (PostgresNode node : cluster.nodes()) {
            assertThat(linesOn(node)).containsExactly("written after failover");
        }
    }

    @Test
    void formerPrimaryLosesWhatItAloneHadWhenItFollows() {
        second.promote();
        third.follow(second);
        first.execute("INSERT INTO story VALUES ('lost')");
        second.execute("INSERT INTO story VALUES ('kept')");
        first.follow(second);
        cluster.awaitReplicasCaughtUp();
        assertThat(linesOn(first)).containsExactly("kept");
    }

    @Test
    void resetGivesTheFirstNodeItsRoleBack() throws SQLException {
        first.freeze();
        second.promote();
        third.follow(second);
        second.bouncer().pause();
        third.bouncer().kill();
        second.execute("INSERT INTO story VALUES ('of an interlude')");

        cluster.reset();

        assertThat(cluster.primary()).isEqualTo(first);
        assertThat(first.isPrimary()).isTrue();
        assertThat(linesOn(first)).isEmpty();
        first.execute("INSERT INTO story VALUES ('after reset')");
        cluster.awaitReplicasCaughtUp();
        for (PostgresNode node : cluster.nodes()) {
            assertThat(linesOn(node)).containsExactly("after reset");
            String pooled = node.jdbcUrl()
                    .replace(":" + node.port(), ":" + node.bouncer().port());
            try (Connection connection = DriverManager.getConnection(pooled)) {
                assertThat(connection.isValid(1)).isTrue();
            }
        }
    }

    @Test
    void resetPromotesTheFirstNodeAgainWhenItHasBecomeAReplica() {
        second.promote();
        third.follow(second);
        first.follow(second);
        second.execute("INSERT INTO story VALUES ('of the second')");
        cluster.awaitReplicasCaughtUp();

        cluster.reset();

        assertThat(cluster.primary()).isEqualTo(first);
        cluster.awaitReplicasCaughtUp();
        assertThat(linesOn(third)).containsExactly("of the second");
        assertThat(second.isPrimary()).isFalse();
    }

    @Test
    void resetResumesReplayAndStartsWhatIsDown() {
        second.pauseReplay();
        third.kill();
        first.stop();
        cluster.reset();
        first.execute("INSERT INTO story VALUES ('seen by all')");
        cluster.awaitReplicasCaughtUp();
        assertThat(linesOn(second)).containsExactly("seen by all");
        assertThat(linesOn(third)).containsExactly("seen by all");
    }

    @Test
    void impossibleRolesAreRefused() {
        assertThatThrownBy(first::promote).isInstanceOf(ClusterException.class).hasMessageContaining("already");
        assertThatThrownBy(() -> first.follow(second))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("promote another node");
        assertThatThrownBy(() -> second.follow(second))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("another, running node");
    }
}
