package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityControllerTest {

    /** Eight lanes, 2 to 72 leases: the peak keeps ten busy. */
    private static final CapacityPlan PLAN = CapacityPlan.builder()
            .maxConnections(100)
            .peakRequestsPerSecond(500)
            .serviceTime(Duration.ofMillis(20))
            .databaseCores(4)
            .build();

    private static final LoadSample CALM = new LoadSample(1, 0.02, 0, 0);

    private static CapacityController observe(CapacityController controller, LoadSample sample, int times) {
        CapacityController next = controller;
        for (int i = 0; i < times; i++) {
            next = next.observe(sample);
        }
        return next;
    }

    @Test
    void beginsAtTheMinimum() {
        assertThat(CapacityController.of(PLAN).targets()).isEqualTo(new PoolTargets(8, 2));
    }

    @Test
    void growsAtOnceToWhatErlangCAsksFor() {
        CapacityController grown = CapacityController.of(PLAN).observe(new LoadSample(2_000, 0.02, 0, 10));
        assertThat(grown.targets().leases()).isEqualTo(ErlangC.serversFor(40, 0.05, 72));
    }

    @Test
    void growsByTheCallersThatWait() {
        CapacityController grown = CapacityController.of(PLAN).observe(new LoadSample(100, 0.001, 30, 10));
        assertThat(grown.targets()).isEqualTo(new PoolTargets(8, 40));
    }

    @Test
    void staysWithinTheCeilingUnderAnyLoad() {
        CapacityController grown = CapacityController.of(PLAN).observe(new LoadSample(1e9, 3_600, 1_000_000, 80));
        assertThat(grown.targets()).isEqualTo(new PoolTargets(8, 72));
    }

    @Test
    void shrinksOnlyAfterSixCalmSamplesAndThenByAQuarter() {
        CapacityController full = CapacityController.of(PLAN).observe(new LoadSample(1e6, 1, 0, 0));
        assertThat(observe(full, CALM, 5).targets().leases()).isEqualTo(72);
        assertThat(observe(full, CALM, 6).targets().leases()).isEqualTo(72 - 70 / 4);
        assertThat(observe(full, CALM, 11).targets().leases()).isEqualTo(55);
    }

    @Test
    void aBurstBetweenCalmSamplesKeepsWhatItNeeded() {
        CapacityController full = CapacityController.of(PLAN).observe(new LoadSample(1e6, 1, 0, 0));
        CapacityController later = observe(full.observe(new LoadSample(1, 0.02, 0, 68)), CALM, 5);
        // 68 of 72 leases were in use a moment ago
        assertThat(later.targets().leases()).isEqualTo(71);
        assertThat(observe(observe(full, CALM, 5).observe(new LoadSample(1e6, 1, 0, 0)), CALM, 5)
                        .targets()
                        .leases())
                .isEqualTo(72);
    }

    @Test
    void comesDownToTheMinimumAndNoFurther() {
        CapacityController full = CapacityController.of(PLAN).observe(new LoadSample(1e6, 1, 0, 0));
        assertThat(observe(full, CALM, 300).targets()).isEqualTo(new PoolTargets(8, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, 0.02, 0, 0",
        "10, NaN, 0, 0",
        "Infinity, 0.02, 5, 5",
        "10, Infinity, 5, 5",
        "-1, 0.02, 5, 5",
        "10, -0.02, 5, 5",
        "10, 0.02, -1, 5",
        "10, 0.02, 5, -1",
    })
    void aSampleThatCannotBeTrueChangesNothing(double arrivals, double service, int waiting, int inUse) {
        CapacityController grown =
                observe(CapacityController.of(PLAN).observe(new LoadSample(2_000, 0.02, 0, 10)), CALM, 5);
        CapacityController after = observe(grown, new LoadSample(arrivals, service, waiting, inUse), 10);
        assertThat(after.targets()).isEqualTo(grown.targets());
        assertThat(after.observe(CALM).targets().leases())
                .isLessThan(grown.targets().leases());
    }

    @Test
    void anotherPlanCutsAtOnceWhatItDoesNotAllow() {
        CapacityController full = CapacityController.of(PLAN).observe(new LoadSample(1e6, 1, 0, 0));
        CapacityPlan shared =
                CapacityPlan.builder().maxConnections(100).instances(5).build();
        assertThat(full.replan(shared).targets()).isEqualTo(new PoolTargets(4, 12));
        assertThat(CapacityController.of(shared).replan(PLAN).targets()).isEqualTo(new PoolTargets(8, 2));
    }

    @Test
    void whateverIsMeasuredTheTargetsStayWithinThePlan() {
        SplittableRandom random = new SplittableRandom(20_261_121);
        for (int run = 0; run < 300; run++) {
            CapacityPlan plan = CapacityPlan.builder()
                    .maxConnections(random.nextInt(1, 300))
                    .instances(random.nextInt(1, 20))
                    .peakRequestsPerSecond(random.nextDouble(0.1, 20_000))
                    .serviceTime(Duration.ofMillis(random.nextInt(1, 200)))
                    .build();
            CapacityController controller = CapacityController.of(plan);
            for (int step = 0; step < 200; step++) {
                LoadSample sample = new LoadSample(anything(random), anything(random), anyInt(random), anyInt(random));
                int before = controller.targets().leases();
                controller = controller.observe(sample);
                PoolTargets targets = controller.targets();
                assertThat(targets.lanes()).isEqualTo(plan.lanes());
                assertThat(targets.leases())
                        .as("after %s under %s", sample, plan)
                        .isBetween(plan.minLeases(), plan.maxLeases());
                assertThat(before - targets.leases())
                        .as("a step down from %s after %s", before, sample)
                        .isLessThanOrEqualTo(Math.max(1, before / 4));
            }
        }
    }

    private static double anything(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> -random.nextDouble(1_000);
            case 3 -> Double.MAX_VALUE;
            case 4 -> Double.longBitsToDouble(random.nextLong());
            case 5 -> 0;
            default -> random.nextDouble(1_000);
        };
    }

    private static int anyInt(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt();
            case 1 -> Integer.MAX_VALUE;
            default -> random.nextInt(100);
        };
    }
}
