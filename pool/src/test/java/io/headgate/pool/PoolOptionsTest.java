package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class PoolOptionsTest {

    @Test
    void changesOneOptionAndKeepsTheOthers() {
        PoolOptions before = PoolOptions.builder()
                .maxConnections(9)
                .lanes(2)
                .laneDepth(3)
                .minIdle(4)
                .maxWaiting(5)
                .acquireTimeout(Duration.ofSeconds(6))
                .slowAfter(Duration.ofSeconds(7))
                .cancelGrace(Duration.ofSeconds(8))
                .resetTimeout(Duration.ofSeconds(9))
                .idleTimeout(Duration.ofSeconds(10))
                .maxLifetime(Duration.ofSeconds(11))
                .validateAfter(Duration.ofSeconds(12))
                .leakThreshold(Duration.ofSeconds(13))
                .reclaimAfter(Duration.ofSeconds(14))
                .build();
        assertThat(before.with(options -> options)).isEqualTo(before);
        assertThat(before.with(options -> options.maxWaiting(0)).with(options -> options.maxWaiting(5)))
                .isEqualTo(before);
    }

    @Test
    void givesAQuarterOfFewConnectionsToLanes() {
        assertThat(PoolOptions.builder().maxConnections(3).build().lanes()).isZero();
        assertThat(PoolOptions.builder().maxConnections(4).build().lanes()).isEqualTo(1);
        assertThat(PoolOptions.builder().maxConnections(4).build().maxLeases()).isEqualTo(3);
    }

    @Test
    void namesTheValueThatIsOutOfRange() {
        refused(options -> options.maxConnections(0), "maxConnections is 0");
        refused(options -> options.lanes(-1), "lanes is -1");
        refused(options -> options.laneDepth(0), "laneDepth is 0");
        refused(options -> options.minIdle(-1), "minIdle is -1");
        refused(options -> options.maxWaiting(-1), "maxWaiting is -1");
        refused(options -> options.acquireTimeout(Duration.ZERO), "acquireTimeout is PT0S");
        refused(options -> options.slowAfter(Duration.ZERO), "slowAfter is PT0S");
        refused(options -> options.cancelGrace(Duration.ofMillis(-1)), "cancelGrace is PT-0.001S");
        refused(options -> options.resetTimeout(Duration.ZERO), "resetTimeout is PT0S");
        refused(options -> options.idleTimeout(Duration.ZERO), "idleTimeout is PT0S");
        refused(options -> options.maxLifetime(Duration.ZERO), "maxLifetime is PT0S");
        refused(options -> options.validateAfter(Duration.ZERO), "validateAfter is PT0S");
        refused(options -> options.leakThreshold(Duration.ofMillis(-1)), "leakThreshold is PT-0.001S");
        refused(options -> options.reclaimAfter(Duration.ofMillis(-1)), "reclaimAfter is PT-0.001S");
    }

    @Test
    void refusesTimesThatNoTimerCanCount() {
        refused(options -> options.acquireTimeout(Duration.ofSeconds(Long.MAX_VALUE)), "acquireTimeout");
    }

    @Test
    void saysHowToResolveWhatDoesNotFitTogether() {
        refused(options -> options.maxConnections(4).lanes(4), "lanes is 4 and maxConnections is 4; at least one");
        refused(
                options -> options.maxConnections(4).lanes(16),
                "lanes is 16 and maxConnections is 4; at least one connection must be left for transactions: lower lanes or"
                        + " raise maxConnections");
        refused(options -> options.maxConnections(4).lanes(2).minIdle(3), "minIdle is 3 but only 2 of 4 connections");
    }

    private static void refused(UnaryOperator<PoolOptionsBuilder> change, String message) {
        assertThatThrownBy(() -> change.apply(PoolOptions.builder()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
