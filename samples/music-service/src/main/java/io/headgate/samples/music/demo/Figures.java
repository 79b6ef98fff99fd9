package io.headgate.samples.music.demo;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts the users' requests: since the start, and since the last read. Users record on any thread; one thread reads. */
final class Figures {

    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(1);

    private final Recorder latencies = new Recorder(LONGEST_MICROS, 3);
    private final Histogram total = new Histogram(LONGEST_MICROS, 3);
    private final LongAdder plays = new LongAdder();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

    void requestTook(long nanos) {
        latencies.recordValue(Math.min(TimeUnit.NANOSECONDS.toMicros(nanos), LONGEST_MICROS));
    }

    void playConfirmed() {
        plays.increment();
    }

    void failed(Throwable error) {
        errors.computeIfAbsent(String.valueOf(error.getMessage()), message -> new LongAdder())
                .increment();
    }

    /** Latencies since the last call. */
    Histogram sinceLastLook() {
        Histogram interval = latencies.getIntervalHistogram();
        total.add(interval);
        return interval;
    }

    /** Latencies until the last call of {@link #sinceLastLook()}. */
    Histogram total() {
        return total;
    }

    long confirmedPlays() {
        return plays.sum();
    }

    long errorCount() {
        return errors.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** The count of each error message. */
    Map<String, Long> errors() {
        Map<String, Long> counts = new TreeMap<>();
        errors.forEach((message, count) -> counts.put(message, count.sum()));
        return counts;
    }

    static String milliseconds(Histogram latencies, double percentile) {
        return "%.1f ms".formatted(latencies.getValueAtPercentile(percentile) / 1e3);
    }
}
