package io.headgate.driver.vertx;

import io.netty.util.concurrent.EventExecutor;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs steps on a connection's event loop in the order in which they were handed over, whichever threads did. Vert.x runs what
 * comes on the loop at once, before what another thread has handed over: a statement would overtake the BEGIN before it, or a
 * ROLLBACK the statement before it. Safe for use by many threads.
 */
final class LoopSteps {

    private static final Logger logger = LoggerFactory.getLogger(LoopSteps.class);

    private final EventExecutor loop;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** Belongs to the loop. */
    private boolean working;

    LoopSteps(EventExecutor loop) {
        this.loop = loop;
    }

    /**
     * Runs a step after those that were handed over before: at once when this is the loop and there are none. Those of others never run
     * in here, since the calling thread may hold a lock.
     *
     * @throws RejectedExecutionException if the loop has ended; the step will not run
     */
    void run(Runnable step) {
        if (isNext()) {
            step.run();
            return;
        }
        waiting.add(step);
        try {
            loop.execute(this::workOff);
        } catch (RejectedExecutionException ended) {
            if (waiting.remove(step)) {
                throw ended;
            }
        }
    }

    /** Whether this is the loop, and a step that is handed over now runs at once. */
    boolean isNext() {
        return loop.inEventLoop() && !working && waiting.isEmpty();
    }

    private void workOff() {
        if (working) {
            return;
        }
        working = true;
        try {
            Runnable next;
            while ((next = waiting.poll()) != null) {
                handle(next);
            }
        } finally {
            working = false;
        }
    }

    /** What one throws keeps no other from running. */
    private static void handle(Runnable step) {
        try {
            step.run();
        } catch (Throwable thrown) {
            logger.error("a step of a connection threw", thrown);
        }
    }
}
