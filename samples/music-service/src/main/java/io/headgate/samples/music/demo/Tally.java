package io.headgate.samples.music.demo;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What became of the requests of one part of the demo. Times count from the moment when a request was due, not from when it was sent:
 * what had to queue behind a stall counts with its whole delay. Safe for use by many threads.
 */
final class Tally {

    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(1);

    private final Histogram times = histogram();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    private final LongAdder duringOutage = new LongAdder();
    private final LongAccumulator lastError = new LongAccumulator(Math::max, Long.MIN_VALUE);

    static Histogram histogram() {
        return new ConcurrentHistogram(LONGEST_MICROS, 3);
    }

    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.max(0, Math.min(TimeUnit.NANOSECONDS.toMicros(nanos), LONGEST_MICROS)));
    }

    /** A request has ended, well or not. */
    void took(long nanos) {
        record(times, nanos);
    }

    /**
     * A request has failed.
     *
     * @param at when, by {@link System#nanoTime()}
     * @param excused whether its pooler was away, by the demo's own doing
     */
    void failed(String message, long at, boolean excused) {
        errors.computeIfAbsent(message, key -> new LongAdder()).increment();
        lastError.accumulate(at);
        if (excused) {
            duringOutage.increment();
        }
    }

    Histogram times() {
        return times;
    }

    long requests() {
        return times.getTotalCount();
    }

    long errorCount() {
        return errors.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Errors while the pooler was there. */
    long unexcused() {
        return errorCount() - duringOutage.sum();
    }

    /** When the last error came; only if there are some. */
    long lastError() {
        return lastError.get();
    }

    /** How often each message came. */
    Map<String, Long> errors() {
        Map<String, Long> counts = new TreeMap<>();
        errors.forEach((message, count) -> counts.put(message, count.sum()));
        return counts;
    }
}
