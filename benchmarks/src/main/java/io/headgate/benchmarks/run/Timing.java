package io.headgate.benchmarks.run;

/**
 * The times of a process, in milliseconds.
 *
 * @param warmUp before its first measurement
 * @param settle before each further one
 * @param measure a measurement
 */
record Timing(long warmUp, long settle, long measure) {

    /** Long enough for the JIT compiler to finish, short enough for a dozen contenders. */
    private static final long CALIBRATION_MEASURE = 1_500;

    private static final long CALIBRATION_SETTLE = 700;

    /** A round: one measurement. */
    static Timing round(long warmUp, long measure) {
        return new Timing(warmUp, 0, measure);
    }

    /** A calibration: one short measurement for each tuning, never longer than those of a round. */
    Timing calibration() {
        return new Timing(warmUp, Math.min(CALIBRATION_SETTLE, warmUp), Math.min(CALIBRATION_MEASURE, measure));
    }
}
