package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CapacityPlanTest {

    private static final PoolerSettings POOLER =
            PoolerSettings.defaults().poolSize(50).maxClientConnections(1_000);

    private static CapacityPlan.Builder database(int maxConnections) {
        return CapacityPlan.builder().maxConnections(maxConnections);
    }

    @Test
    void aThousandRequestsASecondTakeTwentyConnections() {
        CapacityPlan one = database(100).peakRequestsPerSecond(1_000).build();
        assertThat(one.minConnections()).isEqualTo(20);
        CapacityPlan fifth =
                database(100).instances(5).peakRequestsPerSecond(1_000).build();
        assertThat(5 * fifth.minConnections()).isBetween(20, 20 + 5);
    }

    @Test
    void aHundredConnectionsForFiveInstancesWithAFifthSparedAreSixteenEach() {
        CapacityPlan plan = database(100).instances(5).safetyMargin(0.8).build();
        assertThat(plan.maxConnections()).isEqualTo(16);
        assertThat(plan.warnings()).isEmpty();
        assertThat(database(100).reservedConnections(3).instances(5).build().maxConnections())
                .isEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({
        // max_connections, instances, margin, share
        "100, 1, 1, 100",
        "100, 1, 0.29, 29",
        "100, 3, 0.7, 23",
        "200, 5, 0.8, 32",
        "100, 80, 0.8, 1",
    })
    void theMarginIsTakenFromTheDatabase(int maxConnections, int instances, double margin, int share) {
        CapacityPlan plan = database(maxConnections)
                .instances(instances)
                .safetyMargin(margin)
                .build();
        assertThat(plan.maxConnections()).isEqualTo(share);
    }

    @Test
    void reservedConnectionsAreNeverUsed() {
        CapacityPlan plan =
                database(100).reservedConnections(30).safetyMargin(0.8).build();
        assertThat(plan.maxConnections()).isEqualTo(70);
        assertThat(plan.binding()).isEqualTo("max_connections less the reserved ones");
    }

    @Test
    void thePoolersPoolIsTheBudgetAndItsReserveIsNot() {
        CapacityPlan plan = CapacityPlan.builder()
                .pooler(POOLER.reservePoolSize(10))
                .instances(5)
                .build();
        assertThat(plan.maxConnections()).isEqualTo(10);
        assertThat(plan.binding()).isEqualTo("PgBouncer's pool_size");
    }

    @Test
    void theLeastOfAllLimitsCounts() {
        assertThat(database(40).pooler(POOLER).build())
                .returns(32, CapacityPlan::maxConnections)
                .returns("max_connections times the safety margin", CapacityPlan::binding);
        assertThat(database(100).pooler(POOLER.maxDatabaseConnections(12)).build())
                .returns(12, CapacityPlan::maxConnections)
                .returns("PgBouncer's max_db_connections", CapacityPlan::binding);
        assertThat(database(100)
                        .pooler(POOLER.maxClientConnections(30))
                        .instances(4)
                        .build())
                .returns(7, CapacityPlan::maxConnections)
                .returns("PgBouncer's max_client_conn", CapacityPlan::binding);
    }

    @ParameterizedTest
    @CsvSource({
        // cores, instances, connections, lanes
        "2, 1, 100, 4",
        "4, 1, 100, 8",
        "64, 1, 100, 16",
        "4, 8, 800, 2",
        "16, 8, 800, 4",
        "4, 1, 8, 4",
        "4, 1, 3, 1",
        "4, 1, 2, 1",
        "4, 1, 1, 0",
    })
    void lanesFollowTheDatabasesCoresAndLeaveHalfForTransactions(int cores, int instances, int connections, int lanes) {
        CapacityPlan plan = database(connections)
                .safetyMargin(1)
                .databaseCores(cores)
                .instances(instances)
                .build();
        assertThat(plan.lanes()).isEqualTo(lanes);
        assertThat(plan.maxLeases()).isGreaterThanOrEqualTo(1);
        assertThat(plan.laneDepth() == 0).isEqualTo(lanes == 0);
    }

    @ParameterizedTest
    @CsvSource({
        // own cores, instances, connections, lanes
        "2, 5, 300, 4",
        "2, 5, 100, 4",
        "8, 5, 300, 15",
        "64, 1, 800, 16",
        "2, 1, 8, 2",
        "2, 1, 3, 1",
    })
    void lanesAreThoseOfAPoolWithoutAPlanWhenTheDatabasesCoresAreNotKnown(
            int ownCores, int instances, int connections, int lanes) {
        CapacityPlan plan = database(connections)
                .safetyMargin(1)
                .ownCores(ownCores)
                .instances(instances)
                .build();
        assertThat(plan.lanes()).isEqualTo(lanes);
        assertThat(plan.explain())
                .contains("own cores")
                .contains("2 x " + ownCores + " own cores, at most " + connections / instances + " / 4");
    }

    @Test
    void theMinimumIsWhatThePeakKeepsBusy() {
        CapacityPlan plan = database(200)
                .databaseCores(4)
                .peakRequestsPerSecond(3_000)
                .serviceTime(Duration.ofMillis(10))
                .build();
        assertThat(plan.minConnections()).isEqualTo(30);
        assertThat(plan.wantedConnections()).isBetween(35, 45);
        assertThat(plan.maxConnections()).isEqualTo(160);
    }

    @Test
    void aWishForShortWaitsAsksForMoreConnectionsAndSetsTheTimeout() {
        CapacityPlan.Builder builder = database(100)
                .peakRequestsPerSecond(1_000)
                .serviceTime(Duration.ofMillis(20))
                .waitingProbability(0.5);
        CapacityPlan plain = builder.build();
        CapacityPlan hasty = builder.maxStatementWait(Duration.ofMillis(5)).build();
        assertThat(hasty.wantedConnections()).isGreaterThan(plain.wantedConnections());
        assertThat(new ErlangC(hasty.wantedConnections(), 20).waitPercentile(0.99) * 20)
                .isLessThanOrEqualTo(5);
        assertThat(new ErlangC(hasty.wantedConnections() - 1, 20).waitPercentile(0.99) * 20)
                .isGreaterThan(5);
        assertThat(hasty.acquireTimeout()).isEqualTo(Duration.ofMillis(5));
        assertThat(hasty.laneDepth()).isEqualTo(1);
        assertThat(plain.laneDepth()).isEqualTo(5);
    }

    @Test
    void callersHearOfOverloadBeforePgBouncerTellsThem() {
        CapacityPlan plan = CapacityPlan.builder()
                .pooler(POOLER.queryWaitTimeout(Duration.ofSeconds(2)))
                .build();
        assertThat(plan.acquireTimeout()).isEqualTo(Duration.ofMillis(1_600));
        assertThat(plan.warnings())
                .singleElement()
                .asString()
                .contains("1.6 s rather than 5 s", "query_wait_timeout of 2 s");
        assertThat(CapacityPlan.builder()
                        .pooler(POOLER.queryWaitTimeout(Duration.ZERO))
                        .build()
                        .acquireTimeout())
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void noMoreWaitThanAreServedInTime() {
        CapacityPlan plan = database(100)
                .instances(5)
                .serviceTime(Duration.ofMillis(100))
                .maxStatementWait(Duration.ofSeconds(2))
                .build();
        assertThat(plan.maxWaiting()).isEqualTo(16 * 20);
        assertThat(database(100).serviceTime(Duration.ofNanos(1)).build().maxWaiting())
                .isEqualTo(10_000);
        assertThat(database(100).serviceTime(Duration.ofHours(1)).build().maxWaiting())
                .isEqualTo(80);
    }

    static Stream<Arguments> wrongValues() {
        return Stream.of(
                wrong(builder -> builder.maxConnections(0), "maxConnections is 0"),
                wrong(builder -> builder.reservedConnections(-1), "reservedConnections is -1"),
                wrong(builder -> builder.instances(0), "instances is 0"),
                wrong(builder -> builder.safetyMargin(0), "safetyMargin is 0.0"),
                wrong(builder -> builder.safetyMargin(1.01), "safetyMargin is 1.01"),
                wrong(builder -> builder.safetyMargin(Double.NaN), "safetyMargin is NaN"),
                wrong(builder -> builder.peakRequestsPerSecond(0), "peakRequestsPerSecond is 0.0"),
                wrong(builder -> builder.peakRequestsPerSecond(Double.NaN), "peakRequestsPerSecond is NaN"),
                wrong(builder -> builder.peakRequestsPerSecond(2e9), "peakRequestsPerSecond is 2.0E9"),
                wrong(builder -> builder.serviceTime(Duration.ZERO), "serviceTime is PT0S"),
                wrong(builder -> builder.serviceTime(Duration.ofHours(2)), "serviceTime is PT2H"),
                wrong(builder -> builder.databaseCores(0), "databaseCores is 0"),
                wrong(builder -> builder.waitingProbability(0), "waitingProbability is 0.0"),
                wrong(builder -> builder.maxStatementWait(Duration.ofMillis(-1)), "maxStatementWait is PT-0.001S"),
                wrong(builder -> builder.currentPoolSize(0), "currentPoolSize is 0"));
    }

    private static Arguments wrong(UnaryOperator<CapacityPlan.Builder> setter, String message) {
        return Arguments.of(setter, message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("wrongValues")
    void aWrongValueIsRefusedWhereItIsSet(UnaryOperator<CapacityPlan.Builder> setter, String message) {
        CapacityPlan.Builder builder = CapacityPlan.builder();
        assertThatThrownBy(() -> setter.apply(builder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageContaining("must be");
    }

    @Test
    void valuesThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> CapacityPlan.builder().build())
                .hasMessageContaining("neither maxConnections nor pooler");
        assertThatThrownBy(() -> CapacityPlan.builder()
                        .pooler(POOLER)
                        .reservedConnections(3)
                        .build())
                .hasMessageContaining("maxConnections is not set");
        assertThatThrownBy(() -> database(10).reservedConnections(10).build())
                .hasMessageContaining("reservedConnections is 10 of maxConnections 10");
        assertThatThrownBy(() -> database(10)
                        .peakRequestsPerSecond(1_000_000)
                        .serviceTime(Duration.ofSeconds(20))
                        .build())
                .hasMessageContaining("peakRequestsPerSecond 1,000,000 times serviceTime 20 s keeps 20,000,000");
    }

    @Test
    void showsItsFigures() {
        assertThat(database(100).instances(5).build())
                .hasToString("CapacityPlan[lanes=4, leases=1..12, laneDepth=64, maxWaiting=4000, acquireTimeout=5 s]");
    }

    @Test
    void aGuessLimitsNeitherLanesNorQueue() {
        CapacityPlan guessed =
                database(100).instances(5).peakRequestsPerSecond(1_000).build();
        assertThat(guessed.laneDepth()).isEqualTo(64);
        assertThat(guessed.maxWaiting()).isGreaterThanOrEqualTo(1_000);
        assertThat(CapacityPlan.builder().maxConnections(1).build().maxWaiting())
                .isEqualTo(1_000);
    }

    @Test
    void whatIsMeasuredReplacesTheGuessAndWhatIsGivenReplacesBoth() {
        CapacityPlan measured = database(100)
                .instances(5)
                .peakRequestsPerSecond(1_000)
                .measured(Duration.ofMillis(100), Duration.ofMillis(2))
                .build();
        assertThat(measured.laneDepth()).isEqualTo(50);
        assertThat(measured.maxWaiting()).isEqualTo(16 * 5_000 / 100);
        assertThat(measured.warnings()).noneMatch(warning -> warning.contains("assumed"));
        CapacityPlan given = database(100)
                .measured(Duration.ofMillis(100), null)
                .serviceTime(Duration.ofMillis(10))
                .build();
        assertThat(given.laneDepth()).isEqualTo(10);
    }
}
