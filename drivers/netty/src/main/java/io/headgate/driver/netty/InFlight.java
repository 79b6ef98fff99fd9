package io.headgate.driver.netty;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Counts a connection's work in flight, and reports when there is none.
 *
 * <p>A waiter's signal may send new work. Then the remaining waiters must wait until the count is zero again. So waiters are completed one
 * after another, on the connection's event loop: with two threads, one could signal after the other one's waiter has sent work. Lock-free;
 * safe for use by many threads.
 */
final class InFlight {

    private final AtomicInteger count = new AtomicInteger();
    private final Queue<MonoSink<Void>> waiting = new ConcurrentLinkedQueue<>();
    private final Executor loop;

    /** @param loop runs a task on the event loop; at once if called on it */
    InFlight(Executor loop) {
        this.loop = loop;
    }

    /** Counts one more in flight. */
    void begin() {
        count.incrementAndGet();
    }

    /** Counts one less in flight. */
    void end() {
        if (count.decrementAndGet() == 0 && !waiting.isEmpty()) {
            loop.execute(this::completeWaiters);
        }
    }

    /** The number in flight. */
    int count() {
        return count.get();
    }

    /** Whether nothing is in flight. */
    boolean isNone() {
        return count.get() == 0;
    }

    /** Completes on the event loop when nothing is in flight. */
    Mono<Void> whenNone() {
        return Mono.create(sink -> {
            waiting.add(sink);
            if (isNone()) {
                loop.execute(this::completeWaiters);
            }
        });
    }

    private void completeWaiters() {
        MonoSink<Void> next;
        while (isNone() && (next = waiting.poll()) != null) {
            next.success();
        }
    }
}
