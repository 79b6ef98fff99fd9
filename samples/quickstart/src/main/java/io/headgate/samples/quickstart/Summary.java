package io.headgate.samples.quickstart;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/** What a load came to; latencies in microseconds. */
record Summary(long queries, long errors, Duration took, Histogram latencies, Map<String, LongAdder> messages) {

    String describe(int callers, int serverConnections) {
        StringBuilder out = new StringBuilder();
        out.append(
                String.format("%nqueries             %,d (%,.0f a second)%n", queries, queries * 1e9 / took.toNanos()));
        out.append(String.format("errors              %d%n", errors));
        out.append(String.format(
                "latency             p50 %s   p95 %s   p99 %s   max %s%n",
                milliseconds(50), milliseconds(95), milliseconds(99), milliseconds(100)));
        out.append(String.format(
                "server connections  at most %d in use, read from PgBouncer, for %d concurrent callers%n",
                serverConnections, callers));
        messages.forEach((message, count) -> out.append(String.format("  %d x %s%n", count.sum(), message)));
        return out.toString();
    }

    private String milliseconds(double percentile) {
        return String.format("%.1f ms", latencies.getValueAtPercentile(percentile) / 1e3);
    }
}
