package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.TransactionOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Cancellation at any moment loses no connection, leaves none dirty, and stops what runs on the server. */
@EveryRoute
class CancellationIT {

    private static final int CONNECTIONS = 4;

    private final Route route;
    private Headgate db;

    CancellationIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS cancelled");
        route.node().execute("CREATE TABLE cancelled (n int, pid int DEFAULT pg_backend_pid())");
        route.node().execute("GRANT ALL ON cancelled TO app");
        db = DriverUnderTest.client()
                .node(route.url())
                .maxConnections(CONNECTIONS)
                .maxWaiting(100_000)
                .acquireTimeout(Duration.ofMinutes(1))
                .build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    @Test
    void aHundredThousandQueriesCancelledAtRandomMomentsLoseNothing() throws InterruptedException {
        RandomCancellation callers = RandomCancellation.run(100_000, 5, this::work);
        awaitRest();
        assertThat(leftBehind(callers)).as("writes of rolled back transactions").isEmpty();
        Flux.range(0, 100)
                .flatMap(i -> db.sql("SELECT $1::int")
                        .bind(i)
                        .map(row -> row.require(0, Integer.class))
                        .one()
                        .doOnNext(n -> assertThat(n).isEqualTo(i)))
                .blockLast();
        assertThat(db.poolState().open()).isLessThanOrEqualTo(CONNECTIONS);
    }

    /** Who wrote it, what has touched it since, and whether its caller had gone: what there is to find the cause by. */
    private List<String> leftBehind(RandomCancellation callers) {
        return route.node().query("SELECT n, pid, xmin::text, xmax::text FROM cancelled").stream()
                .map(row -> row
                        + (callers.hasLeft((Integer) row.get("n")) ? " of a caller that left" : " of one that stayed"))
                .toList();
    }

    private Publisher<?> work(int number, int kind) {
        return switch (kind) {
            case 0 ->
                db.sql("SELECT $1::int")
                        .bind(number)
                        .map(row -> {
                            assertThat(row.get(0, Integer.class)).isEqualTo(number);
                            return number;
                        })
                        .one();
            case 1 -> db.sql("SELECT n FROM generate_series(1, 500) n").all();
            case 2 -> db.sql("SELECT n FROM generate_series(1, 500) n").stream(20);
            case 3 ->
                db.inTransaction(
                        TransactionOptions.defaults(),
                        tx -> tx.sql("INSERT INTO cancelled (n) VALUES ($1)")
                                .bind(number)
                                .update()
                                .then(tx.sql("SELECT count(*) FROM cancelled WHERE n = $1")
                                        .bind(number)
                                        .map(row -> row.require(0, Long.class))
                                        .one())
                                .doOnNext(own -> assertThat(own).isEqualTo(1))
                                .then(tx.sql("DELETE FROM cancelled WHERE n = $1")
                                        .bind(number)
                                        .update())
                                .doOnNext(deleted -> assertThat(deleted).isEqualTo(1)));
            default -> db.sql("SELECT pg_sleep(0.001), $1::int").bind(number).one();
        };
    }

    private void awaitRest() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(db.poolState().leased()).isZero();
            assertThat(db.poolState().waiting()).isZero();
            assertThat(route.sessionsAtWork()).isEqualTo("0");
            if (route != Route.DIRECT) {
                Map<String, String> pool = route.node().bouncer().show("POOLS").stream()
                        .filter(row -> "app".equals(row.get("user")))
                        .findFirst()
                        .orElseThrow();
                assertThat(pool.get("sv_active")).isEqualTo("0");
                assertThat(pool.get("cl_waiting")).isEqualTo("0");
            }
        });
    }

    @Test
    void aCancelledStatementIsStoppedOnTheServer() {
        Disposable running =
                db.sql("SELECT pg_sleep(60) /* to be stopped */").one().subscribe();
        Awaitility.await().until(() -> sleeping().equals("1"));
        running.dispose();
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> sleeping().equals("0"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> db.poolState().leased() == 0);
        assertThat(db.poolState().open()).as("the connection is kept").isEqualTo(1);
        assertThat(db.sql("SELECT 1")
                        .map(row -> row.require(0, Integer.class))
                        .one()
                        .block())
                .isEqualTo(1);
    }

    private String sleeping() {
        return route.node()
                .queryValue("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%to be stopped%'"
                        + " AND state = 'active' AND pid <> pg_backend_pid()");
    }

    @Test
    void aCallerThatGivesUpWaitingLeavesTheQueue() {
        Headgate single =
                DriverUnderTest.client().node(route.url()).maxConnections(1).build();
        Disposable holder = single.sql("SELECT pg_sleep(60)").one().subscribe();
        Awaitility.await().until(() -> single.poolState().leased() == 1);
        Disposable waiting = single.sql("SELECT 1").one().subscribe();
        assertThat(single.poolState().waiting()).isEqualTo(1);
        waiting.dispose();
        assertThat(single.poolState().waiting()).isZero();
        holder.dispose();
        assertThat(Mono.from(single.sql("SELECT 2")
                                .map(row -> row.require(0, Integer.class))
                                .one())
                        .block())
                .isEqualTo(2);
        single.close().block();
    }
}
