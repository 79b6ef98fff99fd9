package io.headgate.benchmarks.contender;

import java.util.List;

/** Every way to insert many rows that {@link Scenario#BULK} compares. To add one, add a line here. */
public final class BulkLoaders {

    /**
     * Each library in its fastest way, if it has one faster than a batch: Headgate by {@code unnest}, on the R2DBC driver by
     * {@code COPY}.
     */
    private static final List<BulkEntry> ENTRIES = List.of(
            new BulkEntry("headgate", Tuning.ofRows(1_000, 10_000, 100_000), HeadgateUnnestLoader::new),
            new BulkEntry("headgate_batch", Tuning.ofRows(100, 1_000, 10_000), HeadgateBatchLoader::new),
            new BulkEntry("headgate_r2dbc_driver", Tuning.ofRows(10_000, 100_000), HeadgateCopyLoader::new),
            new BulkEntry("r2dbc_pool", Tuning.ofRows(100, 1_000, 10_000), R2dbcBatchLoader::new),
            new BulkEntry("vertx_pool", Tuning.ofRows(100, 1_000, 10_000), VertxBatchLoader::new),
            new BulkEntry("pgjdbc_copy", Tuning.ofRows(10_000, 100_000), JdbcCopyLoader::new));

    private BulkLoaders() {}

    /**
     * A way to insert.
     *
     * @param key its name in options, table and JSON
     * @param tunings the numbers of rows of a statement, or batch, that calibration tries
     * @param opener opens it
     */
    public record BulkEntry(String key, List<Tuning> tunings, Opener opener) {}

    /** Opens a loader. */
    @FunctionalInterface
    public interface Opener {

        /** Opens a loader with its own connection. */
        BulkLoader open(Target target, Tuning tuning);
    }

    /** All of them, in the order of the table. */
    public static List<BulkEntry> all() {
        return ENTRIES;
    }

    /** The loader with this key. */
    public static BulkEntry named(String key) {
        return ENTRIES.stream()
                .filter(entry -> entry.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no way to insert called '" + key + "'"));
    }
}
