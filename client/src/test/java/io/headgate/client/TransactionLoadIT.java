package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlTransaction;
import io.headgate.core.error.ConstraintViolationException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Many transactions behind one another on few connections, where each COMMIT travels with the next BEGIN: some fail at their
 * COMMIT, some before, some are cancelled. Each has to be one transaction, and to hear of its own end.
 */
@EveryRoute
class TransactionLoadIT {

    private static final int TRANSACTIONS = 3_000;
    private static final int AT_ONCE = 100;
    private static final String XID = "SELECT pg_current_xact_id()::text";

    private final Route route;
    private final Set<Integer> committed = ConcurrentHashMap.newKeySet();
    private final Set<Integer> failed = ConcurrentHashMap.newKeySet();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Set<Integer> cancelled = ConcurrentHashMap.newKeySet();
    private Headgate db;

    TransactionLoadIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS line, invoice");
        route.node().execute("CREATE TABLE invoice (id int PRIMARY KEY)");
        route.node()
                .execute("CREATE TABLE line (id int PRIMARY KEY, invoice int NOT NULL"
                        + " REFERENCES invoice DEFERRABLE INITIALLY DEFERRED)");
        route.node().execute("GRANT ALL ON invoice, line TO app");
        db = DriverUnderTest.client()
                .node(route.url())
                .maxConnections(3)
                .maxWaiting(AT_ONCE)
                .acquireTimeout(Duration.ofSeconds(30))
                .build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    @Test
    void eachIsOneTransactionAndHearsOfItsOwnEnd() {
        Flux.range(1, TRANSACTIONS).flatMap(this::one, AT_ONCE).blockLast(Duration.ofMinutes(2));
        Awaitility.await().until(() -> db.poolState().leased() == 0);
        assertThat(violations).isEmpty();
        assertThat(committed.size() + failed.size() + cancelled.size()).isEqualTo(TRANSACTIONS);
        assertThat(failed).hasSizeGreaterThan(TRANSACTIONS / 10);
        assertThat(cancelled).hasSizeGreaterThan(TRANSACTIONS / 20);
        Set<Integer> stored = Arrays.stream(route.node()
                        .queryValue("SELECT string_agg(id::text, ',') FROM line")
                        .split(","))
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
        assertThat(stored).containsAll(committed).doesNotContainAnyElementsOf(failed);
        assertThat(route.node().queryValue("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%'"))
                .isEqualTo("0");
    }

    private Mono<Void> one(int id) {
        Mono<Void> outcome =
                switch (id % 5) {
                    case 0 ->
                        transaction(id, tx -> store(tx, id, true).then(Mono.error(new IllegalStateException("own"))))
                                .then(violated(id + " committed what had failed"))
                                .onErrorResume(IllegalStateException.class, own -> ended(failed, id));
                    case 1 ->
                        transaction(id, tx -> store(tx, id, false))
                                .then(violated(id + " broke a constraint and committed"))
                                .onErrorResume(ConstraintViolationException.class, own -> ended(failed, id));
                    case 2 -> {
                        Duration patience =
                                Duration.ofNanos(ThreadLocalRandom.current().nextLong(20_000_000));
                        yield transaction(id, tx -> store(tx, id, true))
                                .thenReturn(committed)
                                .timeout(patience, Mono.just(cancelled))
                                .flatMap(how -> ended(how, id));
                    }
                    default -> transaction(id, tx -> store(tx, id, true)).then(ended(committed, id));
                };
        return outcome.onErrorResume(error -> violated(id + " ended with " + error));
    }

    private Mono<Void> violated(String what) {
        return Mono.fromRunnable(() -> violations.add(what));
    }

    private static Mono<Void> ended(Set<Integer> how, int id) {
        return Mono.fromRunnable(() -> how.add(id));
    }

    private interface Work {
        Mono<Void> in(SqlTransaction tx);
    }

    private Mono<Void> transaction(int id, Work work) {
        return db.inTransaction(tx -> xid(tx).flatMap(before -> work.in(tx)
                .then(xid(tx))
                .flatMap(after -> before.equals(after)
                        ? Mono.empty()
                        : violated(id + " began in transaction " + before + " and ended in " + after))));
    }

    private static Mono<String> xid(SqlTransaction tx) {
        return tx.sql(XID).map(row -> row.require(0, String.class)).one();
    }

    private static Mono<Void> store(SqlTransaction tx, int id, boolean valid) {
        Mono<Long> invoice = tx.sql("INSERT INTO invoice VALUES ($1)").bind(id).update();
        Mono<Long> line = tx.sql("INSERT INTO line VALUES ($1, $1)").bind(id).update();
        return valid ? line.then(invoice).then() : line.then();
    }
}
