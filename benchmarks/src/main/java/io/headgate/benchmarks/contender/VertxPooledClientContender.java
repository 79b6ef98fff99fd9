package io.headgate.benchmarks.contender;

import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;

/** Vert.x's pooled client, which pipelines statements of different callers on a connection, up to its limit. */
final class VertxPooledClientContender implements Contender {

    private final VertxClients clients = new VertxClients();
    private final VertxLookups lookups;

    VertxPooledClientContender(Target target, Tuning tuning) {
        SqlClient client = PgBuilder.client()
                .with(new PoolOptions().setMaxSize(tuning.connections()).setMaxWaitQueueSize(-1))
                .connectingTo(VertxClients.connectOptions(target).setPipeliningLimit(tuning.pipelining()))
                .using(clients.vertx())
                .build();
        lookups = new VertxLookups(client);
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
    public void close() {
        clients.close();
    }
}
