package io.headgate.pool;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * A connection's loop that runs tasks at once, one given meanwhile after the one that runs; or holds them back as if the calling
 * thread were another.
 */
public final class FakeLoop implements Executor {

    private final Queue<Runnable> held = new ArrayDeque<>();
    private boolean holding;
    private boolean running;

    @Override
    public void execute(Runnable task) {
        held.add(task);
        if (!holding) {
            runHeld();
        }
    }

    private void runHeld() {
        if (running) {
            return;
        }
        running = true;
        try {
            Runnable task;
            while (!holding && (task = held.poll()) != null) {
                task.run();
            }
        } finally {
            running = false;
        }
    }

    public boolean isHere() {
        return !holding;
    }

    /** Keeps tasks until {@link #release}. */
    public void hold() {
        holding = true;
    }

    /** Runs what was kept, in order. */
    public void release() {
        holding = false;
        runHeld();
    }
}
