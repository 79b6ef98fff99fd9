package io.headgate.pool.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.scheduler.Scheduler;

/**
 * Calls callers and listeners about what the pool decides inside a {@link SerialQueue}, on the timers' threads: the queue does
 * not wait for their code, nor does the thread that works the queue off, which may be another caller's event loop.
 */
public final class TimerThreads implements Executor {

    private final Scheduler timers;

    public TimerThreads(Scheduler timers) {
        this.timers = timers;
    }

    @Override
    public void execute(Runnable task) {
        try {
            timers.schedule(task);
        } catch (RejectedExecutionException ended) {
            // the application has ended its schedulers before its pool; its callers still have to hear
            task.run();
        }
    }
}
