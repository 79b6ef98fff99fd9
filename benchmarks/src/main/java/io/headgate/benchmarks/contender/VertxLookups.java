package io.headgate.benchmarks.contender;

import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/** The single statements over any Vert.x client, each prepared once and cached. */
final class VertxLookups {

    private final PreparedQuery<RowSet<Row>> lookup;
    private final PreparedQuery<RowSet<Row>> slow;
    private final PreparedQuery<RowSet<Row>> update;
    private final PreparedQuery<RowSet<Row>> insert;

    VertxLookups(SqlClient client) {
        lookup = client.preparedQuery(Item.SELECT);
        slow = client.preparedQuery(Contender.SLOW);
        update = client.preparedQuery(Change.UPDATE);
        insert = client.preparedQuery(Event.INSERT);
    }

    void lookup(long id, Reply<Item> reply) {
        lookup.execute(Tuple.of(id))
                .onComplete(
                        rows -> {
                            if (rows.size() != 1) {
                                reply.failed(new IllegalStateException(rows.size() + " rows"));
                                return;
                            }
                            Row row = rows.iterator().next();
                            reply.succeeded(new Item(row.getLong(0), row.getString(1)));
                        },
                        reply::failed);
    }

    void update(long id, Reply<Long> reply) {
        update.execute(Tuple.of(id)).onComplete(rows -> reply.succeeded((long) rows.rowCount()), reply::failed);
    }

    void insert(long id, Reply<Long> reply) {
        insert.execute(Tuple.of(id, Event.NOTE))
                .onComplete(rows -> reply.succeeded((long) rows.rowCount()), reply::failed);
    }

    void slow(Reply<Integer> reply) {
        slow.execute().onComplete(rows -> reply.succeeded(rows.iterator().next().getInteger(0)), reply::failed);
    }
}
