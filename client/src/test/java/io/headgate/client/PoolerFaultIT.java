package io.headgate.client;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** PgBouncer is killed while queries run. */
@ParameterizedClass
@EnumSource(value = Route.class, names = "DIRECT", mode = EnumSource.Mode.EXCLUDE)
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
