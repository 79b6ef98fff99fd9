package io.headgate.benchmarks.worker;

import io.headgate.benchmarks.contender.BulkLoader;
import io.headgate.benchmarks.contender.Item;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Inserts 100,000 rows repeatedly, with one statement at a time. Counts rows. A latency is that of all 100,000; there is none
 * if fewer were inserted. A measurement ends with the statement that runs when its time is up.
 */
final class BulkRun {

    /** Longest time for a statement: a longer one hangs. */
    private static final long STATEMENT_SECONDS = 60;

    private final BulkLoader loader;
    private final int rowsAStatement;
    private final List<Item> rows = LongStream.rangeClosed(1, Item.COUNT)
            .mapToObj(id -> new Item(id, Item.titleOf(id)))
            .toList();

    BulkRun(BulkLoader loader, int rowsAStatement) {
        this.loader = loader;
        this.rowsAStatement = rowsAStatement;
    }

    /** Loads for at least this long. */
    WorkerResult measure(long millis) {
        Window window = new Window();
        Usage before = Usage.now();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end) {
            load(window, end);
        }
        return WorkerResult.of(window, Usage.now().since(before));
    }

    private void load(Window window, long end) {
        long since = System.nanoTime();
        int loaded = 0;
        for (int from = 0; from < rows.size() && (from == 0 || System.nanoTime() < end); from += rowsAStatement) {
            List<Item> some = rows.subList(from, Math.min(from + rowsAStatement, rows.size()));
            try {
                long inserted = loader.insert(some)
                        .orTimeout(STATEMENT_SECONDS, TimeUnit.SECONDS)
                        .join();
                if (inserted == some.size()) {
                    window.counted(inserted);
                    loaded += some.size();
                } else {
                    window.failed(inserted + " rows were inserted instead of " + some.size());
                }
            } catch (CompletionException e) {
                window.failed(String.valueOf(e.getCause()));
                return;
            }
        }
        if (loaded == rows.size()) {
            window.took(System.nanoTime() - since);
        }
    }
}
