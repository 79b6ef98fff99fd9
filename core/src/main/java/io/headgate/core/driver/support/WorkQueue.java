package io.headgate.core.driver.support;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Runs the tasks of one connection one after the other, in the order of submission. For client libraries that send a statement only
 * after the previous one was answered.
 *
 * <p>A task starts on the connection's event loop and must call {@link #done} once. {@link #submit} may be called on any thread.
 */
public final class WorkQueue {

    private static final Logger logger = LoggerFactory.getLogger(WorkQueue.class);

    private final Executor loop;
    private final Consumer<Runnable> whenAnswered;
    private final BooleanSupplier answered;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final Queue<MonoSink<Void>> idleWaiters = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicBoolean working = new AtomicBoolean();

    /** Calls of {@link #next} not yet handled. Only one call drains, even if a task ends within its own start. */
    private final AtomicInteger requests = new AtomicInteger();

    /** A queue whose tasks end after everything that they sent was answered. */
    public WorkQueue(Executor loop) {
        this(loop, Runnable::run, () -> true);
    }

    /**
     * A queue for a client library that reports the end of a task before the last answer has arrived.
     *
     * @param loop runs a task on the event loop
     * @param whenAnswered runs a task on the event loop once everything sent was answered
     * @param answered returns whether everything sent was answered
     */
    public WorkQueue(Executor loop, Consumer<Runnable> whenAnswered, BooleanSupplier answered) {
        this.loop = loop;
        this.whenAnswered = whenAnswered;
        this.answered = answered;
    }

    /** Runs a task after the earlier ones. */
    public void submit(Runnable work) {
        pending.incrementAndGet();
        waiting.add(work);
        loop.execute(this::next);
    }

    /** Call this on the event loop when the running task has ended and everything that it sent was answered. */
    public void done() {
        working.set(false);
        release();
        next();
    }

    private void next() {
        if (requests.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            if (!waiting.isEmpty() && working.compareAndSet(false, true)) {
                start(waiting.remove());
            }
            seen = requests.addAndGet(-seen);
        } while (seen > 0);
    }

    /** Logs what a task throws after its {@link #done}. One that throws before never ends, and nothing runs behind it. */
    private void start(Runnable work) {
        try {
            work.run();
        } catch (Throwable thrown) {
            logger.error("a task of a connection threw", thrown);
        }
    }

    /** Keeps the connection busy across several tasks; {@link #release} must follow. */
    public void hold() {
        pending.incrementAndGet();
    }

    /** Ends a {@link #hold}. */
    public void release() {
        if (pending.decrementAndGet() == 0) {
            loop.execute(() -> whenAnswered.accept(this::signalIdle));
        }
    }

    private void signalIdle() {
        MonoSink<Void> sink;
        // success() may hand the connection to a new user; then it is no longer idle for the other waiters
        while (pending.get() == 0 && (sink = idleWaiters.poll()) != null) {
            sink.success();
        }
    }

    /** Whether no task waits or runs, and everything sent was answered. */
    public boolean isIdle() {
        return pending.get() == 0 && answered.getAsBoolean();
    }

    /** Completes when the queue is idle, or when the connection is closed and its work has failed. */
    public Mono<Void> whenIdle() {
        return Mono.create(sink -> {
            idleWaiters.add(sink);
            if (pending.get() == 0) {
                loop.execute(() -> whenAnswered.accept(this::signalIdle));
            }
        });
    }
}
