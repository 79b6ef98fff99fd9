package io.headgate.pool.concurrent;

import java.util.ArrayDeque;

/**
 * Runs tasks that may start each other without growing the stack: a task that is started within another on the same thread runs after
 * it. Threads do not wait for each other. Safe for use by many threads.
 */
public final class Trampoline {

    /** The tasks that this thread runs after the present one; none while it runs no task. */
    private static final ThreadLocal<ArrayDeque<Runnable>> WAITING = new ThreadLocal<>();

    private Trampoline() {}

    public static void run(Runnable task) {
        ArrayDeque<Runnable> later = WAITING.get();
        if (later != null) {
            later.add(task);
            return;
        }
        ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        WAITING.set(tasks);
        try {
            for (Runnable next = task; next != null; next = tasks.poll()) {
                next.run();
            }
        } finally {
            WAITING.remove();
        }
    }
}
