package io.headgate.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RoundsTest {

    @Test
    void countsWhatWasLookedUpOnReplicasMeanwhile() {
        double onReplicas = Rounds.onReplicas(new long[] {1_000, 50, 7}, new long[] {1_100, 350, 607});
        assertThat(onReplicas).isCloseTo(0.9, within(1e-9));
    }
}
