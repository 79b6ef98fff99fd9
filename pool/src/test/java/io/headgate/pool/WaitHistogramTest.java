package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaitHistogramTest {

    private final WaitHistogram histogram = new WaitHistogram();

    @Test
    void theBucketsEndAtOneTwoAndFiveFromTenMicrosecondsToTenSeconds() {
        WaitHistogram.Snapshot empty = histogram.snapshot();
        assertThat(IntStream.range(0, empty.buckets() - 1).mapToLong(bucket -> empty.upperBoundNanos(bucket) / 1_000))
                .containsExactly(
                        10L,
                        20L,
                        50L,
                        100L,
                        200L,
                        500L,
                        1_000L,
                        2_000L,
                        5_000L,
                        10_000L,
                        20_000L,
                        50_000L,
                        100_000L,
                        200_000L,
                        500_000L,
                        1_000_000L,
                        2_000_000L,
                        5_000_000L,
                        10_000_000L);
        assertThat(empty.upperBoundNanos(19)).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({
        "-5, 0",
        "0, 0",
        "10000, 0",
        "10001, 1",
        "20000, 1",
        "999999, 6",
        "1000000, 6",
        "1000001, 7",
        "10000000000, 18",
        "10000000001, 19",
        "9223372036854775807, 19",
    })
    void aWaitCountsInTheBucketThatEndsAtOrAboveIt(long nanos, int bucket) {
        histogram.record(nanos);
        WaitHistogram.Snapshot snapshot = histogram.snapshot();
        assertThat(snapshot.countIn(bucket)).isEqualTo(1);
        assertThat(snapshot.count()).isEqualTo(1);
        assertThat(snapshot.sumNanos()).isEqualTo(Math.max(nanos, 0));
        assertThat(snapshot.maxNanos()).isEqualTo(Math.max(nanos, 0));
        assertThat(snapshot.percentileNanos(100)).isEqualTo(Math.max(nanos, 0));
    }

    @Test
    void withoutWaitsEverythingIsZero() {
        WaitHistogram.Snapshot empty = histogram.snapshot();
        assertThat(empty.count()).isZero();
        assertThat(empty.meanNanos()).isZero();
        assertThat(empty.percentileNanos(99)).isZero();
        assertThat(empty).hasToString("0 waits, p50 0 us, p99 0 us, at most 0 us");
    }

    @Test
    void aSnapshotDoesNotChange() {
        histogram.record(1_000_000);
        WaitHistogram.Snapshot before = histogram.snapshot();
        histogram.record(3_000_000);
        assertThat(before.count()).isEqualTo(1);
        assertThat(before.maxNanos()).isEqualTo(1_000_000);
        assertThat(histogram.snapshot().count()).isEqualTo(2);
        assertThat(histogram.snapshot().meanNanos()).isEqualTo(2_000_000);
    }

    @Test
    void percentilesLieWithinTheRightBucket() {
        SplittableRandom random = new SplittableRandom(20261121);
        long[] waits = new long[10_000];
        for (int i = 0; i < waits.length; i++) {
            waits[i] = (long) Math.exp(random.nextDouble(Math.log(1e3), Math.log(2e10)));
            histogram.record(waits[i]);
        }
        Arrays.sort(waits);
        WaitHistogram.Snapshot snapshot = histogram.snapshot();
        long before = 0;
        for (double percent : new double[] {0.01, 1, 10, 25, 50, 75, 90, 99, 99.9, 100}) {
            long exact = waits[(int) Math.ceil(waits.length * percent / 100) - 1];
            long estimate = snapshot.percentileNanos(percent);
            assertThat(estimate).as("p" + percent).isBetween(before, snapshot.maxNanos());
            assertThat(bucketOf(snapshot, estimate)).as("p" + percent).isEqualTo(bucketOf(snapshot, exact));
            before = estimate;
        }
    }

    private static int bucketOf(WaitHistogram.Snapshot snapshot, long nanos) {
        return (int) IntStream.range(0, snapshot.buckets())
                .filter(bucket -> snapshot.upperBoundNanos(bucket) < nanos)
                .count();
    }

    @Test
    void aPercentileIsPlacedEvenlyWithinItsBucket() {
        for (int i = 0; i < 100; i++) {
            histogram.record(TimeUnit.MILLISECONDS.toNanos(2));
        }
        histogram.record(TimeUnit.MILLISECONDS.toNanos(5));
        // all but one in the bucket from 1 ms to 2 ms
        assertThat(histogram.snapshot().percentileNanos(50)).isBetween(1_500_000L, 1_510_000L);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 100.1, Double.NaN})
    void refusesWhatIsNoPercentile(double percent) {
        assertThatThrownBy(() -> histogram.snapshot().percentileNanos(percent))
                .hasMessageContaining("the percentile is " + percent);
    }

    @Test
    void losesNothingWhenManyThreadsRecord() throws Exception {
        int threads = 4;
        int each = 50_000;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> recording = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                recording.add(executor.submit(() -> {
                    together.await();
                    for (int i = 1; i <= each; i++) {
                        histogram.record(i * 1_000L);
                    }
                    return null;
                }));
            }
            for (Future<?> one : recording) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
        }
        WaitHistogram.Snapshot snapshot = histogram.snapshot();
        assertThat(snapshot.count()).isEqualTo(200_000);
        assertThat(snapshot.sumNanos()).isEqualTo(threads * 1_000L * each * (each + 1) / 2);
        assertThat(snapshot.maxNanos()).isEqualTo(each * 1_000L);
        assertThat(snapshot.countIn(0)).isEqualTo(threads * 10L);
    }
}
