package io.headgate.benchmarks.worker;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The events in a period of time. Written by many threads. */
final class Window {

    private final LongAdder done = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final AtomicReference<@Nullable String> firstError = new AtomicReference<>();
    private final Histogram latencies = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(2), 3);

    /** Counts a statement or transaction, with its latency. */
    void timed(long nanos) {
        counted(1);
        took(nanos);
    }

    /** Counts work without a latency. */
    void counted(long count) {
        done.add(count);
    }

    /** Records a latency without a count. */
    void took(long nanos) {
        latencies.recordValue(Math.min(nanos / 1_000, latencies.getHighestTrackableValue()));
    }

    void failed(String why) {
        errors.increment();
        firstError.compareAndSet(null, why);
    }

    long done() {
        return done.sum();
    }

    long errors() {
        return errors.sum();
    }

    @Nullable
    String firstError() {
        return firstError.get();
    }

    /** In microseconds. */
    Histogram latencies() {
        return latencies;
    }
}
