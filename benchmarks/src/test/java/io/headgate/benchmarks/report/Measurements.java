package io.headgate.benchmarks.report;

/** Measurements to sum up and to show. */
final class Measurements {

    private Measurements() {}

    static Measurement of(double qps, double cpuMicros, double allocBytes, double p99Millis, long errors) {
        return new Measurement(qps, cpuMicros, allocBytes, 1.5, 1, 2, p99Millis, errors, null, Double.NaN, Double.NaN);
    }
}
