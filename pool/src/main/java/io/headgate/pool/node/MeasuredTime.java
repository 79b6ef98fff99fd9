package io.headgate.pool.node;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A mean time that is measured repeatedly. A new mean is published only when it differs by half from the published one, so that
 * plans do not change with every small change of the load. Written by one thread at a time, read by any.
 */
final class MeasuredTime {

    private static final double WEIGHT = 1.0 / 4;
    private static final double CHANGE = 1.5;
    private static final double LONGEST = TimeUnit.HOURS.toSeconds(1);

    private double mean;
    private volatile double reported;

    /**
     * Adds the mean of an interval.
     *
     * @param seconds ignored unless positive
     * @param count how many values the mean has; ignored if there were none
     */
    void observe(double seconds, double count) {
        if (!(seconds > 0) || !(count > 0) || seconds > LONGEST) {
            return;
        }
        mean = mean == 0 ? seconds : mean + (seconds - mean) * WEIGHT;
        if (reported == 0 || mean > reported * CHANGE || mean < reported / CHANGE) {
            reported = mean;
        }
    }

    /** The mean, at least a microsecond; null before the first measurement. */
    @Nullable
    Duration mean() {
        return reported == 0
                ? null
                : Duration.ofNanos(Math.max(1_000, (long) (reported * TimeUnit.SECONDS.toNanos(1))));
    }
}
