package io.headgate.samples.music.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.routing.Route.Reason;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplicaReadsTest {

    @Test
    void theShareIsThatOfReads() {
        ReplicaReads reads = new ReplicaReads(900, Map.of(Reason.NOT_REPLAYED, 75L, Reason.LAG, 25L));
        assertThat(reads.shareOnReplicas()).isEqualTo(90);
        assertThat(reads.onPrimaryInAll()).isEqualTo(100);
        assertThat(reads.reasons()).isEqualTo("not replayed 75, lag 25");
    }

    @Test
    void withoutReadsThereIsNoShare() {
        assertThat(new ReplicaReads(0, Map.of()).shareOnReplicas()).isZero();
    }
}
