package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlainPoolSettingsTest {

    private static final CapacityPlan PLAN = CapacityPlan.builder()
            .maxConnections(100)
            .instances(5)
            .peakRequestsPerSecond(1_000)
            .serviceTime(Duration.ofMillis(20))
            .databaseCores(4)
            .maxStatementWait(Duration.ofMillis(1_500))
            .build();

    @Test
    void printsR2dbcPoolAsCode() {
        assertThat(PLAN.r2dbcPool()).hasToString("""
                ConnectionPoolConfiguration configuration = ConnectionPoolConfiguration.builder(connectionFactory)
                        .initialSize(4)
                        .minIdle(4)
                        .maxSize(16)
                        .maxAcquireTime(Duration.ofMillis(1500))
                        .maxIdleTime(Duration.ofMillis(600000))
                        .maxLifeTime(Duration.ofMillis(1800000))
                        .validationDepth(ValidationDepth.LOCAL)
                        .build();
                """);
        assertThat(PLAN.r2dbcPool().values()).containsEntry("maxSize", "16").hasSize(7);
        assertThat(PLAN.r2dbcPool().library()).isEqualTo("r2dbc-pool");
    }

    @Test
    void printsVertxPoolAsCode() {
        assertThat(PLAN.vertxPool()).hasToString("""
                PoolOptions poolOptions = new PoolOptions()
                        .setMaxSize(16)
                        .setMaxWaitQueueSize(1200)
                        .setConnectionTimeout(1500)
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setIdleTimeout(10)
                        .setIdleTimeoutUnit(TimeUnit.MINUTES)
                        .setMaxLifetime(30)
                        .setMaxLifetimeUnit(TimeUnit.MINUTES);
                PgConnectOptions connectOptions = PgConnectOptions.fromUri(uri)
                        .setPipeliningLimit(5);
                """);
        assertThat(PLAN.vertxPool().values())
                .containsEntry("pipeliningLimit", "5")
                .hasSize(9);
    }

    @Test
    void aTimeoutBelowAMillisecondIsNotTurnedOff() {
        CapacityPlan hasty = CapacityPlan.builder()
                .maxConnections(100)
                .maxStatementWait(Duration.ofNanos(10))
                .build();
        assertThat(hasty.r2dbcPool().values()).containsEntry("maxAcquireTime", "Duration.ofMillis(1)");
        assertThat(hasty.vertxPool().values()).containsEntry("connectionTimeout", "1");
    }
}
