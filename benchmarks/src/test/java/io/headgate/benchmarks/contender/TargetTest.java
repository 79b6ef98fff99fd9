package io.headgate.benchmarks.contender;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TargetTest {

    @Test
    void comesThroughItsUrlsUnchangedWithItsReplicas() {
        Target replica = Target.parse("postgresql://app:a%20b@10.0.0.2:6432/music");
        Target target = Target.parse("postgresql://app:a%20b@[::1]:6432/music")
                .withReplicas(List.of(replica, Target.parse("postgresql://app:a%20b@10.0.0.3:6432/music")));

        assertThat(Target.parseAll(target.urls())).isEqualTo(target);
        assertThat(Target.parseAll(replica.urls())).isEqualTo(replica);
        assertThat(target.toString()).doesNotContain("a b");
    }
}
