package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class CapacityDiscoveryTest {

    private final List<String> sent = new ArrayList<>();

    /** A database of a hundred connections, three of them reserved. */
    private final SqlExecutor database = new SqlExecutor() {
        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            return Mono.fromSupplier(() -> {
                sent.add(statement.text());
                RowMetadata columns = RowMetadata.of(List.of("max_connections", "reserved"));
                return new SqlResult(List.of(row(columns, 100, 3)), columns, 1);
            });
        }

        @Override
        public Flux<SqlRow> stream(SqlStatement query) {
            return Flux.error(new UnsupportedOperationException());
        }

        @Override
        public <T> Flux<T> inTransaction(
                TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
            return Flux.error(new UnsupportedOperationException());
        }
    };

    private final PoolerConsole console = command -> Mono.fromSupplier(() -> {
        sent.add(command);
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

    private static SqlRow row(RowMetadata columns, Object... values) {
        return new SqlRow() {
            @Override
            public RowMetadata columns() {
                return columns;
            }

            @Override
            public @Nullable Object value(int index) {
                return values[index];
            }
        };
    }

    @Test
    void readsTheDatabasesLimits() {
        StepVerifier.create(CapacityPlan.discover(database)
                        .map(builder -> builder.instances(5).build()))
                .assertNext(plan -> {
                    assertThat(plan.maxConnections()).isEqualTo(16);
                    assertThat(plan.explain()).containsPattern("max_connections +100 +3 reserved");
                })
                .verifyComplete();
        assertThat(sent).singleElement().asString().contains("current_setting('reserved_connections', true)");
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
        assertThat(sent).element(1).isEqualTo("SHOW CONFIG");
    }

    @Test
    void asksNobodyBeforeItIsSubscribedTo() {
        Mono<CapacityPlan.Builder> discovery = CapacityPlan.discover(database, console, "music");
        assertThat(sent).isEmpty();
        discovery.block();
        assertThat(sent).hasSize(3);
    }

    @Test
    void passesOnWhatFails() {
        StepVerifier.create(CapacityPlan.discover(
                        database, command -> Mono.error(new IllegalStateException("no console")), "music"))
                .verifyErrorMessage("no console");
    }
}
