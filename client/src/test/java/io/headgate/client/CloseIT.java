package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.ClosedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@EveryRoute
class CloseIT {

    private final Route route;

    CloseIT(Route route) {
        this.route = route;
    }

    @Test
    void letsRunningWorkEndAndRefusesNew() {
        Headgate db = DriverUnderTest.client().node(route.url()).build();
        var running = db.inTransaction(tx -> tx.sql("SELECT pg_sleep(0.3)")
                        .one()
                        .then(tx.sql("SELECT 42")
                                .map(row -> row.require(0, Integer.class))
                                .one()))
                .toFuture();
        Awaitility.await().until(() -> db.poolState().leased() == 1);
        var closing = db.close().toFuture();
        db.sql("SELECT 1").one().as(StepVerifier::create).verifyError(ClosedException.class);
        Awaitility.await().until(closing::isDone);
        assertThat(running).isCompletedWithValue(42);
        assertThat(db.poolState().open()).isZero();
        db.close().block(Duration.ofSeconds(5));
    }

    @Test
    void endsWhatRunsTooLong() {
        Headgate db = DriverUnderTest.client()
                .node(route.url())
                .shutdownTimeout(Duration.ofMillis(200))
                .build();
        Mono<?> sleeping = db.sql("SELECT pg_sleep(60)").one();
        var running = sleeping.toFuture();
        Awaitility.await().until(() -> db.poolState().leased() == 1);
        db.close().block(Duration.ofSeconds(5));
        Awaitility.await().until(running::isDone);
        assertThat(running).isCompletedExceptionally();
    }

    /** Their connections are lost, but nothing that they wait for tells them. */
    @Test
    void endsTransactionsThatWaitForSomethingElse() {
        Headgate db = DriverUnderTest.client()
                .node(route.url())
                .shutdownTimeout(Duration.ofMillis(300))
                .build();
        var waiting = IntStream.range(0, 3)
                .mapToObj(i -> db.inTransaction(tx -> tx.sql("SELECT 1").one().then(Mono.never()))
                        .toFuture())
                .toList();
        Awaitility.await().until(() -> db.poolState().leased() == 3);
        route.node().killBackends();
        Awaitility.await().until(() -> db.poolState().leased() == 0);
        db.close().block(Duration.ofSeconds(5));
        waiting.forEach(each -> Awaitility.await().until(each::isDone));
        assertThat(waiting).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    /** PgBouncer 1.18 ends with a fatal error when a client leaves between its cancel request and the answer to it. */
    @Test
    void closingOverARunningStatementLeavesThePoolerAlive() {
        for (int i = 0; i < 30; i++) {
            Headgate db = Headgate.builder()
                    .node(route.url())
                    .shutdownTimeout(Duration.ZERO)
                    .build();
            var running = db.sql("SELECT pg_sleep(60)").one().toFuture();
            Awaitility.await().until(() -> db.poolState().leased() == 1);
            db.close().block(Duration.ofSeconds(5));
            Awaitility.await().until(running::isDone);
        }
        assertThat(route.node().bouncer().isRunning()).isTrue();
    }
}
