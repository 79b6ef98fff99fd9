package io.headgate.pool;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts waits by how long they took, in buckets that end at 1, 2 and 5 times each power of ten from 10 microseconds to 10
 * seconds, and one for what took longer.
 *
 * <p>The range is that of a pool: handing over an idle connection takes microseconds, and the acquire time-out, 5 s by default,
 * ends every wait. Neighbouring bounds differ by a factor of at most 2.5, so the error of a percentile has the same bound.
 * Round bounds are easy to read off a graph. Because the buckets are fixed, histograms of several instances can be added.
 *
 * <p>Recording takes a search among twenty numbers and two additions into striped counters. It takes no lock, allocates
 * nothing, and has no counter on which all threads contend. Safe for use by many threads.
 */
public final class WaitHistogram {

    private static final long[] BOUNDS = bounds();

    private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
    private final LongAdder sum = new LongAdder();
    private final LongAccumulator max = new LongAccumulator(Math::max, 0);

    /** A histogram without waits. */
    public WaitHistogram() {
        Arrays.setAll(counts, bucket -> new LongAdder());
    }

    private static long[] bounds() {
        long[] bounds = new long[19];
        long power = TimeUnit.MICROSECONDS.toNanos(10);
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = power * (i % 3 == 0 ? 1 : i % 3 == 1 ? 2 : 5);
            if (i % 3 == 2) {
                power *= 10;
            }
        }
        return bounds;
    }

    /** Counts a wait. A negative wait, as after a clock was set back, counts as zero. */
    public void record(long nanos) {
        long waited = Math.max(nanos, 0);
        int found = Arrays.binarySearch(BOUNDS, waited);
        counts[found >= 0 ? found : -found - 1].increment();
        sum.add(waited);
        max.accumulate(waited);
    }

    /**
     * A snapshot. Waits that are recorded at the same time may be in the buckets and not yet in sum and maximum. The count is
     * always the sum of the buckets.
     */
    public Snapshot snapshot() {
        long[] now = new long[counts.length];
        for (int i = 0; i < now.length; i++) {
            now[i] = counts[i].sum();
        }
        return new Snapshot(BOUNDS, now, sum.sum(), max.get());
    }

    /** A {@link WaitHistogram} at one moment. Immutable. */
    public static final class Snapshot {

        private final long[] bounds;
        private final long[] counts;
        private final long count;
        private final long sumNanos;
        private final long maxNanos;

        Snapshot(long[] bounds, long[] counts, long sumNanos, long maxNanos) {
            this.bounds = bounds;
            this.counts = counts;
            this.count = Arrays.stream(counts).sum();
            this.sumNanos = sumNanos;
            this.maxNanos = maxNanos;
        }

        /** The waits of two histograms. */
        public Snapshot and(Snapshot other) {
            long[] sums = new long[counts.length];
            Arrays.setAll(sums, i -> counts[i] + other.counts[i]);
            return new Snapshot(bounds, sums, sumNanos + other.sumNanos, Math.max(maxNanos, other.maxNanos));
        }

        /** Waits recorded. */
        public long count() {
            return count;
        }

        /** All waits together, in nanoseconds. */
        public long sumNanos() {
            return sumNanos;
        }

        /** The longest wait, in nanoseconds; zero without any. */
        public long maxNanos() {
            return maxNanos;
        }

        /** The mean wait in nanoseconds; zero without any. */
        public double meanNanos() {
            return count == 0 ? 0 : (double) sumNanos / count;
        }

        /** The number of buckets. */
        public int buckets() {
            return counts.length;
        }

        /**
         * The longest wait that a bucket counts, in nanoseconds; {@link Long#MAX_VALUE} for the last.
         *
         * @param bucket from 0, shortest waits first
         */
        public long upperBoundNanos(int bucket) {
            return bucket == bounds.length ? Long.MAX_VALUE : bounds[bucket];
        }

        /**
         * The number of waits in one bucket, without those in buckets of shorter waits.
         *
         * @param bucket from 0, shortest waits first
         */
        public long countIn(int bucket) {
            return counts[bucket];
        }

        /**
         * An estimate of the wait that {@code percent} of all waits did not exceed, in nanoseconds; zero without waits. The
         * bucket is exact; within it the waits are assumed to be spread evenly. The estimate never exceeds the longest wait.
         *
         * @param percent over 0 and at most 100
         */
        public long percentileNanos(double percent) {
            if (!(percent > 0 && percent <= 100)) {
                throw new IllegalArgumentException(
                        "the percentile is " + percent + "; it must be over 0 and at most 100");
            }
            double rank = count * percent / 100;
            long below = 0;
            for (int bucket = 0; bucket < counts.length; bucket++) {
                if (counts[bucket] > 0 && below + counts[bucket] >= rank) {
                    return within(bucket, (rank - below) / counts[bucket]);
                }
                below += counts[bucket];
            }
            return maxNanos;
        }

        private long within(int bucket, double share) {
            long from = bucket == 0 ? 0 : bounds[bucket - 1];
            long to = Math.min(upperBoundNanos(bucket), Math.max(maxNanos, from));
            return share >= 1 ? to : from + (long) ((to - from) * share);
        }

        @Override
        public String toString() {
            return count + " waits, p50 " + micros(50) + ", p99 " + micros(99) + ", at most " + maxNanos / 1_000
                    + " us";
        }

        private String micros(double percent) {
            return percentileNanos(percent) / 1_000 + " us";
        }
    }
}
