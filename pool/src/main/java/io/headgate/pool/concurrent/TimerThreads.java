package io.headgate.pool.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.scheduler.Scheduler;

/**
 * Runs callers' and listeners' code on the timers' threads, for decisions that the pool makes inside a {@link SerialQueue}.
 * Neither the queue nor the draining thread, which may be another caller's event loop, waits for that code.
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
            // the application ended its schedulers before its pool; its callers still need their signals
            task.run();
        }
    }
}
