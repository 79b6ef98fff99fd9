package io.headgate.pool.concurrent;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/**
 * Runs tasks that may start each other without growing the stack: a task that is started within another on the same thread runs after
 * it. Threads do not wait for each other, and neither do two trampolines on one thread. Safe for use by many threads.
 */
public final class Trampoline {

    /** The tasks that a thread runs after the present one; none while it runs no task. Not static: two trampolines must not wait. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<ArrayDeque<Runnable>> waiting = new ThreadLocal<>();

    /** Runs a task. What a task throws is thrown after all tasks have run, the first one's. */
    public void run(Runnable task) {
        ArrayDeque<Runnable> later = waiting.get();
        if (later != null) {
            later.add(task);
            return;
        }
        ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        waiting.set(tasks);
        @Nullable Throwable first = null;
        try {
            for (Runnable next = task; next != null; next = tasks.poll()) {
                try {
                    next.run();
                } catch (Throwable thrown) {
                    first = first == null ? thrown : first;
                }
            }
        } finally {
            waiting.remove();
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw Exceptions.propagate(first);
        }
    }
}
