package io.headgate.benchmarks.contender;

import io.headgate.client.Headgate;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A library used through the R2DBC SPI, as an application uses it. */
final class R2dbcContender implements Contender {

    private final ConnectionFactory connections;
    private final Runnable close;

    private R2dbcContender(ConnectionFactory connections, Runnable close) {
        this.connections = connections;
        this.close = close;
    }

    /** r2dbc-postgresql behind r2dbc-pool, prepared statements cached. */
    static Contender r2dbcPool(Target target, Tuning tuning, int callers) {
        R2dbcPools pools = new R2dbcPools(target, tuning);
        return new R2dbcContender(pools.pool(), pools::close);
    }

    /** Headgate's connection factory. */
    static Contender headgate(Target target, Tuning tuning, int callers) {
        Headgate db = HeadgateClients.builder(target, tuning, callers).build();
        return new R2dbcContender(db.connectionFactory(), () -> db.close().block());
    }

    @Override
    public void lookup(long id, Reply<Item> reply) {
        Replies.to(
                Mono.usingWhen(
                        connections.create(),
                        connection -> Flux.from(connection
                                        .createStatement(Item.SELECT)
                                        .bind("$1", id)
                                        .execute())
                                .flatMap(result -> result.map((row, metadata) -> new Item(
                                        Objects.requireNonNull(row.get(0, Long.class)),
                                        Objects.requireNonNull(row.get(1, String.class)))))
                                .single(),
                        Connection::close),
                reply);
    }

    @Override
    public void slow(Reply<Integer> reply) {
        Replies.to(
                Mono.usingWhen(
                        connections.create(),
                        connection -> Flux.from(connection.createStatement(SLOW).execute())
                                .flatMap(result -> result.map(
                                        (row, metadata) -> Objects.requireNonNull(row.get(0, Integer.class))))
                                .single(),
                        Connection::close),
                reply);
    }

    @Override
    public void transaction(long id, Reply<Change> reply) {
        Replies.to(
                Mono.usingWhen(
                        connections.create(),
                        connection -> Mono.usingWhen(
                                Mono.from(connection.beginTransaction()).thenReturn(connection),
                                open -> change(open, id),
                                Connection::commitTransaction,
                                (open, error) -> open.rollbackTransaction(),
                                Connection::rollbackTransaction),
                        Connection::close),
                reply);
    }

    @Override
    public void update(long id, Reply<Long> reply) {
        Replies.to(Mono.usingWhen(connections.create(), open -> updated(open, id), Connection::close), reply);
    }

    @Override
    public void insert(long id, Reply<Long> reply) {
        Replies.to(Mono.usingWhen(connections.create(), open -> inserted(open, id), Connection::close), reply);
    }

    private static Mono<Long> inserted(Connection connection, long id) {
        return Flux.from(connection
                        .createStatement(Event.INSERT)
                        .bind("$1", id)
                        .bind("$2", Event.NOTE)
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .single();
    }

    private static Mono<Long> updated(Connection connection, long id) {
        return Flux.from(
                        connection.createStatement(Change.UPDATE).bind("$1", id).execute())
                .flatMap(Result::getRowsUpdated)
                .single();
    }

    private static Mono<Change> change(Connection connection, long id) {
        return balance(connection, id)
                .flatMap(before -> updated(connection, id)
                        .flatMap(updated -> balance(connection, id).map(after -> new Change(before, updated, after))));
    }

    private static Mono<Long> balance(Connection connection, long id) {
        return Flux.from(
                        connection.createStatement(Change.SELECT).bind("$1", id).execute())
                .flatMap(result -> result.map((row, metadata) -> Objects.requireNonNull(row.get(0, Long.class))))
                .single();
    }

    @Override
    public void close() {
        close.run();
    }
}
