package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testkit.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Closing while the network is silent: what was under way ends for its callers, too, and nothing is left behind. */
@EveryRoute
class SilentCloseIT {

    private final Route route;

    SilentCloseIT(Route route) {
        this.route = route;
    }

    private FaultProxy proxy() {
        return route == Route.DIRECT
                ? FaultProxy.inFrontOf(route.node().host(), route.node().port())
                : FaultProxy.inFrontOf(
                        route.node().bouncer().host(), route.node().bouncer().port());
    }

    @BeforeEach
    void endWhatOthersLeft() {
        route.node().killBackends();
        Awaitility.await().until(() -> route.sessionsAtWork().equals("0"));
    }

    @OpenFault(
            "callers whose connection is closed under them by close() hear nothing while the network is silent or their work waits")
    @Test
    void callersHearOfTheEndSoonAfterTheClosing() {
        try (FaultProxy proxy = proxy()) {
            Headgate db = Headgate.builder()
                    .node(proxy.through(route.url()))
                    .shutdownTimeout(Duration.ofSeconds(2))
                    .build();
            db.sql("SELECT 1").update().block();
            List<CompletableFuture<?>> callers = List.of(
                    db.sql("SELECT pg_sleep(60)").one().toFuture(),
                    db.inTransaction(tx -> tx.sql("SELECT pg_sleep(60)").one()).toFuture());
            Awaitility.await().until(() -> route.sessionsAtWork().equals("2"));
            proxy.blackHole();
            db.close().block(Duration.ofSeconds(10));
            // a proxy that passes nothing on also keeps the other side's FIN to itself
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(callers).allMatch(CompletableFuture::isDone));
        }
    }

    /** Its work waits for something else when its connection is closed under it. */
    @OpenFault(
            "callers whose connection is closed under them by close() hear nothing while the network is silent or their work waits")
    @Test
    void aTransactionThatWaitsForSomethingElseHearsOfTheClosing() {
        Headgate db = Headgate.builder()
                .node(route.url())
                .shutdownTimeout(Duration.ofSeconds(2))
                .build();
        CompletableFuture<?> caller = db.inTransaction(
                        tx -> tx.sql("SELECT 1").one().then(Mono.<Long>never()))
                .toFuture();
        Awaitility.await().until(() -> db.poolState().leased() == 1);
        db.close().block(Duration.ofSeconds(10));
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(caller::isDone);
    }
}
