package io.headgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PostgresClusterIT {

    @Test
    void clusterWithReplicasAndPoolersAnswersEverywhere() {
        try (PostgresCluster cluster = PostgresCluster.builder()
                .replicas(2)
                .pooled(true)
                .poolSize(4)
                .initSql("CREATE TABLE track(id int PRIMARY KEY, title text); INSERT INTO track VALUES (1, 'one')")
                .start()) {
            cluster.primary().execute("INSERT INTO track VALUES (?, ?)", 2, "two");
            cluster.awaitReplicasCaughtUp();
            for (PostgresNode node : cluster.nodes()) {
                List<Map<String, @Nullable Object>> rows = node.query("SELECT * FROM track ORDER BY id");
                assertThat(rows).hasSize(2);
                assertThat(node.isPrimary()).isEqualTo(node == cluster.primary());
                assertThat(node.bouncer().version()).startsWith("1.2");
                assertThat(node.bouncer().show("POOLS")).isNotEmpty();
            }
        }
    }
}
