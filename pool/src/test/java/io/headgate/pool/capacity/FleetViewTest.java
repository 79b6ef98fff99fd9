package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FleetViewTest {

    @Test
    void theSharesAddUpToTheBudget() {
        for (int instances = 1; instances <= 40; instances++) {
            for (int budget = 0; budget <= 100; budget++) {
                int count = instances;
                int connections = budget;
                int[] shares = IntStream.range(0, count)
                        .map(rank -> new FleetView(count, rank).share(connections))
                        .toArray();
                assertThat(IntStream.of(shares).sum()).isEqualTo(budget);
                assertThat(IntStream.of(shares).max().orElseThrow()
                                - IntStream.of(shares).min().orElseThrow())
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void plansOfAllRanksUseTheWholeBudget() {
        int sum = IntStream.range(0, 3)
                .map(rank -> CapacityPlan.builder()
                        .maxConnections(100)
                        .fleet(new FleetView(3, rank))
                        .build()
                        .maxConnections())
                .sum();
        assertThat(sum).isEqualTo(80);
        assertThat(CapacityPlan.builder()
                        .maxConnections(100)
                        .instances(3)
                        .build()
                        .maxConnections())
                .isEqualTo(26);
    }

    @Test
    void nonsenseIsRefusedByName() {
        assertThatThrownBy(() -> new FleetView(0, 0)).hasMessageContaining("instances is 0");
        assertThatThrownBy(() -> new FleetView(2, 2)).hasMessageContaining("rank is 2");
        assertThatThrownBy(() -> new FleetView(2, -2)).hasMessageContaining("rank is -2");
        assertThatThrownBy(() -> new FleetView(2, 0).share(-1)).hasMessageContaining("budget is -1");
    }
}
