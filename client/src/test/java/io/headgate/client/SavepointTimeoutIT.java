package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Time-outs of an R2DBC connection hold for the statements to come, whatever is rolled back between. */
@EveryRoute
class SavepointTimeoutIT {

    private final Route route;
    private Headgate db;
    private Connection connection;

    SavepointTimeoutIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client().node(route.url()).maxConnections(3).build();
        connection = db.connectionFactory().create().block();
        run(connection.beginTransaction());
        query("SELECT 1");
        run(connection.createSavepoint("here"));
    }

    @AfterEach
    void close() {
        run(connection.close());
        db.close().block();
    }

    private static void run(Publisher<Void> step) {
        Mono.from(step).block();
    }

    private String query(String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(result -> result.map(row -> row.get(0, String.class)))
                .single()
                .block();
    }

    @Test
    void aTimeoutHoldsThroughSeveralRollbacks() {
        run(connection.setStatementTimeout(Duration.ofMillis(300)));
        for (int i = 0; i < 3; i++) {
            assertThat(query("SHOW statement_timeout")).isEqualTo("300ms");
            assertThatThrownBy(() -> query("SELECT (1/0)::text")).hasMessageContaining("22012");
            run(connection.rollbackTransactionToSavepoint("here"));
        }
        assertThatThrownBy(() -> query("SELECT pg_sleep(5)::text")).hasMessageContaining("57014");
    }

    @Test
    void aTimeoutStaysWhenTheSavepointBeforeItIsRolledBackTo() {
        run(connection.setStatementTimeout(Duration.ofMillis(300)));
        assertThat(query("SHOW statement_timeout")).isEqualTo("300ms");
        run(connection.rollbackTransactionToSavepoint("here"));
        assertThat(query("SHOW statement_timeout")).isEqualTo("300ms");
    }

    @Test
    void aTimeoutThatIsSetAfterAFailedStatementHoldsAfterTheRollbackToASavepoint() {
        assertThatThrownBy(() -> query("SELECT (1/0)::text")).hasMessageContaining("22012");
        run(connection.setLockWaitTimeout(Duration.ofMillis(300)));
        run(connection.rollbackTransactionToSavepoint("here"));
        assertThat(query("SHOW lock_timeout")).isEqualTo("300ms");
    }
}
