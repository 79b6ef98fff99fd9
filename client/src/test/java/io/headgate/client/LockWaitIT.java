package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.AcquireTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A transaction holds a lock and is idle. Who needs that lock waits for it, and nobody else waits: not the look-ups, not what
 * the transaction itself asks outside itself. The pool has as many connections as the pooler has, so every wait is seen.
 */
@EveryRoute
class LockWaitIT {

    private static final int LOOKUPS = 200;

    /** On a driver without lanes every look-up needs a lease, and one has to be left. */
    private static final int WAITING = DriverUnderTest.selected() == DriverUnderTest.NETTY ? 20 : 1;

    /** Far more than 200 look-ups take on a busy machine, far less than anybody's time-out. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final Route route;
    private final Sinks.Empty<Void> release = Sinks.empty();
    private Headgate db;

    LockWaitIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS locked; DROP TABLE IF EXISTS other");
        route.node().execute("CREATE TABLE locked (id int PRIMARY KEY, v int)");
        route.node().execute("CREATE TABLE other (id int PRIMARY KEY, v int)");
        route.node().execute("INSERT INTO locked SELECT n, 0 FROM generate_series(1, 100) n");
        route.node().execute("INSERT INTO other SELECT n, n FROM generate_series(1, 100) n");
        route.node().execute("GRANT ALL ON locked, other TO app");
        db = DriverUnderTest.client()
                .node(route.url())
                .maxConnections(Route.SERVER_CONNECTIONS)
                .pool(options -> options.lanes(1))
                .acquireTimeout(Duration.ofSeconds(3))
                .build();
        // known to be quick
        lookups(20).block();
        update(7).repeat(19).blockLast();
        readLocked(8).repeat(19).blockLast();
    }

    @AfterEach
    void close() {
        release.tryEmitEmpty();
        db.close().block();
    }

    @Test
    void lookUpsDoNotWaitForARowThatUpdatesWaitFor() {
        CompletableFuture<Long> holder = holdRow(Mono.empty());
        CompletableFuture<Long> waiting = updates(WAITING).toFuture();
        awaitLockWaits();
        assertThat(lookups(LOOKUPS).block(SOON)).isEqualTo(LOOKUPS);
        assertThat(waiting).isNotDone();
        release.tryEmitEmpty();
        assertThat(holder.join()).isEqualTo(1);
        assertThat(waiting.join()).as("each in its turn").isEqualTo(WAITING);
    }

    @Test
    void whatATransactionReadsOutsideItselfDoesNotWaitForThoseWhoWaitForIt() {
        Sinks.Empty<Void> ask = Sinks.empty();
        CompletableFuture<Long> holder =
                holdRow(ask.asMono().then(lookups(LOOKUPS)).then());
        CompletableFuture<Long> waiting = updates(WAITING).toFuture();
        awaitLockWaits();
        release.tryEmitEmpty();
        ask.tryEmitEmpty();
        Awaitility.await().atMost(SOON).until(holder::isDone);
        assertThat(holder.join()).isEqualTo(1);
        assertThat(waiting.join()).isEqualTo(WAITING);
    }

    /** The one wait that PostgreSQL cannot see: for a connection of a pool whose connections all wait. It has a bound. */
    @Test
    void aWriteOutsideItselfEndsByTheAcquireTimeout() {
        Sinks.Empty<Void> ask = Sinks.empty();
        CompletableFuture<Long> holder = holdRow(ask.asMono().then(update(9)).then());
        CompletableFuture<Long> waiting = Flux.range(0, 20)
                .flatMap(i -> update(1).onErrorReturn(AcquireTimeoutException.class, 0L), 20)
                .count()
                .toFuture();
        awaitLockWaits();
        release.tryEmitEmpty();
        ask.tryEmitEmpty();
        assertThat(holder.handle((done, error) -> error).join()).isInstanceOf(AcquireTimeoutException.class);
        assertThat(waiting.join()).isEqualTo(20);
        assertThat(update(9).block(SOON)).isEqualTo(1);
    }

    @Test
    void lookUpsDoNotWaitForReadsThatStandBehindAlterTable() {
        CompletableFuture<Long> holder = holdRow(Mono.empty());
        CompletableFuture<Long> alter = CompletableFuture.supplyAsync(
                () -> route.node().execute("ALTER TABLE locked ADD COLUMN more int DEFAULT 1"));
        awaitLockWaits();
        CompletableFuture<Integer> reader = readLocked(8).toFuture();
        for (int i = 0; i < 10; i++) {
            assertThat(lookups(20).block(SOON)).isEqualTo(20);
        }
        assertThat(reader).isNotDone();
        release.tryEmitEmpty();
        assertThat(holder.join()).isEqualTo(1);
        alter.join();
        assertThat(reader.join()).isEqualTo(0);
        assertThat(lookups(LOOKUPS).block(SOON)).isEqualTo(LOOKUPS);
    }

    /** Updates a row, does something else, and commits when it is told to. */
    private CompletableFuture<Long> holdRow(Mono<Void> meanwhile) {
        Sinks.Empty<Void> held = Sinks.empty();
        CompletableFuture<Long> holder = db.inTransaction(tx -> tx.sql("UPDATE locked SET v = v + 1 WHERE id = 1")
                        .update()
                        .doOnSuccess(done -> held.tryEmitEmpty())
                        .flatMap(done -> release.asMono().then(meanwhile).thenReturn(done)))
                .single()
                .toFuture();
        held.asMono().block(SOON);
        return holder;
    }

    private Mono<Long> updates(int count) {
        return Flux.range(0, count).flatMap(i -> update(1), count).reduce(0L, Long::sum);
    }

    private Mono<Long> update(int id) {
        return db.sql("UPDATE locked SET v = v + 1 WHERE id = $1").bind(id).update();
    }

    private Mono<Integer> readLocked(int id) {
        return db.sql("SELECT v FROM locked WHERE id = $1")
                .bind(id)
                .map(row -> row.get(0, Integer.class))
                .one();
    }

    private Mono<Long> lookups(int count) {
        return Flux.range(0, count)
                .flatMap(
                        i -> db.sql("SELECT v FROM other WHERE id = $1")
                                .bind(1 + i % 100)
                                .one(),
                        count)
                .count();
    }

    private void awaitLockWaits() {
        Awaitility.await()
                .atMost(SOON)
                .until(() -> !route.node()
                        .queryValue("SELECT count(*) FROM pg_locks WHERE NOT granted")
                        .equals("0"));
    }
}
