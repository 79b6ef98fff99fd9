package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ParameterException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** {@code COPY ... TO STDOUT}: all of the data, no faster than it is taken, and the connection is fit for others afterwards. */
@EveryRoute
class CopyOutIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Route route;
    private Headgate db;

    CopyOutIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client().node(route.url()).maxConnections(1).build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    private static boolean isDriverAble() {
        return DriverUnderTest.selected() == DriverUnderTest.NETTY;
    }

    private void assertConnectionIsFit() {
        assertThat(db.sql("SELECT 42")
                        .map(row -> row.require(0, Integer.class))
                        .one()
                        .block(SOON))
                .isEqualTo(42);
    }

    private static Mono<String> text(Flux<ByteBuffer> data) {
        return data.collect(
                        ByteArrayOutputStream::new,
                        (all, piece) ->
                                all.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining()))
                .map(all -> all.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aDriverThatCannotSaysSo() {
        assumeThat(isDriverAble()).isFalse();
        db.copyOut("COPY (SELECT 1) TO STDOUT")
                .as(StepVerifier::create)
                .expectError(ConfigurationException.class)
                .verify(SOON);
        assertConnectionIsFit();
    }

    @Test
    void allOfTheDataComes() {
        assumeThat(isDriverAble()).isTrue();
        String all = text(db.copyOut(
                        "COPY (SELECT n, repeat('x', n % 50) FROM generate_series(1, 100000) n) TO STDOUT"))
                .block(SOON);
        StringBuilder expected = new StringBuilder();
        for (int n = 1; n <= 100_000; n++) {
            expected.append(n).append('\t').append("x".repeat(n % 50)).append('\n');
        }
        assertThat(all).isEqualTo(expected.toString());
        assertThat(text(db.copyOut("COPY (SELECT 1 WHERE false) TO STDOUT")).block(SOON))
                .isEmpty();
        assertThat(text(db.copyOut("COPY (SELECT repeat('y', 5000000)) TO STDOUT"))
                        .block(SOON))
                .isEqualTo("y".repeat(5_000_000) + '\n');
        assertConnectionIsFit();
    }

    /** 200 MB that nobody takes stay at the server; what the end needs is no demand. */
    @Test
    void nothingIsReadThatNobodyAsksFor() {
        assumeThat(isDriverAble()).isTrue();
        AtomicLong taken = new AtomicLong();
        StepVerifier.create(
                        db.copyOut("COPY (SELECT repeat('z', 1000) FROM generate_series(1, 200000)) TO STDOUT")
                                .doOnNext(piece -> taken.addAndGet(piece.remaining())),
                        0)
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> Awaitility.await()
                        .during(Duration.ofSeconds(1))
                        .atMost(SOON)
                        .until(() -> route.node()
                                .queryValue(
                                        "SELECT count(*) FROM pg_stat_activity"
                                                + " WHERE query LIKE 'COPY (SELECT repeat(''z''%' AND wait_event = 'ClientWrite'")
                                .equals("1")))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(piece -> true)
                .expectComplete()
                .verify(SOON);
        assertThat(taken).hasValue(200_000L * 1001);
        StepVerifier.create(db.copyOut("COPY (SELECT 1) TO STDOUT"), 1)
                .expectNextCount(1)
                .expectComplete()
                .verify(SOON);
        assertConnectionIsFit();
    }

    @Test
    void cancellingStopsTheServer() {
        assumeThat(isDriverAble()).isTrue();
        long begun = System.nanoTime();
        assertThat(db.copyOut("COPY (SELECT generate_series(1, 2000000000)) TO STDOUT")
                        .take(3)
                        .count()
                        .block(SOON))
                .isEqualTo(3);
        assertConnectionIsFit();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
    }

    @Test
    void errorsAreTheCallers() {
        assumeThat(isDriverAble()).isTrue();
        for (String none :
                new String[] {"SELECT 1", "COPY pg_class FROM STDIN", "COPY pg_class TO STDOUT; COPY pg_class TO STDOUT"
                }) {
            db.copyOut(none)
                    .as(StepVerifier::create)
                    .expectError(ParameterException.class)
                    .verify(SOON);
        }
        db.copyOut("COPY no_such_table TO STDOUT")
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                DatabaseException.class,
                                told -> assertThat(told.sqlState()).isEqualTo("42P01")))
                .verify(SOON);
        // after some of it has come
        db.copyOut("COPY (SELECT 1 / (50000 - n) FROM generate_series(1, 100000) n) TO STDOUT")
                .as(StepVerifier::create)
                .thenConsumeWhile(piece -> true)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                DatabaseException.class,
                                told -> assertThat(told.sqlState()).isEqualTo("22012")))
                .verify(SOON);
        assertConnectionIsFit();
    }

    @Test
    void aConnectionThatIsLostEndsIt() {
        assumeThat(isDriverAble()).isTrue();
        db.copyOut("COPY (SELECT n, pg_sleep(0.0001) FROM generate_series(1, 1000000) n) TO STDOUT")
                .doOnNext(piece -> route.node()
                        .queryValue("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                + " WHERE query LIKE 'COPY (SELECT n, pg_sleep%'"))
                .as(StepVerifier::create)
                .thenConsumeWhile(piece -> true)
                .expectError(HeadgateException.class)
                .verify(SOON);
        assertConnectionIsFit();
    }
}
