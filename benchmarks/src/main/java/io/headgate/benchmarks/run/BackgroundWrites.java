package io.headgate.benchmarks.run;

import io.headgate.benchmarks.contender.Change;
import io.headgate.benchmarks.contender.Item;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Another client, which updates {@value #A_SECOND} rows a second on the primary while this is open. */
final class BackgroundWrites implements AutoCloseable {

    static final int A_SECOND = 100;

    /** JDBC writes the parameter like this. */
    private static final String UPDATE = Change.UPDATE.replace("$1", "?");

    private final Connection connection;
    private final PreparedStatement update;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "bench-writes");
        thread.setDaemon(true);
        return thread;
    });
    private final ScheduledFuture<?> writing;

    BackgroundWrites(BenchDatabase database) {
        try {
            connection = database.connect();
            update = connection.prepareStatement(UPDATE);
        } catch (SQLException e) {
            throw new IllegalStateException("the writes beside the look-ups cannot begin: " + e.getMessage(), e);
        }
        long pause = TimeUnit.SECONDS.toNanos(1) / A_SECOND;
        writing = timer.scheduleAtFixedRate(this::write, 0, pause, TimeUnit.NANOSECONDS);
    }

    private void write() {
        try {
            update.setLong(1, ThreadLocalRandom.current().nextLong(1, Item.COUNT + 1L));
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws IllegalStateException when a write has failed: what was measured is another load */
    void check() {
        if (writing.isDone()) {
            throw new IllegalStateException("the writes beside the look-ups have ended: the primary refused one");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            timer.awaitTermination(1, TimeUnit.SECONDS);
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
