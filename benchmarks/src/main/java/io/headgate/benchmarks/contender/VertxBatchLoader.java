package io.headgate.benchmarks.contender;

import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Vert.x's batch, which it pipelines, in one transaction. */
final class VertxBatchLoader implements BulkLoader {

    private final VertxClients clients = new VertxClients();
    private final Pool pool;

    VertxBatchLoader(Target target, Tuning tuning) {
        pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(tuning.connections()))
                .connectingTo(VertxClients.connectOptions(target))
                .using(clients.vertx())
                .build();
    }

    @Override
    public CompletableFuture<Long> insert(List<Item> rows) {
        List<Tuple> tuples =
                rows.stream().map(row -> Tuple.of(row.id(), row.title())).toList();
        return pool.withTransaction(
                        connection -> connection.preparedQuery(INSERT).executeBatch(tuples))
                .map(VertxBatchLoader::sum)
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static long sum(RowSet<Row> first) {
        long sum = 0;
        for (RowSet<Row> result = first; result != null; result = result.next()) {
            sum += result.rowCount();
        }
        return sum;
    }

    @Override
    public void close() {
        clients.close();
    }
}
