package io.headgate.benchmarks.run;

import io.headgate.testkit.PgBouncer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Reads the highest number of server connections from PgBouncer's console, while this watch is open. */
final class ServerConnectionWatch implements AutoCloseable {

    private static final long EVERY_MILLIS = 250;

    private final PgBouncer bouncer;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "bench-pooler-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final ScheduledFuture<?> looking;
    private volatile int most;

    ServerConnectionWatch(PgBouncer bouncer) {
        this.bouncer = bouncer;
        looking = timer.scheduleWithFixedDelay(this::look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        int open = bouncer.show("POOLS").stream()
                .filter(pool -> !"pgbouncer".equals(pool.get("database")))
                .mapToInt(pool -> count(pool, "sv_active")
                        + count(pool, "sv_idle")
                        + count(pool, "sv_used")
                        + count(pool, "sv_tested")
                        + count(pool, "sv_login"))
                .sum();
        most = Math.max(most, open);
    }

    private static int count(Map<String, String> pool, String column) {
        return Integer.parseInt(Objects.requireNonNull(pool.get(column), column));
    }

    /** @throws IllegalStateException when the console could not be read */
    int most() {
        if (looking.isDone()) {
            throw new IllegalStateException("PgBouncer's console cannot be read: see SHOW POOLS by hand");
        }
        return most;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
