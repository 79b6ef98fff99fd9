package io.headgate.benchmarks.report;

import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** Combines the rounds of a contender: the median of each figure, the sum of the errors, the most connections. */
public final class Summary {

    private Summary() {}

    /**
     * Combines rounds.
     *
     * @param rounds at least one
     */
    public static Measurement of(List<Measurement> rounds) {
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("no round was measured, so there is nothing to sum up");
        }
        return new Measurement(
                median(rounds, Measurement::qps),
                median(rounds, Measurement::cpuMicros),
                median(rounds, Measurement::allocBytes),
                median(rounds, Measurement::meanMillis),
                median(rounds, Measurement::p50Millis),
                median(rounds, Measurement::p95Millis),
                median(rounds, Measurement::p99Millis),
                rounds.stream().mapToLong(Measurement::errors).sum(),
                rounds.stream()
                        .map(Measurement::firstError)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                rounds.stream()
                        .mapToDouble(Measurement::serverConnections)
                        .max()
                        .orElse(Double.NaN),
                median(rounds, Measurement::onReplicas));
    }

    /** The middle one, or the mean of the two in the middle; NaN if any is unknown. */
    static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        // NaN sorts last
        if (Double.isNaN(sorted[sorted.length - 1])) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
