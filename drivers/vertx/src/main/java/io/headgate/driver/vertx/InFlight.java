package io.headgate.driver.vertx;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Counts what a connection has in flight, and tells when it is nothing.
 *
 * <p>Who is told may send something at once, or hand the connection on to somebody who does. Then it is at rest no longer,
 * and those that came to wait since are not told until it is again. Lock-free, safe for use by many threads.
 */
final class InFlight {

    private final AtomicInteger count = new AtomicInteger();
    private final Queue<MonoSink<Void>> waiting = new ConcurrentLinkedQueue<>();

    void begin() {
        count.incrementAndGet();
    }

    void end() {
        count.decrementAndGet();
        tell();
    }

    /** Whether the caller's own is all that is in flight. */
    boolean isOne() {
        return count.get() == 1;
    }

    boolean isNone() {
        return count.get() == 0;
    }

    /** Completes when nothing is in flight: now, on this thread, or on the one that ends the last. */
    Mono<Void> whenNone() {
        return Mono.create(sink -> {
            waiting.add(sink);
            tell();
        });
    }

    private void tell() {
        MonoSink<Void> next;
        while (count.get() == 0 && (next = waiting.poll()) != null) {
            next.success();
        }
    }
}
