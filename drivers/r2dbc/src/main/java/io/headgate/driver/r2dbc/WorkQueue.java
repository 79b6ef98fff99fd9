package io.headgate.driver.r2dbc;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The work of one connection, one piece after the other in the order of submission: R2DBC PostgreSQL sends no statement before
 * the one in front of it was answered, and refuses more than 256 that wait.
 *
 * <p>Work starts on the connection's event loop and has to call {@link #done} once. Submission may come from any thread.
 */
final class WorkQueue {

    private final WireTap tap;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final Queue<MonoSink<Void>> awaitingIdle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicBoolean working = new AtomicBoolean();

    WorkQueue(WireTap tap) {
        this.tap = tap;
    }

    void submit(Runnable work) {
        pending.incrementAndGet();
        waiting.add(work);
        tap.onLoop(this::next);
    }

    /** The piece at work has ended, and all it sent was answered. On the event loop. */
    void done() {
        working.set(false);
        release();
        next();
    }

    private void next() {
        while (!waiting.isEmpty() && working.compareAndSet(false, true)) {
            Runnable work = waiting.poll();
            if (work == null) {
                working.set(false);
            } else {
                work.run();
            }
        }
    }

    /** Keeps the connection from counting as idle, for what takes several pieces; {@link #release} must follow. */
    void hold() {
        pending.incrementAndGet();
    }

    /** Ends a {@link #hold}. */
    void release() {
        if (pending.decrementAndGet() == 0) {
            tap.onLoop(() -> tap.whenAnswered(this::tellIdle));
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
    boolean isIdle() {
        return pending.get() == 0 && tap.isAnswered();
    }

    /** Completes when it is idle, or when the connection is gone and what was under way has failed. */
    Mono<Void> whenIdle() {
        return Mono.create(sink -> {
            awaitingIdle.add(sink);
            if (pending.get() == 0) {
                tap.onLoop(() -> tap.whenAnswered(this::tellIdle));
            }
        });
    }
}
