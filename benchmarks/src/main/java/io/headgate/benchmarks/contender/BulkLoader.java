package io.headgate.benchmarks.contender;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A way to insert many rows, open with one connection. Used by one caller, one call after the other. */
public interface BulkLoader extends AutoCloseable {

    String TABLE = "bench_bulk";

    /** One row with parameters. */
    String INSERT = "INSERT INTO bench_bulk(id, title) VALUES ($1, $2)";

    /** Inserts the rows, all or nothing; completes with their number as the server told it. */
    CompletableFuture<Long> insert(List<Item> rows);

    @Override
    void close();
}
