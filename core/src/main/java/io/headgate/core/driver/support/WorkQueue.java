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
 * The work of one connection, one piece after the other in the order of submission: for a client that sends no statement before
 * the one in front of it was answered.
 *
 * <p>Work starts on the connection's event loop and has to call {@link #done} once. Submission may come from any thread.
 */
public final class WorkQueue {

    private static final Logger logger = LoggerFactory.getLogger(WorkQueue.class);

    private final Executor loop;
    private final Consumer<Runnable> whenAnswered;
    private final BooleanSupplier answered;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final Queue<MonoSink<Void>> awaitingIdle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicBoolean working = new AtomicBoolean();

    /** Asks to begin with what waits: one takes turns, also when a piece ends within its own start. */
    private final AtomicInteger asked = new AtomicInteger();

    /** A queue whose pieces end when all they sent was answered. */
    public WorkQueue(Executor loop) {
        this(loop, Runnable::run, () -> true);
    }

    /**
     * A queue over a client that reports an end before the last answer has come.
     *
     * @param loop runs a task on the event loop
     * @param whenAnswered runs a task on the event loop once everything sent was answered
     * @param answered whether everything sent was answered
     */
    public WorkQueue(Executor loop, Consumer<Runnable> whenAnswered, BooleanSupplier answered) {
        this.loop = loop;
        this.whenAnswered = whenAnswered;
        this.answered = answered;
    }

    /** Runs a piece of work after those before. */
    public void submit(Runnable work) {
        pending.incrementAndGet();
        waiting.add(work);
        loop.execute(this::next);
    }

    /** The piece at work has ended, and all it sent was answered. On the event loop. */
    public void done() {
        working.set(false);
        release();
        next();
    }

    private void next() {
        if (asked.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            if (!waiting.isEmpty() && working.compareAndSet(false, true)) {
                start(waiting.remove());
            }
            seen = asked.addAndGet(-seen);
        } while (seen > 0);
    }

    /** What a piece throws, such as an error of the JVM in a caller's code, is not to stop those behind it. */
    private void start(Runnable work) {
        try {
            work.run();
        } catch (Throwable thrown) {
            logger.error("a piece of work of a connection threw", thrown);
        }
    }

    /** Keeps the connection from counting as idle, for what takes several pieces; {@link #release} must follow. */
    public void hold() {
        pending.incrementAndGet();
    }

    /** Ends a {@link #hold}. */
    public void release() {
        if (pending.decrementAndGet() == 0) {
            loop.execute(() -> whenAnswered.accept(this::tellIdle));
        }
    }

    private void tellIdle() {
        MonoSink<Void> sink;
        // who is told may hand the connection on, and then it is idle no longer for those that come after
        while (pending.get() == 0 && (sink = awaitingIdle.poll()) != null) {
            sink.success();
        }
    }

    /** Whether nothing waits, nothing is at work, and everything sent was answered. */
    public boolean isIdle() {
        return pending.get() == 0 && answered.getAsBoolean();
    }

    /** Completes when it is idle, or when the connection is gone and what was under way has failed. */
    public Mono<Void> whenIdle() {
        return Mono.create(sink -> {
            awaitingIdle.add(sink);
            if (pending.get() == 0) {
                loop.execute(() -> whenAnswered.accept(this::tellIdle));
            }
        });
    }
}
