package io.headgate.pool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolStatistics;
import io.headgate.pool.Signals;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoolStatisticsTest {

    private final PoolFixture one = new PoolFixture(PoolOptions.builder()
            .maxConnections(1)
            .lanes(0)
            .minIdle(0)
            .maxWaiting(1)
            .acquireTimeout(Duration.ofSeconds(1))
            .build());

    @Test
    void countsWhatBecameOfCallers() {
        one.server.answerOnCommand();
        one.execute("runs").subscribe();
        one.execute("waits too long").subscribe(answer -> {}, error -> {});
        one.execute("is refused").subscribe(answer -> {}, error -> {});
        one.time.advanceTimeBy(Duration.ofSeconds(2));
        Signals<SqlResult> leaves = Signals.of(one.execute("leaves"));
        leaves.cancel();
        one.time.advanceTimeBy(Duration.ofMillis(500));
        one.execute("waits").subscribe();
        one.time.advanceTimeBy(Duration.ofMillis(500));
        one.server.connection(0).answer();

        PoolStatistics statistics = one.pool.statistics();
        assertThat(statistics.rejections()).isEqualTo(1);
        assertThat(statistics.timeouts()).isEqualTo(1);
        assertThat(statistics.cancellations()).isEqualTo(1);
        assertThat(statistics.waits().count()).isEqualTo(2);
        assertThat(Duration.ofNanos(statistics.waits().maxNanos())).isEqualTo(Duration.ofMillis(500));
        assertThat(statistics.state().leased()).isEqualTo(1);
        assertThat(statistics.laneDepths()).isEmpty();
    }

    @Test
    void countsWhatBecameOfConnections() {
        one.server.acceptOnCommand();
        one.execute("a").subscribe(answer -> {}, error -> {});
        one.server.refuse(new ConnectFailedException(Node.of("db", 5432), "refused", null));
        one.execute("b").subscribe();
        one.server.accept().lose();
        one.execute("c").subscribe();
        one.server.accept();
        one.pool.close(Duration.ZERO).subscribe();

        PoolStatistics statistics = one.pool.statistics();
        assertThat(statistics.opened()).isEqualTo(2);
        assertThat(statistics.failed()).isEqualTo(1);
        assertThat(statistics.closed())
                .containsOnlyKeys(CloseReason.values())
                .containsEntry(CloseReason.LOST, 1L)
                .containsEntry(CloseReason.SHUTDOWN, 1L)
                .containsEntry(CloseReason.LIFETIME, 0L);
    }
}
