package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CapacityExplanationTest {

    @Test
    void showsTheWayToEachFigure() {
        CapacityPlan plan = CapacityPlan.builder()
                .maxConnections(100)
                .reservedConnections(3)
                .pooler(PoolerSettings.defaults()
                        .poolSize(50)
                        .reservePoolSize(10)
                        .maxClientConnections(1_000))
                .instances(5)
                .peakRequestsPerSecond(1_000)
                .serviceTime(Duration.ofMillis(20))
                .databaseCores(4)
                .currentPoolSize(26)
                .build();
        assertThat(plan.explain()).isEqualTo("""
                Capacity of one of 5 instances

                Inputs
                  max_connections       100       3 reserved
                  safety margin         0.8
                  pool_size             50        10 in reserve, not counted
                  max_db_connections    no limit
                  max_user_connections  no limit
                  max_client_conn       1,000
                  query_wait_timeout    120 s
                  instances             5
                  peak rate             1,000/s   given, over all instances
                  service time          20 ms     given, mean of a request
                  statement time        20 ms     given, as the service time
                  database cores        4         given
                  may wait              5 in 100  requests at the peak
                  configured today      26        connections an instance

                Budget
                  database   min(100 x 0.8, 100 - 3)              = 80
                  PgBouncer  pool_size                            = 50
                  fleet      min(80, 50)                          = 50
                  instance   min(floor(50 / 5), floor(1000 / 5))  = 10

                Load
                  fleet, busy       1,000/s x 20 ms                                    = 20 connections (Little's law)
                  instance, busy    20 / 5                                             = 4 connections
                  instance, wanted  least c with C(c, 4) <= 0.05                       = 9 connections (Erlang C)
                  waiting           C(10, 4)                                           = 0.00881 of the requests, with all connections open
                  mean wait         0.00881 / (10 - 4) x 20 ms                         = 29.4 us
                  p99 wait          ln(0.00881 / 0.01) / (10 - 4) x 20 ms, at least 0  = 0 s

                Result
                  lanes            2      2 x 4 cores / 5 instances, 2 to 16, at most 10 / 2
                  minimum leases   2      ceil(4) - 2, 1 to 8
                  maximum leases   8      10 - 2
                  lane depth       5      100 ms / 20 ms, 1 to 64
                  most waiting     2,500  10 x 5 s / 20 ms, 10 to 10,000
                  acquire timeout  5 s    the default, at most 0.8 x query_wait_timeout

                Binding
                  PgBouncer's pool_size: 10 connections an instance
                  The load does not reach it: 9 suffice at the peak

                Warnings
                  Sum over 5 instances is 130 of 50 connections as configured today, 26 each: the others wait in PgBouncer's queue; configure at most 10
                """);
    }

    @Test
    void saysWhatIsUnknownAndWhatIsAssumed() {
        String text = CapacityPlan.builder().maxConnections(100).build().explain();
        assertThat(text)
                .containsPattern("peak rate +unknown")
                .containsPattern("service time +20 ms +assumed")
                .containsPattern("statement time +unknown +to be measured")
                .containsPattern("lane depth +64 +the most, until")
                .containsPattern("own cores +\\d+ +the database.s are not known")
                .contains("unknown: give peakRequestsPerSecond")
                .doesNotContain("PgBouncer")
                .endsWith("Warnings\n  none\n");
    }

    @Test
    void saysWhatIsMeasured() {
        String text = CapacityPlan.builder()
                .maxConnections(100)
                .measured(Duration.ofMillis(8), Duration.ofMillis(2))
                .build()
                .explain();
        assertThat(text)
                .containsPattern("service time +8 ms +measured")
                .containsPattern("statement time +2 ms +measured")
                .containsPattern("lane depth +50 +100 ms / 2 ms");
    }
}
