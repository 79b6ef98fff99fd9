package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.ClosedException;
import io.headgate.core.error.Outcome;
import io.headgate.testkit.FaultProxy;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
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

    /** What a black hole hides from the server goes on there. */
    @BeforeEach
    @AfterEach
    void endWhatIsLeft() {
        route.node().killBackends();
        Awaitility.await().until(() -> route.sessionsAtWork().equals("0"));
    }

    @Test
    void callersHearOfTheEndSoonAfterTheClosing() {
        try (FaultProxy proxy = proxy()) {
            Headgate db = DriverUnderTest.client()
                    .node(proxy.through(route.url()))
                    .shutdownTimeout(Duration.ofSeconds(2))
                    .build();
            db.sql("SELECT 1").update().block();
            List<CompletableFuture<?>> callers = List.of(
                    db.sql("SELECT pg_sleep(60)").one().toFuture(),
                    db.inTransaction(tx -> tx.sql("SELECT pg_sleep(60)").one()).toFuture(),
                    inTransactionOfR2dbc(db).toFuture());
            Awaitility.await().until(() -> route.sessionsAtWork().startsWith("3\n"));
            proxy.blackHole();
            db.close().block(Duration.ofSeconds(10));
            // a proxy that passes nothing on also keeps the other side's FIN to itself
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(callers).allMatch(CompletableFuture::isDone));
            // a read, and what was not committed
            assertThat(callers).allSatisfy(caller -> isToldThatNothingHappened(caller));
        }
    }

    private static Mono<Long> inTransactionOfR2dbc(Headgate db) {
        Connection connection = db.connectionFactory().create().block();
        return Mono.from(connection.beginTransaction())
                .thenMany(connection.createStatement("SELECT pg_sleep(60)").execute())
                .flatMap(Result::getRowsUpdated)
                .next();
    }

    private static void isToldThatNothingHappened(CompletableFuture<?> caller) {
        assertThat(caller).failsWithin(Duration.ZERO).withThrowableThat().satisfies(thrown -> {
            Throwable error = thrown.getCause() instanceof R2dbcException of ? of.getCause() : thrown.getCause();
            assertThat(error).isInstanceOf(ClosedException.class);
            assertThat(((ClosedException) error).outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        });
    }

    /** Its work waits for something else when its connection is closed under it. */
    @Test
    void aTransactionThatWaitsForSomethingElseHearsOfTheClosing() {
        Headgate db = DriverUnderTest.client()
                .node(route.url())
                .shutdownTimeout(Duration.ofSeconds(2))
                .build();
        CompletableFuture<?> caller = db.inTransaction(
                        tx -> tx.sql("SELECT 1").one().then(Mono.<Long>never()))
                .toFuture();
        Awaitility.await().until(() -> db.poolState().leased() == 1);
        db.close().block(Duration.ofSeconds(10));
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(caller::isDone);
        isToldThatNothingHappened(caller);
    }
}
