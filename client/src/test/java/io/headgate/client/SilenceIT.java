package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.testkit.FaultProxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Connections that go dead with work on them: nobody waits for ever, and new connections take their place. */
@ParameterizedClass
@EveryRoute
class SilenceIT {

    private static final long BOUND_SECONDS = 25;

    /** Statements, transactions, a stream and a copy that the server has begun when the silence begins. */
    private static final int AT_WORK = 6;

    private final Route route;
    private FaultProxy proxy;
    private Headgate db;

    SilenceIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        assumeThat(DriverUnderTest.selected()).isEqualTo(DriverUnderTest.NETTY);
        // behind a pooler three of the six wait for a server connection, and have other outcomes
        assumeThat(AT_WORK <= Route.SERVER_CONNECTIONS || route == Route.DIRECT).isTrue();
        int port = ConnectionSettings.parse(route.url()).port();
        proxy = FaultProxy.inFrontOf("127.0.0.1", port);
        db = DriverUnderTest.client()
                .node(route.url().replace("127.0.0.1:" + port, "127.0.0.1:" + proxy.port()))
                .maxConnections(12)
                .build();
        db.sql("CREATE TABLE IF NOT EXISTS silence(n int)").update().block();
        db.sql("TRUNCATE silence").update().block();
    }

    @AfterEach
    void close() {
        if (db != null) {
            db.close().block();
            proxy.close();
            // the server does not learn that nobody waits for them
            route.endSessionsAtWork();
        }
    }

    @Test
    void everyCallerEndsWithTheTruthAndTheClientGoesOn() throws Exception {
        Map<String, CompletableFuture<?>> callers = new LinkedHashMap<>();
        callers.put("slow read", db.sql("SELECT pg_sleep(60)").one().toFuture());
        callers.put(
                "slow write",
                db.sql("INSERT INTO silence SELECT 1 FROM pg_sleep(60)")
                        .update()
                        .toFuture());
        callers.put(
                "in a transaction",
                db.inTransaction(tx -> tx.sql("SELECT pg_sleep(60)").one()).toFuture());
        CompletableFuture<Void> silent = new CompletableFuture<>();
        callers.put(
                "at commit",
                db.inTransaction(tx -> tx.sql("INSERT INTO silence VALUES (2)")
                                .update()
                                .then(Mono.fromFuture(() -> silent, true)))
                        .toFuture());
        callers.put(
                "stream",
                db.inTransaction(
                                TransactionOptions.defaults(),
                                tx -> tx.sql("SELECT n FROM generate_series(1, 10000) n").fetchSize(10).stream()
                                        .concatMap(
                                                row -> Mono.fromFuture(() -> silent, true)
                                                        .thenReturn(row),
                                                1))
                        .then()
                        .toFuture());
        Flux<ByteBuffer> data = Flux.interval(Duration.ofMillis(100))
                .map(i -> ByteBuffer.wrap((i + "\n").getBytes(StandardCharsets.UTF_8)))
                .onBackpressureDrop();
        callers.put("copy", db.copyIn("COPY silence FROM STDIN", data).toFuture());
        Awaitility.await()
                .untilAsserted(() -> assertThat(route.sessionsAtWork()).startsWith(AT_WORK + "\n"));
        proxy.blackHole();
        silent.complete(null);
        for (int i = 0; i < 100; i++) {
            callers.put("look-up " + i, db.sql("SELECT 1").one().toFuture());
        }
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        for (var caller : callers.entrySet()) {
            try {
                caller.getValue().get(BOUND_SECONDS, TimeUnit.SECONDS);
                throw new AssertionError(caller.getKey() + " was answered through a black hole");
            } catch (ExecutionException ended) {
                assertThat(ended.getCause()).as(caller.getKey()).isInstanceOf(HeadgateException.class);
                outcomes.put(caller.getKey(), ((HeadgateException) ended.getCause()).outcome());
            }
        }
        assertThat(outcomes)
                .containsEntry("slow read", Outcome.NOT_EXECUTED)
                .containsEntry("slow write", Outcome.UNKNOWN)
                .containsEntry("in a transaction", Outcome.NOT_EXECUTED)
                .containsEntry("at commit", Outcome.UNKNOWN)
                .containsEntry("stream", Outcome.NOT_EXECUTED)
                .containsEntry("copy", Outcome.UNKNOWN);
        proxy.heal();
        // attempts to connect have failed meanwhile, and the next comes after a pause
        Awaitility.await()
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(db.sql("SELECT 1").one().block(Duration.ofSeconds(5)))
                        .isNotNull());
    }
}
