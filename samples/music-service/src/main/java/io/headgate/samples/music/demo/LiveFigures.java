package io.headgate.samples.music.demo;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** How a side is doing right now. Users record on any thread, one thread looks once a second, any thread reads. */
final class LiveFigures {

    private final Recorder times = new Recorder(3);
    private final LongAdder errors = new LongAdder();
    private volatile Second latest = new Second(0, 0, 0);

    /**
     * The last second.
     *
     * @param requests how many ended
     * @param p50Millis what half of them took at most
     * @param p99Millis what 99 in 100 of them took at most
     */
    record Second(long requests, double p50Millis, double p99Millis) {}

    void took(long nanos) {
        times.recordValue(Math.max(0, nanos / 1_000));
    }

    void failed() {
        errors.increment();
    }

    void look() {
        Histogram interval = times.getIntervalHistogram();
        latest = new Second(
                interval.getTotalCount(),
                interval.getValueAtPercentile(50) / 1e3,
                interval.getValueAtPercentile(99) / 1e3);
    }

    Second latest() {
        return latest;
    }

    /** All errors since the start. */
    long errors() {
        return errors.sum();
    }
}
