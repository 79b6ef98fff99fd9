package io.headgate.driver.netty;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Counts what a connection has in flight, and tells when it is nothing.
 *
 * <p>Who is told may send something at once, or hand the connection on to somebody who does. Then it is at rest no longer,
 * and those that came to wait since are not told until it is again. So they are told one after another, on the connection's
 * event loop: were two threads to tell, one could tell of a rest that the other's has just ended. Lock-free, safe for use by
 * many threads.
 */
final class InFlight {

    private final AtomicInteger count = new AtomicInteger();
    private final Queue<MonoSink<Void>> waiting = new ConcurrentLinkedQueue<>();
    private final Executor loop;

    /** @param loop runs a task on the event loop, at once if that is the calling thread */
    InFlight(Executor loop) {
        this.loop = loop;
    }

    /** Something goes into flight. */
    void begin() {
        count.incrementAndGet();
    }

    /** Something has come back. */
    void end() {
        if (count.decrementAndGet() == 0 && !waiting.isEmpty()) {
            loop.execute(this::tell);
        }
    }

    /** How much is in flight. */
    int count() {
        return count.get();
    }

    /** Whether nothing is. */
    boolean isNone() {
        return count.get() == 0;
    }

    /** Completes on the event loop, when nothing is in flight. */
    Mono<Void> whenNone() {
        return Mono.create(sink -> {
            waiting.add(sink);
            if (isNone()) {
                loop.execute(this::tell);
            }
        });
    }

    private void tell() {
        MonoSink<Void> next;
        while (isNone() && (next = waiting.poll()) != null) {
            next.success();
        }
    }
}
