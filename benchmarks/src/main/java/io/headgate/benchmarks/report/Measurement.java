package io.headgate.benchmarks.report;

import io.headgate.benchmarks.worker.WorkerResult;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one contender in one round, over all its processes. NaN means unknown.
 *
 * @param qps statements, transactions or rows a second
 * @param cpuMicros client CPU for each of them, in microseconds
 * @param allocBytes bytes allocated for each of them
 * @param meanMillis mean latency, in milliseconds
 * @param p50Millis half of the latencies are at most this
 * @param p95Millis 95 % are
 * @param p99Millis 99 % are
 * @param errors requests that failed or whose answer had the wrong content
 * @param firstError the first error
 * @param serverConnections most server connections that PgBouncer had open
 * @param onReplicas part of the look-ups that replicas answered, from 0 to 1
 */
public record Measurement(
        double qps,
        double cpuMicros,
        double allocBytes,
        double meanMillis,
        double p50Millis,
        double p95Millis,
        double p99Millis,
        long errors,
        @Nullable String firstError,
        double serverConnections,
        double onReplicas) {

    /** Adds up the results of the processes. */
    public static Measurement of(List<WorkerResult> processes) {
        double qps = 0;
        double done = 0;
        double cpuNanos = 0;
        double allocated = 0;
        long errors = 0;
        String firstError = null;
        Histogram latencies = new Histogram(3);
        for (WorkerResult process : processes) {
            qps += process.done() * 1e9 / process.nanos();
            done += process.done();
            cpuNanos += process.cpuNanos();
            allocated += process.allocatedBytes() < 0 ? Double.NaN : process.allocatedBytes();
            errors += process.errors();
            firstError = firstError == null ? process.firstError() : firstError;
            latencies.add(process.latencies());
        }
        return new Measurement(
                qps,
                cpuNanos / 1e3 / done,
                allocated / done,
                latencies.getTotalCount() == 0 ? Double.NaN : latencies.getMean() / 1e3,
                percentile(latencies, 50),
                percentile(latencies, 95),
                percentile(latencies, 99),
                errors,
                firstError,
                Double.NaN,
                Double.NaN);
    }

    private static double percentile(Histogram latencies, double percentile) {
        return latencies.getTotalCount() == 0 ? Double.NaN : latencies.getValueAtPercentile(percentile) / 1e3;
    }

    /** This measurement with the figure that PgBouncer reported. */
    public Measurement withServerConnections(int most) {
        return with(most, onReplicas);
    }

    /** This measurement with the part of the look-ups that replicas answered. */
    public Measurement withOnReplicas(double part) {
        return with(serverConnections, part);
    }

    private Measurement with(double most, double part) {
        return new Measurement(
                qps,
                cpuMicros,
                allocBytes,
                meanMillis,
                p50Millis,
                p95Millis,
                p99Millis,
                errors,
                firstError,
                most,
                part);
    }
}
