package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.TransactionOptions;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A caller on an event loop, such as a server's, hears of everything on that loop. */
@EveryRoute
class CallerLoopIT {

    private static final String SERVER = "a-server";
    private static final EventLoopGroup LOOPS =
            new MultiThreadIoEventLoopGroup(2, new DefaultThreadFactory(SERVER, true), NioIoHandler.newFactory());

    private final Route route;
    private Headgate db;

    CallerLoopIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client()
                .node(route.url())
                .sessionNode(route.node().url())
                .maxConnections(2)
                .acquireTimeout(Duration.ofMillis(300))
                .build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    @AfterAll
    static void end() {
        LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Subscribes on a loop of the server, and holds that each value and the end come on it. */
    private static void assertComesBack(Publisher<?> work) {
        CompletableFuture<List<String>> threads = new CompletableFuture<>();
        LOOPS.next().execute(() -> {
            Thread own = Thread.currentThread();
            Flux.from(work)
                    .map(value -> thread(own))
                    .onErrorResume(error -> Mono.fromSupplier(() -> thread(own)))
                    .concatWith(Mono.fromSupplier(() -> thread(own)))
                    .collectList()
                    .subscribe(threads::complete, threads::completeExceptionally);
        });
        assertThat(threads.orTimeout(20, TimeUnit.SECONDS).join())
                .hasSizeGreaterThan(1)
                .containsOnly(SERVER);
    }

    private static String thread(Thread expected) {
        Thread now = Thread.currentThread();
        return now == expected ? SERVER : now.getName() + " instead of " + expected.getName();
    }

    @Test
    void statements() {
        for (int i = 0; i < 20; i++) {
            assertComesBack(db.sql("SELECT 1").one());
        }
        assertComesBack(db.sql("SELECT no_such_column").one());
        assertComesBack(db.sql("SELECT n FROM generate_series(1, 1000) n").stream(100));
        assertComesBack(db.sql("SELECT n FROM generate_series(1, 1000) n").all());
    }

    @Test
    void transactions() {
        assertComesBack(db.inTransaction(tx -> tx.sql("SELECT 1").one()));
        assertComesBack(db.inTransaction(
                TransactionOptions.defaults(),
                tx -> tx.sql("SELECT n FROM generate_series(1, 1000) n").all()));
        assertComesBack(db.inTransaction(tx -> tx.sql("SELECT 1 / 0").one()));
        assertComesBack(db.inTransaction(tx -> Mono.error(new IllegalStateException("undone"))));
    }

    @Test
    void aSessionAndARefusal() {
        assertComesBack(db.sessionConnection(session -> session.sql("SELECT 1").one()));
        Mono<?> held = db.inTransaction(tx -> tx.sql("SELECT pg_sleep(5)").one());
        Disposable all = Mono.when(held, held).subscribe();
        assertComesBack(db.inTransaction(tx -> tx.sql("SELECT 1").one()));
        all.dispose();
    }

    @Test
    void r2dbc() {
        assertComesBack(r2dbc(connection -> run(connection, "SELECT 1")));
        assertComesBack(r2dbc(connection -> run(connection, "SELECT 1 / 0")));
        assertComesBack(r2dbc(connection -> Mono.from(connection.beginTransaction())
                .then(run(connection, "SELECT 1"))
                .then(run(connection, "SELECT 2"))
                .flatMap(value -> Mono.from(connection.commitTransaction()).thenReturn(value))));
        assertComesBack(r2dbc(connection -> Mono.from(connection.beginTransaction())
                .then(run(connection, "SELECT 1"))
                .flatMap(value -> Mono.from(connection.rollbackTransaction()).thenReturn(value))));
    }

    private static Mono<Integer> run(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(result -> result.map(row -> row.get(0, Integer.class)))
                .single();
    }

    private <T> Mono<T> r2dbc(Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(db.connectionFactory().create(), work, Connection::close);
    }

    @Test
    void whoCallsFromNoEventLoopHearsOnTheDrivers() {
        String thread = db.sql("SELECT 1")
                .map(row -> Thread.currentThread().getName())
                .one()
                .map(decodedOn -> decodedOn + " " + Thread.currentThread().getName())
                .block();
        assertThat(thread).doesNotContain(SERVER).doesNotContain("main");
    }
}
