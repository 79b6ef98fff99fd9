package io.headgate.benchmarks.contender;

import io.headgate.client.Headgate;
import io.headgate.client.HeadgateBuilder;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.r2dbc.R2dbcDriver;
import io.headgate.driver.vertx.VertxDriver;
import java.time.Duration;

/** Headgate's clients as the contenders use them. Only this class knows how to turn off pipelining across callers. */
final class HeadgateClients {

    private HeadgateClients() {}

    /** As a service builds it; only the number of connections differs, and no caller is refused. */
    static Contender contender(Target target, Tuning tuning, int callers) {
        return new HeadgateContender(builder(target, tuning, callers).build());
    }

    /** On the driver over the Vert.x PG Client. */
    static Contender vertxContender(Target target, Tuning tuning, int callers) {
        return new HeadgateContender(builder(target, tuning, callers)
                .driver(VertxDriver.create(DataAccessListener.NONE))
                .build());
    }

    /** Sized by calculation, as in the documentation. */
    static Contender plannedContender(Target target, Tuning tuning, int callers) {
        return new HeadgateContender(Headgate.builder()
                .node(target.url())
                .capacity(c -> c.instances(5).peakRequestsPerSecond(1_000))
                .build());
    }

    /** A connection for each statement in flight, without pipelining across callers. */
    static Contender leasesContender(Target target, Tuning tuning, int callers) {
        return new HeadgateContender(builder(target, tuning, callers)
                .pool(options -> options.lanes(0))
                .build());
    }

    /** On the R2DBC driver, whose own pool is as large as the client's. */
    static Contender r2dbcDriverContender(Target target, Tuning tuning, int callers) {
        R2dbcDriver driver = R2dbcDriver.create(DataAccessListener.NONE, tuning.connections());
        return new HeadgateContender(
                builder(target, tuning, callers).driver(driver).build());
    }

    /** All nodes, each with the number of connections that the contender without routing has. */
    static Contender routedContender(Target target, Tuning tuning, int callers) {
        HeadgateBuilder builder = builder(target, tuning, callers);
        target.replicas().forEach(each -> builder.node(each.url()));
        return new HeadgateContender(builder.build());
    }

    static HeadgateBuilder builder(Target target, Tuning tuning, int callers) {
        return Headgate.builder()
                .node(target.url())
                .maxConnections(tuning.connections())
                .maxWaiting(Math.max(1_000, Scenario.LOOKUPS_OF_A_CALL * callers))
                .acquireTimeout(Duration.ofSeconds(30));
    }
}
