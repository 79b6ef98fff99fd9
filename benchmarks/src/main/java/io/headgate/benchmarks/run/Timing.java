package io.headgate.benchmarks.run;

/**
 * How long a process does what, in milliseconds.
 *
 * @param warmUp before its first measurement
 * @param settle before each further one
 * @param measure a measurement
 */
record Timing(long warmUp, long settle, long measure) {

    /** Long enough for the compiler to have come to rest, short enough for a dozen contenders. */
    private static final long CALIBRATION_MEASURE = 1_500;

    private static final long CALIBRATION_SETTLE = 700;

    /** A round: one measurement. */
    static Timing round(long warmUp, long measure) {
        return new Timing(warmUp, 0, measure);
    }

    /** A calibration: one short measurement a tuning, never longer than those of a round. */
    Timing calibration() {
        return new Timing(warmUp, Math.min(CALIBRATION_SETTLE, warmUp), Math.min(CALIBRATION_MEASURE, measure));
    }
}
