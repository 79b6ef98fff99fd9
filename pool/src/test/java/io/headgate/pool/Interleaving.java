package io.headgate.pool;

import java.util.ArrayList;
import java.util.List;

/** Runs actions in a thread each and waits for all; inside Lincheck, which decides how they interleave. */
public final class Interleaving {

    private Interleaving() {}

    public static void of(Runnable... actions) {
        List<Thread> threads = new ArrayList<>();
        for (Runnable action : actions) {
            threads.add(new Thread(action));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            join(thread);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** AssertJ would be tried at each of its own steps too. */
    public static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
