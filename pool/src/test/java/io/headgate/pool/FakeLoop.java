package io.headgate.pool;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** A connection's loop that runs tasks at once, or holds them back as if the calling thread were another. */
final class FakeLoop implements Executor {

    private final Queue<Runnable> held = new ArrayDeque<>();
    private boolean holding;

    @Override
    public void execute(Runnable task) {
        if (holding) {
            held.add(task);
        } else {
            task.run();
        }
    }

    boolean isHere() {
        return !holding;
    }

    /** Keeps tasks until {@link #release}. */
    void hold() {
        holding = true;
    }

    /** Runs what was kept, in order. */
    void release() {
        holding = false;
        Runnable task;
        while ((task = held.poll()) != null) {
            task.run();
        }
    }
}
