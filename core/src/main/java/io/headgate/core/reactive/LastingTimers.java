package io.headgate.core.reactive;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A scheduler that takes tasks also after its delegate was shut down. An application may shut Reactor's schedulers down before it closes
 * its client. Without a timer, a caller would then wait for a connection without a bound. Tasks that the delegate has taken before are
 * lost with it. Safe for use by many threads.
 */
public final class LastingTimers implements Scheduler {

    private final Scheduler delegate;

    private LastingTimers(Scheduler delegate) {
        this.delegate = delegate;
    }

    /** The delegate, wrapped unless it is already. */
    public static Scheduler of(Scheduler delegate) {
        return delegate instanceof LastingTimers ? delegate : new LastingTimers(delegate);
    }

    /** Created on first use: most applications never need it. */
    private static final class Fallback {
        private static final Scheduler TIMERS = Schedulers.newSingle("headgate-timers", true);
    }

    @Override
    public Disposable schedule(Runnable task) {
        try {
            return delegate.schedule(task);
        } catch (RejectedExecutionException shutDown) {
            return Fallback.TIMERS.schedule(task);
        }
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        try {
            return delegate.schedule(task, delay, unit);
        } catch (RejectedExecutionException shutDown) {
            return Fallback.TIMERS.schedule(task, delay, unit);
        }
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        try {
            return delegate.schedulePeriodically(task, initialDelay, period, unit);
        } catch (RejectedExecutionException shutDown) {
            return Fallback.TIMERS.schedulePeriodically(task, initialDelay, period, unit);
        }
    }

    @Override
    public Worker createWorker() {
        return delegate.isDisposed() ? Fallback.TIMERS.createWorker() : delegate.createWorker();
    }

    @Override
    public long now(TimeUnit unit) {
        return delegate.now(unit);
    }
}
