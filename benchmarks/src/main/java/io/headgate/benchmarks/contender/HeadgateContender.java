package io.headgate.benchmarks.contender;

import io.headgate.client.Headgate;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import reactor.core.publisher.Mono;

/** Headgate through its public API. */
final class HeadgateContender implements Contender {

    private final Headgate db;

    HeadgateContender(Headgate db) {
        this.db = db;
    }

    @Override
    public void lookup(long id, Reply<Item> reply) {
        Replies.to(db.sql(Item.SELECT).bind(id).as(Item.class).one(), reply);
    }

    @Override
    public void slow(Reply<Integer> reply) {
        Replies.to(db.sql(SLOW).map(row -> row.require(0, Integer.class)).one(), reply);
    }

    @Override
    public void transaction(long id, Reply<Change> reply) {
        Replies.to(
                db.inTransaction(tx -> balance(tx, id)
                        .flatMap(before -> tx.sql(Change.UPDATE)
                                .bind(id)
                                .update()
                                .flatMap(updated -> balance(tx, id).map(after -> new Change(before, updated, after))))),
                reply);
    }

    @Override
    public void script(long id, Reply<Change> reply) {
        SqlStatement select = SqlStatement.of(Change.SELECT).bind(id);
        Replies.to(
                db.atomically(select, SqlStatement.of(Change.UPDATE).bind(id), select)
                        .map(results -> new Change(
                                balance(results.get(0)), results.get(1).updateCount(), balance(results.get(2)))),
                reply);
    }

    private static long balance(SqlResult result) {
        return result.rows().get(0).require(0, Long.class);
    }

    @Override
    public void update(long id, Reply<Long> reply) {
        Replies.to(db.sql(Change.UPDATE).bind(id).update(), reply);
    }

    @Override
    public void insert(long id, Reply<Long> reply) {
        Replies.to(db.sql(Event.INSERT).bind(id).bind(Event.NOTE).update(), reply);
    }

    private static Mono<Long> balance(SqlTransaction tx, long id) {
        return tx.sql(Change.SELECT)
                .bind(id)
                .map(row -> row.require(0, Long.class))
                .one();
    }

    @Override
    public void close() {
        db.close().block();
    }
}
