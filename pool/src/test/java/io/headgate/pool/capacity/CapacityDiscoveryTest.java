package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.ScriptedExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class CapacityDiscoveryTest {

    private final List<String> commands = new ArrayList<>();

    /** A database of a hundred connections, three of them reserved. */
    private final ScriptedExecutor database = new ScriptedExecutor(
            statement -> Mono.just(ScriptedExecutor.row(List.of("max_connections", "reserved"), 100, 3)));

    private final PoolerConsole console = command -> Mono.fromSupplier(() -> {
        commands.add(command);
        return command.equals("SHOW DATABASES")
                ? List.of(Map.of("name", "music", "pool_size", "25", "pool_mode", "transaction"))
                : Map.of(
                                "default_pool_size", "20",
                                "reserve_pool_size", "5",
                                "max_client_conn", "10000",
                                "max_db_connections", "0",
                                "max_user_connections", "0",
                                "query_wait_timeout", "120",
                                "pool_mode", "session")
                        .entrySet()
                        .stream()
                        .map(entry -> Map.of("key", entry.getKey(), "value", entry.getValue()))
                        .toList();
    });

    @Test
    void readsTheDatabasesLimits() {
        StepVerifier.create(CapacityPlan.discover(database)
                        .map(builder -> builder.instances(5).build()))
                .assertNext(plan -> {
                    assertThat(plan.maxConnections()).isEqualTo(16);
                    assertThat(plan.explain()).containsPattern("max_connections +100 +3 reserved");
                })
                .verifyComplete();
        assertThat(database.sent())
                .singleElement()
                .asString()
                .contains("current_setting('reserved_connections', true)");
    }

    @Test
    void readsThePoolersLimits() {
        StepVerifier.create(CapacityPlan.discover(database, console, "music")
                        .map(builder -> builder.instances(5).build()))
                .assertNext(plan -> {
                    assertThat(plan.maxConnections()).isEqualTo(5);
                    assertThat(plan.binding()).isEqualTo("PgBouncer's pool_size");
                })
                .verifyComplete();
        assertThat(commands).containsExactly("SHOW CONFIG", "SHOW DATABASES");
    }

    @Test
    void asksNobodyBeforeItIsSubscribedTo() {
        Mono<CapacityPlan.Builder> discovery = CapacityPlan.discover(database, console, "music");
        assertThat(database.sent()).isEmpty();
        assertThat(commands).isEmpty();
        discovery.block();
        assertThat(commands).hasSize(2);
    }

    @Test
    void passesOnWhatFails() {
        StepVerifier.create(CapacityPlan.discover(
                        database, command -> Mono.error(new IllegalStateException("no console")), "music"))
                .verifyErrorMessage("no console");
    }
}
