package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CapacityWarningsTest {

    private static final PoolerSettings POOLER =
            PoolerSettings.defaults().poolSize(50).maxClientConnections(1_000);

    private static CapacityPlan.Builder database(int maxConnections) {
        return CapacityPlan.builder().maxConnections(maxConnections);
    }

    private static void assertWarns(CapacityPlan.Builder builder, String... parts) {
        CapacityPlan plan = builder.build();
        assertThat(plan.warnings()).singleElement().asString().contains(parts);
        assertThat(plan.explain()).contains(plan.warnings());
    }

    @Test
    void configuredPoolsAreSummedAgainstTheDatabase() {
        assertWarns(
                database(100).instances(5).currentPoolSize(26),
                "Sum over 5 instances is 130 of 100 connections",
                "configure at most 16");
        assertWarns(
                database(100).instances(5).currentPoolSize(20),
                "Sum over 5 instances is 100 of 80 connections that the safety margin leaves");
        assertThat(database(100).instances(5).currentPoolSize(16).build().warnings())
                .isEmpty();
    }

    /** Twenty-five and ten overflowing from each of two processes, as one of the configurations we began with has it. */
    @Test
    void configuredPoolsAreSummedAgainstThePooler() {
        assertWarns(
                CapacityPlan.builder().pooler(POOLER).instances(2).currentPoolSize(35),
                "Sum over 2 instances is 70 of 50 connections");
    }

    @Test
    void moreInstancesThanConnections() {
        assertThat(database(100).instances(100).build().warnings())
                .hasSize(2)
                .anyMatch(warning -> warning.startsWith("Sum over 100 instances is 100 of 80 connections"))
                .anyMatch(warning -> warning.startsWith("One connection an instance: no lanes"));
    }

    @Test
    void oneConnectionHasNoLanes() {
        CapacityPlan.Builder builder = database(100).instances(80);
        assertWarns(builder, "One connection an instance", "statements and transactions share it");
        CapacityPlan plan = builder.build();
        assertThat(plan.lanes()).isZero();
        assertThat(plan.minLeases()).isOne();
        assertThat(plan.maxLeases()).isOne();
    }

    @Test
    void aPeakBeyondTheCeiling() {
        assertWarns(
                database(20).peakRequestsPerSecond(1_000).serviceTime(Duration.ofMillis(20)),
                "keeps 20 connections of an instance busy and it may have 16",
                "raise max_connections times the safety margin");
    }

    @Test
    void aPeakThatWaitsTooOften() {
        assertWarns(
                database(28).peakRequestsPerSecond(1_000).serviceTime(Duration.ofMillis(20)),
                "in 100 requests wait",
                "may have 22",
                "would need 29");
    }

    @Test
    void aServiceTimeThatNobodyMeasured() {
        assertWarns(database(100).peakRequestsPerSecond(100), "service time of 20 ms is assumed");
    }

    @Test
    void aPoolerThatOpensMoreThanTheDatabaseHas() {
        assertWarns(
                database(60).reservedConnections(3).safetyMargin(1).pooler(POOLER.reservePoolSize(10)),
                "PgBouncer may open 60 connections, its reserve included, and PostgreSQL has 57 for it");
    }

    @Test
    void aPoolerThatTakesTooFewClients() {
        assertWarns(
                CapacityPlan.builder().pooler(POOLER.maxClientConnections(30)),
                "takes 30 client connections (max_client_conn) for 50 server connections");
        assertThat(CapacityPlan.builder()
                        .pooler(POOLER.maxClientConnections(3))
                        .instances(4)
                        .build()
                        .warnings())
                .anyMatch(warning ->
                        warning.contains("takes 3 client connections") && warning.contains("there are 4 instances"));
    }

    @Test
    void aPoolerThatPoolsBySession() {
        assertWarns(
                CapacityPlan.builder().pooler(new PoolerSettings(50, 0, 1_000, 0, 0, Duration.ofMinutes(2), "Session")),
                "pools by session");
    }
}
