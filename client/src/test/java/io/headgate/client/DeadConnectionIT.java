package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Connections that go dead, at work and idle: nobody waits for ever, everybody hears the truth, no socket stays open, and new
 * connections take their place.
 */
@EveryRoute
class DeadConnectionIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long BOUND_SECONDS = 25;

    private final Route route;
    private final Map<String, CompletableFuture<?>> callers = new LinkedHashMap<>();
    private final CompletableFuture<Void> silence = new CompletableFuture<>();
    private final List<Headgate> clients = new ArrayList<>();
    private FallingSilent way;

    DeadConnectionIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() throws IOException {
        assumeThat(DriverUnderTest.selected()).isEqualTo(DriverUnderTest.NETTY);
        route.node().execute("DROP TABLE IF EXISTS silence");
        route.node().execute("CREATE TABLE silence (n int)");
        route.node().execute("GRANT ALL ON silence TO app");
        way = FallingSilent.whenTold(ConnectionSettings.parse(route.url()).port());
    }

    @AfterEach
    void close() throws IOException {
        if (way != null) {
            clients.forEach(client -> client.close().block(SOON));
            way.close();
            // the server does not learn that nobody waits for them
            route.endSessionsAtWork();
        }
    }

    private Headgate client(int connections) {
        String url = route.url().replaceFirst(":\\d+/", ":" + way.port() + "/");
        HeadgateBuilder builder =
                DriverUnderTest.client().node(url).maxConnections(connections).shutdownTimeout(Duration.ofSeconds(2));
        if (route == Route.DIRECT) {
            builder.sessionNode(url);
        }
        Headgate client = builder.build();
        clients.add(client);
        return client;
    }

    private static Mono<Integer> lookUp(Headgate client) {
        return client.sql("SELECT $1::int")
                .bind(7)
                .map(row -> row.require(0, Integer.class))
                .one();
    }

    private void calls(String name, Mono<?> call) {
        callers.put(name, call.toFuture());
    }

    private void fallSilentWhenAtWork(int sessions) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(route.sessionsAtWork()).startsWith(sessions + "\n"));
        way.fallSilent();
        silence.complete(null);
    }

    private Map<String, Outcome> outcomes() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        for (var caller : callers.entrySet()) {
            try {
                caller.getValue().get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                throw new AssertionError(caller.getKey() + " was answered through the silence");
            } catch (ExecutionException ended) {
                assertThat(ended.getCause()).as(caller.getKey()).isInstanceOf(HeadgateException.class);
                outcomes.put(caller.getKey(), ((HeadgateException) ended.getCause()).outcome());
            }
        }
        return outcomes;
    }

    /** All that work for which a pooler of three server connections has room is at work at the server. */
    private int begin(Headgate db) {
        calls(
                "slow write",
                db.sql("INSERT INTO silence SELECT 1 FROM pg_sleep(60)").update());
        calls(
                "at commit",
                db.inTransaction(tx ->
                        tx.sql("INSERT INTO silence VALUES (2)").update().then(Mono.fromFuture(() -> silence, true))));
        return 2;
    }

    /** What else the server itself has room for. */
    private int beginMore(Headgate db) {
        calls("slow read", db.sql("SELECT pg_sleep(60)").one());
        calls(
                "in a transaction",
                db.inTransaction(tx -> tx.sql("SELECT pg_sleep(60)").one()));
        calls(
                "between statements of a transaction",
                db.inTransaction(tx -> tx.sql("SELECT 1")
                        .one()
                        .then(Mono.fromFuture(() -> silence, true))
                        .then(tx.sql("SELECT 2").one())));
        calls(
                "stream",
                db.inTransaction(
                                TransactionOptions.defaults(),
                                tx -> tx.sql("SELECT n FROM generate_series(1, 10000) n").stream(10)
                                        .concatMap(
                                                row -> Mono.fromFuture(() -> silence, true)
                                                        .thenReturn(row),
                                                1))
                        .then());
        Flux<ByteBuffer> data = Flux.interval(Duration.ofMillis(100))
                .map(i -> ByteBuffer.wrap((i + "\n").getBytes(StandardCharsets.UTF_8)))
                .onBackpressureDrop();
        calls("copy in", db.copyIn("COPY silence FROM STDIN", data));
        calls(
                "copy out",
                db.copyOut("COPY (SELECT n, pg_sleep(0.01) FROM generate_series(1, 100000) n) TO STDOUT")
                        .then());
        calls(
                "in a session",
                db.sessionConnection(
                                session -> session.sql("SELECT pg_sleep(60)").one())
                        .then());
        return 7;
    }

    private List<Disposable> beginAndLeave(Headgate db) {
        Stream<Mono<?>> left = Stream.of(
                db.inTransaction(tx -> tx.sql("SELECT pg_sleep(60) /* left */").one()),
                db.inTransaction(tx -> tx.sql("SELECT 1 /* left */").one().then(Mono.never())));
        return left.limit(route == Route.DIRECT ? 2 : 1)
                .map(each -> each.onErrorComplete().subscribe())
                .toList();
    }

    @Test
    void everyCallerEndsWithTheTruthAndTheClientsGoOn() throws Exception {
        Headgate single = client(1);
        Headgate withLanes = client(8);
        assertThat(lookUp(single).block(SOON)).isEqualTo(7);
        Flux.range(0, 2_000).flatMap(i -> lookUp(withLanes), 64).blockLast(SOON);
        Awaitility.await().until(() -> withLanes.poolState().leased() == 0);
        Headgate db = client(16);
        int begun = begin(db);
        if (route == Route.DIRECT) {
            begun += beginMore(db);
        }
        List<Disposable> left = beginAndLeave(db);
        fallSilentWhenAtWork(begun + left.size());
        left.forEach(Disposable::dispose);
        calls("idle", lookUp(single));
        calls("behind the idle", single.inTransaction(tx -> tx.sql("SELECT 1").one()));
        calls("idle, with lanes", lookUp(withLanes));
        calls(
                "idle, of a pool with lanes",
                withLanes.inTransaction(tx -> tx.sql("SELECT 1").one()));
        for (int i = 0; i < 100; i++) {
            calls("look-up " + i, lookUp(db));
        }
        Map<String, Outcome> outcomes = outcomes();
        outcomes.keySet().removeIf(name -> name.startsWith("look-up"));
        Map<String, Outcome> expected = new LinkedHashMap<>();
        outcomes.keySet().forEach(name -> expected.put(name, Outcome.NOT_EXECUTED));
        // the server may have done them, or do them yet
        expected.replaceAll(
                (name, outcome) -> List.of("slow write", "at commit").contains(name) ? Outcome.UNKNOWN : outcome);
        assertThat(outcomes).isEqualTo(expected);
        // those that were left have no caller whose end could be awaited: their connections end by the limits of
        // resetting
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(clients)
                        .allSatisfy(client ->
                                assertThat(client.poolState().leased()).isZero()));
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(way.open()).isZero());
        way.speak();
        // attempts to connect have failed meanwhile, and the next comes after a pause
        for (Headgate client : clients) {
            Awaitility.await()
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(lookUp(client).block(Duration.ofSeconds(5)))
                            .isEqualTo(7));
        }
    }

    @Test
    void closingEndsWithinItsTimeOutAndLeavesNoSocket() {
        Headgate db = client(4);
        calls("slow read", db.sql("SELECT pg_sleep(60)").one());
        fallSilentWhenAtWork(1);
        long begun = System.nanoTime();
        db.close().block(Duration.ofSeconds(10));
        // two seconds for the work under way, and one for goodbyes
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(6));
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(way.open()).isZero());
        assertThat(callers).allSatisfy((name, caller) -> assertThat(caller).isDone());
    }
}
