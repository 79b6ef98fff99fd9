package io.headgate.benchmarks.contender;

import io.headgate.client.Headgate;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One pipeline with one execution for each row. */
final class HeadgateBatchLoader implements BulkLoader {

    private final Headgate db;

    HeadgateBatchLoader(Target target, Tuning tuning) {
        db = HeadgateClients.builder(target, tuning, 1).build();
    }

    @Override
    public CompletableFuture<Long> insert(List<Item> rows) {
        List<List<Object>> sets =
                rows.stream().map(row -> List.<Object>of(row.id(), row.title())).toList();
        return db.sql(INSERT).batch(sets).update().toFuture();
    }

    @Override
    public void close() {
        db.close().block();
    }
}
