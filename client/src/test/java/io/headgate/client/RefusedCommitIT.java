package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The server refuses a COMMIT or ROLLBACK and leaves the transaction open, as when a cancel request arrives in that moment. The caller
 * of that transaction gets an error. No other caller meets the open transaction, not even one whose statement was sent behind it.
 */
@EveryRoute
class RefusedCommitIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final RewritingProxy proxy;
    private final Headgate db;

    RefusedCommitIT(Route route) throws IOException {
        proxy = new RewritingProxy(route.url());
        db = DriverUnderTest.client().node(proxy.url()).maxConnections(2).build();
    }

    @BeforeEach
    void create() {
        db.sql("CREATE TABLE IF NOT EXISTS refused_commit (i int)").update().block(LIMIT);
        db.sql("TRUNCATE refused_commit").update().block(LIMIT);
    }

    @AfterEach
    void close() throws IOException {
        db.close().block(LIMIT);
        proxy.close();
    }

    private Mono<Long> insert() {
        return db.inTransaction(
                tx -> tx.sql("INSERT INTO refused_commit VALUES (1)").update());
    }

    private long rows() {
        return db.sql("SELECT count(*) FROM refused_commit")
                .map(row -> row.require(0, Long.class))
                .one()
                .block(LIMIT);
    }

    private void refuse(String command, Mono<?> work) {
        proxy.replaceNext(command, "FAILED");
        assertThatThrownBy(() -> work.block(LIMIT)).isInstanceOfSatisfying(HeadgateException.class, error -> {
            assertThat(error).isInstanceOf(DatabaseException.class);
            assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        });
        assertThat(proxy.isReplaced()).isTrue();
        assertThat(rows()).isZero();
        for (int i = 0; i < 10; i++) {
            insert().block(LIMIT);
            db.sql("INSERT INTO refused_commit VALUES (2)").update().block(LIMIT);
        }
        assertThat(rows()).isEqualTo(20);
    }

    @Test
    void aCommit() {
        refuse("COMMIT", insert());
    }

    @Test
    void aRollback() {
        proxy.replaceNext("ROLLBACK", "FAILBACK");
        Mono<Long> undone = db.inTransaction(tx ->
                tx.sql("INSERT INTO refused_commit VALUES (1)").update().then(Mono.error(new IllegalStateException())));
        assertThatThrownBy(() -> undone.block(LIMIT)).isInstanceOf(Exception.class);
        assertThat(proxy.isReplaced()).isTrue();
        insert().block(LIMIT);
        insert().block(LIMIT);
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void theCommitOfALoad() {
        assumeThat(DriverUnderTest.selected()).as("Vert.x cannot COPY").isNotEqualTo(DriverUnderTest.VERTX);
        refuse(
                "COMMIT",
                db.copyIn(
                        "COPY refused_commit FROM STDIN",
                        Flux.just(ByteBuffer.wrap("3\n".getBytes(StandardCharsets.US_ASCII)))));
    }

    /** A statement is sent behind the COMMIT of the caller before it, in the same packet. */
    @Test
    void onlyItsOwnCallerFails() {
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger stored = new AtomicInteger();
        int calls = 600;
        Long ended = Flux.range(0, calls)
                .flatMap(
                        i -> {
                            if (i % 40 == 20) {
                                proxy.replaceNext("COMMIT", "FAILED");
                            }
                            Mono<Long> call =
                                    switch (i % 3) {
                                        case 0 -> insert();
                                        case 1 ->
                                            db.sql("INSERT INTO refused_commit VALUES (2)")
                                                    .update();
                                        default ->
                                            db.sql("SELECT g FROM generate_series(1, 3) g").map(row -> 1).stream(2)
                                                    .count()
                                                    .map(rows -> rows - 3);
                                    };
                            return call.doOnNext(rows -> stored.addAndGet(rows.intValue()))
                                    .onErrorResume(DatabaseException.class, error -> {
                                        assertThat(error.sqlState()).isEqualTo("42601");
                                        failed.incrementAndGet();
                                        return Mono.empty();
                                    });
                        },
                        16)
                .count()
                .block(LIMIT);
        assertThat(failed.get()).isBetween(1, calls / 40);
        assertThat(ended).isEqualTo(calls - failed.get());
        assertThat(rows()).isEqualTo(stored.get());
    }
}
