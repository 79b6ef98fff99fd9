package io.headgate.benchmarks.contender;

import io.headgate.client.Headgate;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One statement with one array for each column. */
final class HeadgateUnnestLoader implements BulkLoader {

    private static final String SQL =
            "INSERT INTO " + TABLE + "(id, title) SELECT * FROM unnest($1::bigint[], $2::text[])";

    private final Headgate db;

    HeadgateUnnestLoader(Target target, Tuning tuning) {
        db = HeadgateClients.builder(target, tuning, 1).build();
    }

    @Override
    public CompletableFuture<Long> insert(List<Item> rows) {
        Long[] ids = rows.stream().map(Item::id).toArray(Long[]::new);
        String[] titles = rows.stream().map(Item::title).toArray(String[]::new);
        return db.sql(SQL).bindAll(ids, titles).update().toFuture();
    }

    @Override
    public void close() {
        db.close().block();
    }
}
