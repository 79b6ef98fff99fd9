package io.headgate.benchmarks.contender;

import io.vertx.core.Future;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** Vert.x's pool: a connection for each statement in flight, prepared statements cached. */
final class VertxPoolContender implements Contender {

    private final VertxClients clients = new VertxClients();
    private final Pool pool;
    private final VertxLookups lookups;

    VertxPoolContender(Target target, Tuning tuning) {
        pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(tuning.connections()).setMaxWaitQueueSize(-1))
                .connectingTo(VertxClients.connectOptions(target))
                .using(clients.vertx())
                .build();
        lookups = new VertxLookups(pool);
    }

    @Override
    public void launch(Runnable loop) {
        clients.launch(loop);
    }

    @Override
    public void lookup(long id, Reply<Item> reply) {
        lookups.lookup(id, reply);
    }

    @Override
    public void update(long id, Reply<Long> reply) {
        lookups.update(id, reply);
    }

    @Override
    public void insert(long id, Reply<Long> reply) {
        lookups.insert(id, reply);
    }

    @Override
    public void slow(Reply<Integer> reply) {
        lookups.slow(reply);
    }

    @Override
    public void transaction(long id, Reply<Change> reply) {
        Tuple key = Tuple.of(id);
        pool.withTransaction(connection -> balance(connection, key)
                        .compose(before -> connection
                                .preparedQuery(Change.UPDATE)
                                .execute(key)
                                .compose(update -> balance(connection, key)
                                        .map(after -> new Change(before, update.rowCount(), after)))))
                .onComplete(reply::succeeded, reply::failed);
    }

    private static Future<Long> balance(SqlConnection connection, Tuple key) {
        return connection
                .preparedQuery(Change.SELECT)
                .execute(key)
                .map(rows -> rows.iterator().next().getLong(0));
    }

    @Override
    public void close() {
        clients.close();
    }
}
