package io.headgate.pool.concurrent;

import java.util.ArrayDeque;

/**
 * Runs tasks that may start each other without growing the stack: a task that is started within another on the same thread runs after
 * it. Threads do not wait for each other. Safe for use by many threads.
 */
public final class Trampoline {

    private final ThreadLocal<ArrayDeque<Runnable>> waiting = new ThreadLocal<>();

    public void run(Runnable task) {
        ArrayDeque<Runnable> later = waiting.get();
        if (later != null) {
            later.add(task);
            return;
        }
        ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        waiting.set(tasks);
        try {
            for (Runnable next = task; next != null; next = tasks.poll()) {
                next.run();
            }
        } finally {
            waiting.remove();
        }
    }
}
