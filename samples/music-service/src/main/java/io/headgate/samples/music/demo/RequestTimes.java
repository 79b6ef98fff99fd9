package io.headgate.samples.music.demo;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** How long one HTTP request waits for connections and for its statements. It travels in the request's Context. */
final class RequestTimes {

    private final LongAdder waited = new LongAdder();
    private final LongAdder statements = new LongAdder();

    /** Of the request that a Context belongs to; null for work that belongs to none. */
    static @Nullable RequestTimes of(ContextView context) {
        return context.getOrDefault(RequestTimes.class, null);
    }

    Context within(Context context) {
        return context.put(RequestTimes.class, this);
    }

    void waited(long nanos) {
        waited.add(nanos);
    }

    void statement(long nanos) {
        statements.add(nanos);
    }

    long waitedNanos() {
        return waited.sum();
    }

    long statementNanos() {
        return statements.sum();
    }
}
