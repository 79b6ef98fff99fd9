package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Gives up a statement that sleeps at the server, and holds that it is stopped there and its connection goes on. */
final class StoppedAtTheServer {

    private StoppedAtTheServer() {}

    /**
     * Runs and gives up one.
     *
     * @param db has one connection at most
     * @param mark a comment that tells it from others
     */
    static void holds(Headgate db, PostgresNode node, String mark) {
        var running = db.sql("SELECT pg_sleep(60) /* " + mark + " */").one().subscribe();
        Awaitility.await().until(() -> sleeping(node, mark).equals("1"));
        running.dispose();
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> sleeping(node, mark).equals("0"));
        Awaitility.await().until(() -> db.poolState().leased() == 0);
        assertThat(db.poolState().open()).isEqualTo(1);
    }

    private static String sleeping(PostgresNode node, String mark) {
        return node.queryValue("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%" + mark
                + "%' AND state = 'active' AND pid <> pg_backend_pid()");
    }
}
