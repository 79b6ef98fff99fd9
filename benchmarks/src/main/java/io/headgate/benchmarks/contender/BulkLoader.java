package io.headgate.benchmarks.contender;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A way to insert many rows over one open connection. Used by one caller, one call at a time. */
public interface BulkLoader extends AutoCloseable {

    String TABLE = "bench_bulk";

    /** One row with parameters. */
    String INSERT = "INSERT INTO bench_bulk(id, title) VALUES ($1, $2)";

    /** Inserts the rows, all or nothing; completes with their number as reported by the server. */
    CompletableFuture<Long> insert(List<Item> rows);

    @Override
    void close();
}
