package io.headgate.client;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The server, or one of its connections, is killed while queries run. */
@EveryRoute
class FaultIT extends FaultyLoad {

    FaultIT(Route route) {
        super(route);
    }

    /** Which makes PostgreSQL end every other session and recover, as after any crash. */
    @Test
    void aServerProcessIsKilledWithSignalNine() {
        underLoad(() -> {
            // behind a pooler every server process may be idle at that moment, and then nobody feels it
            for (int i = 0; i < 10 && errors.isEmpty(); i++) {
                awaitMore(500);
                node.crashBackend(
                        Integer.parseInt(
                                node.queryValue(
                                        "SELECT pid FROM pg_stat_activity WHERE usename = 'app' AND backend_type = 'client backend' LIMIT 1")));
            }
            worksWithinASecond();
        });
    }

    @Test
    void aServerConnectionIsKilled() {
        underLoad(() -> {
            for (int i = 0; i < 5; i++) {
                awaitMore(200);
                node.killBackends();
            }
            awaitMore(200);
        });
    }

    @Test
    void postgresIsKilledAndComesBack() {
        underLoad(() -> {
            awaitMore(500);
            node.kill();
            Awaitility.await().until(() -> !errors.isEmpty());
            node.start();
            worksWithinASecond();
        });
    }
}
