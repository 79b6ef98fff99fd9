package io.headgate.benchmarks.contender;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** r2dbc-postgresql behind r2dbc-pool, prepared statements cached. */
final class R2dbcPoolContender implements Contender {

    private final R2dbcPools pools;
    private final ConnectionFactory connections;

    R2dbcPoolContender(Target target, Tuning tuning) {
        pools = new R2dbcPools(target, tuning);
        connections = pools.pool();
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

    private static Mono<Change> change(Connection connection, long id) {
        return balance(connection, id)
                .flatMap(before -> Flux.from(connection
                                .createStatement(Change.UPDATE)
                                .bind("$1", id)
                                .execute())
                        .flatMap(Result::getRowsUpdated)
                        .single()
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
        pools.close();
    }
}
