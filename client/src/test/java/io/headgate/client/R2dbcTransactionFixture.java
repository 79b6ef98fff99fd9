package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A table, a small pool and a logical connection, which is at rest again after each test. */
abstract class R2dbcTransactionFixture {

    final Route route;
    Headgate db;
    Connection connection;

    R2dbcTransactionFixture(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        route.node().execute("DROP TABLE IF EXISTS entry");
        route.node().execute("CREATE TABLE entry (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        route.node().execute("GRANT ALL ON entry TO app");
        db = DriverUnderTest.client()
                .node(route.url())
                .maxConnections(3)
                .acquireTimeout(Duration.ofSeconds(2))
                .build();
        connection = db.connectionFactory().create().block();
    }

    @AfterEach
    void close() {
        run(connection.close());
        awaitRest();
        db.close().block();
    }

    void awaitRest() {
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(db.poolState().leased()).isZero();
            assertThat(route.sessionsAtWork()).isEqualTo("0");
        });
    }

    static void run(Publisher<Void> step) {
        Mono.from(step).block();
    }

    Mono<Long> insert(int n) {
        return insert(connection, n);
    }

    static Mono<Long> insert(Connection on, int n) {
        return Flux.from(on.createStatement("INSERT INTO entry VALUES ($1)")
                        .bind(0, n)
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .single();
    }

    String show(String setting) {
        return show(connection, setting);
    }

    static String show(Connection on, String setting) {
        return Flux.from(on.createStatement("SHOW " + setting).execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                .single()
                .block();
    }

    String entries() {
        return route.node().queryValue("SELECT coalesce(string_agg(n::text, ',' ORDER BY n), '') FROM entry");
    }
}
