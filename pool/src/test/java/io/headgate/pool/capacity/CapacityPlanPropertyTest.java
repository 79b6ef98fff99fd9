package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What holds for every plan, over random inputs; a failure names the seed of the plan. */
class CapacityPlanPropertyTest {

    private static final int PLANS = 5_000;

    @Test
    void everyPlanKeepsItsPromises() {
        for (int seed = 0; seed < PLANS; seed++) {
            Known known = new Known(new SplittableRandom(seed));
            CapacityPlan plan = known.builder.build();
            String name = "seed " + seed + "\n" + plan.explain();

            assertThat(plan.maxConnections()).as(name).isEqualTo(plan.lanes() + plan.maxLeases());
            assertThat(plan.lanes()).as(name).isBetween(0, plan.maxConnections() / 2);
            assertThat(plan.minLeases()).as(name).isBetween(1, plan.maxLeases());
            assertThat(plan.maxWaiting()).as(name).isGreaterThanOrEqualTo(1);
            assertThat(plan.acquireTimeout()).as(name).isPositive();
            assertThat(plan.laneDepth()).as(name).isBetween(plan.lanes() == 0 ? 0 : 1, 64);
            assertThat(plan.explain()).doesNotContain("NaN", "Infinity", "2147483647", "2,147,483,647");

            long sum = (long) known.instances * plan.maxConnections();
            if (sum > known.budget) {
                assertThat(plan.maxConnections()).as(name).isOne();
                assertThat(plan.warnings())
                        .as(name)
                        .anyMatch(warning -> warning.contains("is " + sum + " of " + known.budget + " connections"));
            }
            if (known.pooler != null) {
                assertThat(plan.acquireTimeout()).as(name).isLessThan(known.pooler.queryWaitTimeout());
                if (sum > known.pooler.maxClientConnections()) {
                    assertThat(plan.maxConnections()).as(name).isOne();
                    assertThat(plan.warnings()).as(name).anyMatch(warning -> warning.contains("max_client_conn"));
                }
            }
        }
    }

    /** Some of the inputs, and the budget as one would calculate it by hand. */
    private static final class Known {
        final CapacityPlan.Builder builder = CapacityPlan.builder();
        final int instances;
        final PoolerSettings pooler;
        final int budget;

        Known(SplittableRandom random) {
            instances = upTo(random, 200);
            builder.instances(instances);
            boolean pooled = random.nextBoolean();
            int most = Integer.MAX_VALUE;
            if (!pooled || random.nextBoolean()) {
                int maxConnections = upTo(random, 2_000);
                int reserved = random.nextInt(maxConnections);
                int percent = random.nextInt(1, 101);
                builder.maxConnections(maxConnections)
                        .reservedConnections(reserved)
                        .safetyMargin(percent / 100.0);
                most = Math.max(1, Math.min(maxConnections - reserved, maxConnections * percent / 100));
            }
            if (pooled) {
                pooler = new PoolerSettings(
                        upTo(random, 500),
                        random.nextInt(50),
                        upTo(random, 10_000),
                        random.nextBoolean() ? 0 : upTo(random, 500),
                        random.nextBoolean() ? 0 : upTo(random, 500),
                        Duration.ofMillis(upTo(random, 200_000)),
                        "transaction");
                builder.pooler(pooler);
                most = Math.min(most, pooler.poolSize());
                most = pooler.maxDatabaseConnections() == 0 ? most : Math.min(most, pooler.maxDatabaseConnections());
                most = pooler.maxUserConnections() == 0 ? most : Math.min(most, pooler.maxUserConnections());
            } else {
                pooler = null;
            }
            budget = most;
            if (random.nextBoolean()) {
                builder.peakRequestsPerSecond(random.nextDouble(0.001, 10_000));
            }
            if (random.nextBoolean()) {
                builder.serviceTime(Duration.ofNanos(random.nextLong(1, 2_000_000_000)));
            }
            if (random.nextBoolean()) {
                builder.maxStatementWait(Duration.ofNanos(random.nextLong(1, 10_000_000_000L)));
            }
            if (random.nextBoolean()) {
                builder.databaseCores(upTo(random, 256));
            }
            if (random.nextBoolean()) {
                builder.waitingProbability(1 - random.nextDouble());
            }
        }

        /** Small numbers as often as large ones. */
        private static int upTo(SplittableRandom random, int most) {
            return 1 + random.nextInt(1 + random.nextInt(most));
        }
    }
}
