package io.headgate.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.benchmarks.contender.Scenario;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {

    private static BenchOptions options(Scenario scenario, int seconds, int callers, String... contenders) {
        return new BenchOptions(scenario, seconds, callers, 3, 3_000, 0, List.of(contenders));
    }

    @Test
    void namesAContenderThatDoesNotTakePartAndThoseThatDo() {
        assertThatThrownBy(() -> options(Scenario.TRANSACTION, 8, 64, "vertx_pooled_client"))
                .hasMessageContaining("vertx_pooled_client")
                .hasMessageContaining("vertx_pool, r2dbc_pool");
    }

    @Test
    void namesAnOptionThatIsTooSmall() {
        assertThatThrownBy(() -> options(Scenario.LOOKUP, 0, 64)).hasMessageContaining("--seconds is 0");
        assertThatThrownBy(() -> options(Scenario.LOOKUP, 8, 0)).hasMessageContaining("--callers is 0");
        assertThatThrownBy(() -> options(Scenario.BULK, 8, 2)).hasMessageContaining("bulk has one caller");
    }

    @Test
    void wantsAllUnlessSomeAreNamed() {
        assertThat(options(Scenario.LOOKUP, 8, 64).wants("r2dbc_pool")).isTrue();
        assertThat(options(Scenario.LOOKUP, 8, 64, "headgate").wants("r2dbc_pool"))
                .isFalse();
    }

    @Test
    void needsReplicasOnlyForContendersThatUseThem() {
        assertThat(options(Scenario.REPLICAS, 8, 64).replicas()).isEqualTo(2);
        assertThat(options(Scenario.LOOKUP, 8, 64, "headgate", "headgate_routed")
                        .replicas())
                .isOne();
        assertThat(options(Scenario.LOOKUP, 8, 64, "headgate", "vertx_pool").replicas())
                .isZero();
        assertThat(options(Scenario.MIXED, 8, 64).replicas()).isZero();
    }
}
