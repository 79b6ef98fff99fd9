package io.headgate.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.PoolState;
import io.headgate.testkit.PostgresNode;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After a class of tests: no lease in use, nobody waiting, no transaction open, no client of the pooler holding a server. */
final class NothingLeftBehind implements AfterAllCallback {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Override
    public void afterAll(ExtensionContext context) {
        Target.headgate().forEach(NothingLeftBehind::awaitRest);
        Stream.of(Target.HEADGATE_DIRECT, Target.HEADGATE_REPLICAS)
                .flatMap(target -> target.cluster().nodes().stream())
                .forEach(NothingLeftBehind::awaitRest);
    }

    private static void awaitRest(PostgresNode node) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(node.query("SELECT pid, state, query FROM pg_stat_activity WHERE backend_type = 'client backend'"
                            + " AND pid <> pg_backend_pid() AND state <> 'idle'"))
                    .isEmpty();
            assertThat(node.bouncer().show("POOLS"))
                    .filteredOn(pool -> !"pgbouncer".equals(pool.get("database")))
                    .allSatisfy(pool -> {
                        assertThat(pool.get("cl_waiting")).hasToString("0");
                        assertThat(pool.get("sv_active")).hasToString("0");
                    });
        });
    }

    private static void awaitRest(Target target) {
        // outside of the wait, because the first use starts a cluster
        ConnectionFactory connections = target.connectionFactory();
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            PoolState state = Pools.stateOf(connections);
            assertThat(state.leased()).as("leases of %s", target).isZero();
            assertThat(state.waiting()).as("callers that wait for %s", target).isZero();
            assertThat(state.inFlight()).as("statements on lanes of %s", target).isZero();
        });
    }
}
