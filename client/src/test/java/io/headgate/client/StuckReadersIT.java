package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.HeadgateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A crowd of quick reads of a table that somebody has locked, as {@code ALTER TABLE} does. */
@EveryRoute
class StuckReadersIT {

    private final Route route;
    private Headgate db;
    private Connection locker;

    StuckReadersIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() throws SQLException {
        for (String table : List.of("stuck", "free")) {
            route.node().execute("DROP TABLE IF EXISTS " + table + " CASCADE");
            route.node().execute("CREATE TABLE " + table + "(id int PRIMARY KEY, v int)");
            route.node().execute("INSERT INTO " + table + " SELECT g, 0 FROM generate_series(1, 100) g");
            route.node().execute("GRANT ALL ON " + table + " TO app");
        }
        locker = DriverManager.getConnection(route.jdbcUrl());
        locker.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        locker.close();
        db.close().block();
    }

    private void lock() throws SQLException {
        locker.createStatement().execute("LOCK TABLE stuck IN ACCESS EXCLUSIVE MODE");
    }

    private Mono<?> stuck() {
        return db.sql("SELECT v FROM stuck WHERE id = $1").bind(1).one();
    }

    private Mono<?> stuck(int text) {
        return db.sql("SELECT v, " + text + " FROM stuck WHERE id = $1").bind(1).one();
    }

    private Headgate crowded() {
        return Headgate.builder()
                .node(route.url())
                .maxConnections(route == Route.DIRECT ? 16 : Route.SERVER_CONNECTIONS)
                .pool(options -> options.lanes(route == Route.DIRECT ? 4 : 1))
                .acquireTimeout(Duration.ofSeconds(8))
                .shutdownTimeout(Duration.ofSeconds(3))
                .build();
    }

    private Long answeredMeanwhile() {
        return Flux.interval(Duration.ofMillis(2))
                .take(500)
                .flatMap(i -> free(1 + i.intValue() % 100).onErrorComplete(), 2_000)
                .take(Duration.ofSeconds(7))
                .count()
                .block();
    }

    private Mono<?> free(int id) {
        return db.sql("SELECT v FROM free WHERE id = $1").bind(id).one();
    }

    /** No caller waits for a lock that another caller's statement waits for. */
    @Test
    void doesNotStopTheLookUpsOfOthers() throws SQLException {
        db = crowded();
        // known to be quick
        Flux.range(1, 100).concatMap(this::free).blockLast();
        Flux.range(1, 20).concatMap(id -> stuck()).blockLast();
        lock();
        Disposable crowd =
                Flux.range(0, 200).flatMap(i -> stuck().onErrorComplete(), 200).subscribe();
        assertThat(answeredMeanwhile())
                .as("look-ups of another table that were answered")
                .isGreaterThan(450);
        crowd.dispose();
    }

    /** What waited for the first lock must not make the watch take the second one for an overload. */
    @Test
    void doesNotStopTheLookUpsOfOthersWhenTheLockComesAgain() throws SQLException {
        db = crowded();
        Flux.range(1, 100).concatMap(this::free).blockLast();
        Flux.range(1, 20).concatMap(id -> stuck()).blockLast();
        for (int round = 0; round < 2; round++) {
            lock();
            Disposable crowd = Flux.range(0, 30)
                    .flatMap(i -> stuck().onErrorComplete(), 30)
                    .subscribe();
            Mono.delay(Duration.ofSeconds(2)).block();
            assertThat(answeredMeanwhile()).as("in round " + round).isGreaterThan(450);
            locker.rollback();
            Awaitility.await().until(crowd::isDisposed);
        }
    }

    /** Each text is found stuck by itself, while reads of other texts hold the leases. */
    @Test
    void doesNotStopTheLookUpsOfOthersWhenTheCrowdHasManyTexts() throws SQLException {
        db = crowded();
        Flux.range(1, 100).concatMap(this::free).blockLast();
        Flux.range(0, 200).concatMap(i -> stuck(1 + i % 10)).blockLast();
        lock();
        Disposable crowd = Flux.range(0, 100)
                .flatMap(i -> stuck(1 + i % 10).onErrorComplete(), 100)
                .subscribe();
        assertThat(answeredMeanwhile())
                .as("look-ups of another table that were answered")
                .isGreaterThan(450);
        crowd.dispose();
    }

    /** It is still under way on its lane and takes effect there, so it is not "not executed". */
    @Test
    void aViewThatWritesIsNotReportedAsNotExecutedWhenItRunsLater() throws Exception {
        route.node().execute("DROP TABLE IF EXISTS written CASCADE");
        route.node().execute("CREATE TABLE written(n int)");
        route.node().execute("GRANT ALL ON written TO app");
        route.node().execute("""
                CREATE OR REPLACE FUNCTION writes() RETURNS int LANGUAGE sql VOLATILE AS
                $$ INSERT INTO written VALUES (1) RETURNING n $$""");
        route.node().execute("CREATE OR REPLACE VIEW writing AS SELECT writes() AS n");
        route.node().execute("GRANT ALL ON writing TO app");
        db = Headgate.builder()
                .node(route.url())
                .maxConnections(2)
                .acquireTimeout(Duration.ofMillis(500))
                .shutdownTimeout(Duration.ofSeconds(3))
                .pool(options -> options.lanes(1))
                .build();
        for (int i = 0; i < 20; i++) {
            db.sql("SELECT n FROM writing").one().block();
            stuck().block();
        }
        Disposable lease = db.inTransaction(tx -> tx.sql("SELECT 1").one().then(Mono.<Long>never()))
                .subscribe();
        Awaitility.await().until(() -> db.poolState().leased() == 1);
        lock();
        for (int i = 0; i < 30; i++) {
            stuck().subscribe(row -> {}, error -> {});
        }
        long before = written();
        CompletableFuture<?> write = db.sql("SELECT n FROM writing").one().toFuture();
        boolean safeToRetry = false;
        try {
            write.get(5, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            safeToRetry = ((HeadgateException) failed.getCause()).isSafeToRetry();
        }
        locker.rollback();
        lease.dispose();
        Awaitility.await().until(() -> db.poolState().leased() == 0);
        // a write that was let go on would be there by then
        Mono.delay(Duration.ofMillis(500)).block();
        if (safeToRetry) {
            assertThat(written())
                    .as("rows written by what is safe to run again")
                    .isEqualTo(before);
        }
    }

    private long written() {
        return Long.parseLong(route.node().queryValue("SELECT count(*) FROM written"));
    }
}
