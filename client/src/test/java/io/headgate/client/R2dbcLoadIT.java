package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.client.r2dbc.HeadgateConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Many R2DBC connections over few of the server's, and callers who leave at any moment. */
@EveryRoute
class R2dbcLoadIT {

    private static final int CONNECTIONS = 8;

    private final Route route;
    private Headgate db;
    private HeadgateConnectionFactory factory;

    R2dbcLoadIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS tally");
        route.node().execute("CREATE TABLE tally (n int)");
        route.node().execute("GRANT ALL ON tally TO app");
        db = DriverUnderTest.client()
                .node(route.url())
                .maxConnections(CONNECTIONS)
                .maxWaiting(20_000)
                .acquireTimeout(Duration.ofMinutes(1))
                .build();
        factory = db.connectionFactory();
    }

    @AfterEach
    void close() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(db.poolState().leased()).isZero();
            assertThat(db.poolState().waiting()).isZero();
            assertThat(route.sessionsAtWork()).isEqualTo("0");
        });
        db.close().block();
    }

    @Test
    void tenThousandOpenConnectionsCostTheServerNone() {
        List<Connection> open = Flux.range(0, 10_000)
                .concatMap(i -> factory.create())
                .collectList()
                .block();
        assertThat(open).hasSize(10_000);
        Long sum = Flux.fromIterable(open)
                .flatMap(
                        connection ->
                                connection.createStatement("SELECT 1::bigint").execute(),
                        1_000)
                .flatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)))
                .reduce(0L, Long::sum)
                .block(Duration.ofMinutes(1));
        assertThat(sum).isEqualTo(10_000L);
        assertThat(db.poolState().open()).isLessThanOrEqualTo(CONNECTIONS);
        Flux.fromIterable(open).flatMap(Connection::close).blockLast();
    }

    @Test
    void aThousandTransactionsAtOnceEachHappenOnce() {
        Long rows = Flux.range(0, 1_000)
                .flatMap(n -> transaction(n).thenReturn(1L), 1_000)
                .reduce(0L, Long::sum)
                .block(Duration.ofMinutes(1));
        assertThat(rows).isEqualTo(1_000L);
        assertThat(route.node().queryValue("SELECT count(*) || ' ' || count(DISTINCT n) FROM tally"))
                .isEqualTo("1000 1000");
    }

    private Mono<Void> transaction(int n) {
        return Mono.usingWhen(
                factory.create(),
                connection -> Mono.usingWhen(
                        Mono.from(connection.beginTransaction()).thenReturn(connection),
                        open -> insert(open, n).then(count(open, n)).then(),
                        Connection::commitTransaction,
                        (open, error) -> open.rollbackTransaction(),
                        Connection::rollbackTransaction),
                Connection::close);
    }

    private static Mono<Long> insert(Connection connection, int n) {
        return Flux.from(connection
                        .createStatement("INSERT INTO tally VALUES ($1)")
                        .bind(0, n)
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .single();
    }

    private static Mono<Long> count(Connection connection, int n) {
        return Flux.from(connection
                        .createStatement("SELECT count(*) FROM tally WHERE n = $1")
                        .bind(0, n)
                        .execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)))
                .single();
    }

    @Test
    void callersWhoLeaveAtAnyMomentLeaveNothingBehind() throws InterruptedException {
        RandomCancellation.run(30_000, 4, this::work);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(db.poolState().leased()).isZero());
        assertThat(route.node().queryValue("SELECT count(*) FROM tally")).isEqualTo("0");
    }

    private Mono<Void> work(int n, int kind) {
        return Mono.usingWhen(
                factory.create(),
                connection -> switch (kind) {
                    case 0 -> count(connection, n).then();
                    case 1 ->
                        Flux.from(connection
                                        .createStatement("SELECT n FROM generate_series(1, 300) n")
                                        .fetchSize(50)
                                        .execute())
                                .flatMap(result -> result.map((row, metadata) -> row.get(0)))
                                .then();
                    case 2 ->
                        Mono.usingWhen(
                                Mono.from(connection.beginTransaction()).thenReturn(connection),
                                open -> insert(open, n).then(Mono.<Void>empty()),
                                Connection::rollbackTransaction,
                                (open, error) -> open.rollbackTransaction(),
                                Connection::rollbackTransaction);
                    // nothing but close ends it
                    default ->
                        Mono.from(connection.beginTransaction())
                                .then(insert(connection, n))
                                .then();
                },
                Connection::close);
    }
}
