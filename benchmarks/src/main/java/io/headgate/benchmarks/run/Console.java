package io.headgate.benchmarks.run;

import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes lines. On a terminal it also writes one line that counts the seconds of the current step; elsewhere one line for each step. */
public final class Console {

    /** JDK 22 to 24 have a console without a terminal unless run with {@code -Djdk.console=java.base}, as ./dev bench does. */
    @SuppressWarnings("SystemConsoleNull")
    private static final boolean TERMINAL = System.console() != null;

    private final PrintStream out;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "bench-progress");
        thread.setDaemon(true);
        return thread;
    });
    private final @Nullable ScheduledFuture<?> ticks;
    private String step = "";
    private long since;

    /** A console on this stream. */
    public Console(PrintStream out) {
        this.out = out;
        ticks = TERMINAL ? ticker.scheduleAtFixedRate(this::tick, 500, 500, TimeUnit.MILLISECONDS) : null;
    }

    /** Writes a whole line, or several. */
    public synchronized void line(String text) {
        clear();
        out.println(text);
        out.flush();
    }

    /** Announces the next step. */
    public synchronized void step(String text) {
        clear();
        step = text;
        since = System.nanoTime();
        if (!TERMINAL) {
            out.println(text);
            out.flush();
        }
    }

    private void clear() {
        if (TERMINAL) {
            out.print("\r\033[K");
        }
        step = "";
    }

    private synchronized void tick() {
        if (!step.isEmpty()) {
            out.print("\r\033[K" + step + "  " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since) + " s");
            out.flush();
        }
    }

    /** Wipes the progress line. */
    public synchronized void end() {
        if (ticks != null) {
            ticks.cancel(false);
        }
        ticker.shutdownNow();
        clear();
        out.flush();
    }
}
