package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The time of a transaction bounds what the server counts as several statements, as a whole. */
@EveryRoute
class R2dbcDeadlineIT extends R2dbcTransactionFixture {

    private static final Duration LIMIT = Duration.ofMillis(700);

    /** Far below what each of them would take without the limit, which is 2 s or more. */
    private static final Duration SOON = Duration.ofMillis(1_600);

    R2dbcDeadlineIT(Route route) {
        super(route);
    }

    @BeforeEach
    void begin() {
        run(connection.beginTransaction(limited()));
        insert(1).block();
    }

    private static TransactionDefinition limited() {
        return new TransactionDefinition() {
            @Override
            public <T> T getAttribute(Option<T> option) {
                return option.equals(LOCK_WAIT_TIMEOUT) ? option.cast(LIMIT) : null;
            }
        };
    }

    private Flux<Integer> stream(String sql, int fetchSize) {
        return Flux.from(connection.createStatement(sql).fetchSize(fetchSize).execute())
                .flatMap(result -> result.map(row -> row.get(0, Integer.class)), 1, 1);
    }

    private void endsInTime(Publisher<?> work) {
        Duration taken = StepVerifier.create(work)
                .thenConsumeWhile(value -> true)
                .expectError(R2dbcTimeoutException.class)
                .verify(Duration.ofSeconds(10));
        assertThat(taken).isLessThan(SOON);
        run(connection.rollbackTransaction());
        long since = System.nanoTime();
        awaitRest();
        // what is not stopped holds its locks for resetTimeout, 5 s
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(3));
        assertThat(entries()).isEmpty();
        insert(2).block();
        assertThat(entries()).as("the connection goes on").isEqualTo("2");
    }

    @Test
    void theWaitForAConnectionIsBoundToo() {
        Headgate exhausted =
                DriverUnderTest.client().node(route.url()).maxConnections(1).build();
        Connection other =
                exhausted.connectionFactory().create().blockOptional().orElseThrow();
        Disposable holder = exhausted
                .inTransaction(tx -> tx.sql("SELECT 1").result().then(Mono.never()))
                .subscribe();
        try {
            Awaitility.await().until(() -> exhausted.poolState().leased() == 1);
            Flux<Long> late = Flux.from(other.beginTransaction(limited()))
                    .thenMany(other.createStatement("SELECT 1").execute())
                    .flatMap(Result::getRowsUpdated);
            Duration taken = StepVerifier.create(late)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(R2dbcTimeoutException.class)
                            .hasMessageContaining("was not sent"))
                    .verify(Duration.ofSeconds(10));
            assertThat(taken).isLessThan(SOON);
        } finally {
            holder.dispose();
            exhausted.close().block();
        }
    }

    @Test
    void aStreamWhoseFetchesAreShort() {
        endsInTime(stream("SELECT n FROM generate_series(1, 100) n, LATERAL (SELECT pg_sleep(0.05 + n * 0)) s", 3));
    }

    @Test
    void aStreamWhoseReaderIsSlow() {
        endsInTime(stream("SELECT n FROM generate_series(1, 1000) n", 5)
                .concatMap(n -> Mono.delay(Duration.ofMillis(40)).thenReturn(n), 1));
    }

    @Test
    void statementsOfABatch() {
        String sleep = "SELECT pg_sleep(0.5)";
        endsInTime(Flux.from(connection
                        .createBatch()
                        .add(sleep)
                        .add(sleep)
                        .add(sleep)
                        .add(sleep)
                        .execute())
                .concatMap(Result::getRowsUpdated));
    }

    @Test
    void setsOfParameters() {
        endsInTime(Flux.from(connection
                        .createStatement("SELECT pg_sleep($1::float8)")
                        .bind(0, 0.5)
                        .add()
                        .bind(0, 0.5)
                        .add()
                        .bind(0, 0.5)
                        .add()
                        .bind(0, 0.5)
                        .execute())
                .concatMap(Result::getRowsUpdated));
    }

    /** The server counts each from when it begins with it. */
    @Test
    void statementsAskedForAtOnce() {
        endsInTime(Flux.range(0, 10)
                .flatMap(i -> connection.createStatement("SELECT pg_sleep(0.3)").execute())
                .flatMap(Result::getRowsUpdated));
    }

    @Test
    void whatWasGivenUpIsNotCommitted() {
        String write = "WITH s AS (SELECT pg_sleep(0.4)) INSERT INTO entry SELECT 5 FROM s";
        StepVerifier.create(Flux.from(connection
                                .createBatch()
                                .add(write)
                                .add("SELECT pg_sleep(0.5)")
                                .add("SELECT pg_sleep(0.5)")
                                .execute())
                        .concatMap(Result::getRowsUpdated))
                .thenConsumeWhile(value -> true)
                .verifyError(R2dbcTimeoutException.class);
        StepVerifier.create(connection.commitTransaction()).verifyError(R2dbcRollbackException.class);
        awaitRest();
        assertThat(entries()).isEmpty();
    }

    @Test
    void aStreamThatIsReadInTime() {
        assertThat(stream("SELECT n FROM generate_series(1, 100) n", 7).count().block())
                .isEqualTo(100);
        run(connection.commitTransaction());
        assertThat(entries()).isEqualTo("1");
    }

    @Test
    void aSavepointCanStillBeRolledBackTo() {
        run(connection.createSavepoint("here"));
        insert(2).block();
        long begun = System.nanoTime();
        Awaitility.await().until(() -> System.nanoTime() - begun > LIMIT.toNanos());
        run(connection.rollbackTransactionToSavepoint("here"));
        StepVerifier.create(insert(3)).verifyError(R2dbcTimeoutException.class);
        run(connection.commitTransaction());
        assertThat(entries()).isEqualTo("1");
    }
}
