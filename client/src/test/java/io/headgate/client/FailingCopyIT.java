package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.error.DatabaseException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Loads that the server refuses while their data is on the way, beside other work. PgBouncer up to 1.25.2 then never lends the server again,
 * and mixes up answers, unless the client takes care.
 */
@EveryRoute
class FailingCopyIT {

    private static final int CALLS = 600;

    private final Headgate db;

    FailingCopyIT(Route route) {
        db = DriverUnderTest.client().node(route.url()).maxConnections(8).build();
    }

    @BeforeEach
    void create() {
        assumeThat(DriverUnderTest.selected()).as("Vert.x cannot COPY").isNotEqualTo(DriverUnderTest.VERTX);
        db.sql("CREATE TABLE IF NOT EXISTS failing_copy (id bigint, text varchar(50))")
                .update()
                .block();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    private Mono<Long> load(String columns, int rows) {
        return db.copyIn(
                "COPY failing_copy(" + columns + ") FROM STDIN",
                Flux.range(0, rows).map(i -> ByteBuffer.wrap("x\n".getBytes(StandardCharsets.US_ASCII))));
    }

    private Mono<Integer> call(int i) {
        int rows = 1 + i % 5;
        return switch (i % 3) {
            case 0 ->
                load("id", rows)
                        .map(loaded -> -1)
                        .onErrorResume(
                                DatabaseException.class,
                                refused -> Mono.just(refused.sqlState().equals("22P02") ? i : -1));
            case 1 -> load("text", rows).map(loaded -> loaded == rows ? i : -1);
            default ->
                db.sql("SELECT $1::int")
                        .bind(i)
                        .map(row -> row.require(0, Integer.class))
                        .one();
        };
    }

    @Test
    void eachCallerHasItsOwnResultAndTheServersStayInUse() {
        List<Integer> results = Flux.range(0, CALLS)
                .flatMapSequential(this::call, 12)
                .collectList()
                .block(Duration.ofSeconds(60));
        assertThat(results)
                .containsExactlyElementsOf(Flux.range(0, CALLS).collectList().block());
        Awaitility.await().until(() -> db.poolState().leased() == 0);
        // more at once than connections: every server is lent again
        assertThat(Flux.range(0, 32)
                        .flatMap(
                                i -> db.inTransaction(tx ->
                                        tx.sql("SELECT 1 FROM pg_sleep(0.01)").update()),
                                32)
                        .count()
                        .block(Duration.ofSeconds(30)))
                .isEqualTo(32);
        db.sql("DROP TABLE failing_copy").update().block();
    }
}
