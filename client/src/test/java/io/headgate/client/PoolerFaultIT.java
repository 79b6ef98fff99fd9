package io.headgate.client;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** PgBouncer is killed while queries run. */
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("io.headgate.client.Route#selectedPooled")
@ExtendWith(RouteReport.class)
class PoolerFaultIT extends FaultyLoad {

    PoolerFaultIT(Route route) {
        super(route);
    }

    @Test
    void pgBouncerIsKilledAndComesBack() {
        underLoad(() -> {
            awaitMore(500);
            node.bouncer().kill();
            Awaitility.await().until(() -> !errors.isEmpty());
            node.bouncer().start();
            worksWithinASecond();
        });
    }
}
