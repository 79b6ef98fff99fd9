package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoolOptionsTest {

    private final PoolOptions defaults = PoolOptions.defaults();

    @Test
    void changesOneOptionAtATime() {
        assertThat(defaults.maxConnections(3)).isEqualTo(options(3, 1_000, 5_000, 50, 5_000));
        assertThat(defaults.maxWaiting(0)).isEqualTo(options(16, 0, 5_000, 50, 5_000));
        assertThat(defaults.acquireTimeout(Duration.ofMillis(7))).isEqualTo(options(16, 1_000, 7, 50, 5_000));
        assertThat(defaults.cancelGrace(Duration.ofMillis(7))).isEqualTo(options(16, 1_000, 5_000, 7, 5_000));
    }

    @Test
    void namesTheValueThatIsOutOfRange() {
        assertThatThrownBy(() -> defaults.maxConnections(0)).hasMessageContaining("maxConnections is 0");
        assertThatThrownBy(() -> defaults.maxWaiting(-1)).hasMessageContaining("maxWaiting is -1");
        assertThatThrownBy(() -> defaults.acquireTimeout(Duration.ZERO)).hasMessageContaining("acquireTimeout is PT0S");
        assertThatThrownBy(() -> defaults.cancelGrace(Duration.ofMillis(-1)))
                .hasMessageContaining("cancelGrace is PT-0.001S");
        assertThatThrownBy(() -> options(1, 1, 1, 1, 0)).hasMessageContaining("settleLimit is PT0S");
    }

    @Test
    void refusesTimesThatNoTimerCanCount() {
        assertThatThrownBy(() -> defaults.acquireTimeout(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("acquireTimeout");
    }

    private static PoolOptions options(int connections, int waiting, int acquire, int grace, int limit) {
        return new PoolOptions(
                connections, waiting, Duration.ofMillis(acquire), Duration.ofMillis(grace), Duration.ofMillis(limit));
    }
}
