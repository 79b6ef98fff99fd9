package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.capacity.CapacityPlan;
import io.headgate.testing.ScriptedExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class CapacityRefreshTest {

    private static final int LOOK = 6;

    private final PoolFixture pool = new PoolFixture(PoolOptions.builder()
            .maxConnections(50)
            .lanes(0)
            .minIdle(0)
            .maxWaiting(100)
            .leakThreshold(Duration.ZERO)
            .build());
    private final List<String> resizes = new ArrayList<>();
    private int maxConnections = 100;
    private int instances = 5;
    private boolean unreachable;
    private double laneNanos;
    private final ScriptedExecutor database = new ScriptedExecutor(statement -> unreachable
            ? Mono.error(new ConnectFailedException(Node.of("db", 5432), "refused", null))
            : Mono.just(ScriptedExecutor.row(List.of("max_connections", "reserved"), maxConnections, 0)));
    private final CapacityPlan first =
            CapacityPlan.builder().maxConnections(100).instances(5).build();
    private final CapacityRefresh replanning = new CapacityRefresh(
            Node.of("db", 5432),
            database,
            first,
            found -> found.instances(instances),
            Schedulers.immediate(),
            (lanes, plan) -> {
                resizes.add(lanes + "+" + plan.maxLeases());
                pool.leases.maxWaiting(plan.maxWaiting());
            },
            pool.leases,
            () -> laneNanos);

    @Test
    void plansWithTheDatabasesLimitsAtOnceAndAgainFromTimeToTime() {
        tick(1);
        assertThat(resizes).containsExactly(first.lanes() + "+" + first.maxLeases());
        tick(LOOK - 1);
        assertThat(database.sent()).hasSize(1);
        maxConnections = 50;
        tick(1);
        assertThat(database.sent()).hasSize(2);
        CapacityPlan half =
                CapacityPlan.builder().maxConnections(50).instances(5).build();
        assertThat(half.maxLeases()).isLessThan(first.maxLeases());
        assertThat(resizes).hasSize(2).last().isEqualTo(half.lanes() + "+" + half.maxLeases());
    }

    @Test
    void followsTheFleet() {
        tick(1);
        instances = 10;
        tick(LOOK);
        CapacityPlan share =
                CapacityPlan.builder().maxConnections(100).instances(10).build();
        assertThat(resizes).last().isEqualTo(share.lanes() + "+" + share.maxLeases());
    }

    @Test
    void resizesNothingWhenThePlanIsTheSame() {
        tick(3 * LOOK);
        assertThat(database.sent()).hasSize(3);
        assertThat(resizes).hasSize(1);
    }

    @Test
    void keepsThePlanWhenTheDatabaseCannotBeAsked() {
        tick(1);
        unreachable = true;
        tick(LOOK);
        unreachable = false;
        tick(LOOK);
        assertThat(database.sent()).hasSize(3);
        assertThat(resizes).hasSize(1);
    }

    @Test
    void keepsOpenWhatTheLoadNeedsAndLetsItGoSlowly() {
        tick(1);
        int least = pool.pool.state().open();
        assertThat(least).isEqualTo(first.minLeases());
        Sinks.Empty<Object> end = Sinks.empty();
        int burst = first.maxLeases() - 1;
        for (int i = 0; i < burst; i++) {
            pool.leases.use(lease -> end.asMono()).subscribe();
        }
        tick(1);
        end.tryEmitEmpty();
        int kept = pool.pool.state().open();
        assertThat(kept).isBetween(burst, first.maxLeases());
        // in use all of the last interval, so needed then
        tick(1);
        pool.time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(pool.pool.state().open()).isEqualTo(kept);
        int before = kept;
        for (int i = 0; i < 20; i++) {
            tick(LOOK);
            // the house is kept after that
            pool.pool.warmUp().subscribe();
            pool.time.advanceTimeBy(Duration.ofMinutes(1));
            int now = pool.pool.state().open();
            assertThat(now).isBetween(least, before);
            before = now;
        }
        assertThat(before).isEqualTo(least);
    }

    @Test
    void theQueuesBoundFollowsTheTimeThatLeasesAreHeld() {
        tick(1);
        assertThat(pool.pool.state().maxWaiting()).as("a guess limits nobody").isEqualTo(4_000);
        for (int i = 0; i < 6; i++) {
            Sinks.Empty<Object> end = Sinks.empty();
            pool.leases.use(lease -> end.asMono()).subscribe();
            pool.time.advanceTimeBy(Duration.ofMillis(200));
            end.tryEmitEmpty();
            tick(1);
        }
        // 16 connections serve as many of 200 ms within the 5 s that callers wait
        assertThat(pool.pool.state().maxWaiting()).isBetween(350, 450);
    }

    private void tick(int times) {
        for (int i = 0; i < times; i++) {
            pool.time.advanceTimeBy(Duration.ofSeconds(10));
            replanning.tick();
        }
    }
}
