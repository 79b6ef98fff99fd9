package io.headgate.samples.music.demo;

import java.time.Duration;

/**
 * How long each part of the demo takes: a fifth of the time to warm up, two fifths to compare, the rest for replicas, if there are some, and
 * for faults.
 *
 * @param warmUp before anything is counted
 * @param slice one turn of one service
 * @param replicas the part with replicas; zero if there are none
 * @param fault one fault, with the time before and after it
 */
record Schedule(Duration warmUp, Duration slice, Duration replicas, Duration fault) {

    /** Each service has two turns, one before and one after the other's: what drifts meanwhile hits both alike. */
    static final int SLICES_EACH = 2;

    /** A fault takes its time, whatever is asked for: a pooler has to come back, and users have to notice. */
    private static final Duration SHORTEST_FAULT = Duration.ofSeconds(2);

    /** @param replicas whether a side has some */
    static Schedule of(int seconds, int sides, boolean replicas) {
        Duration all = Duration.ofSeconds(seconds);
        Duration fault = all.multipliedBy(replicas ? 25 : 40).dividedBy(100L * Fault.values().length);
        return new Schedule(
                all.dividedBy(5),
                all.multipliedBy(2).dividedBy(5L * SLICES_EACH * sides),
                replicas ? longer(all.multipliedBy(15).dividedBy(100), SHORTEST_FAULT) : Duration.ZERO,
                longer(fault, SHORTEST_FAULT));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** All parts together. */
    Duration total(int sides) {
        return warmUp.plus(replicas)
                .plus(slice.multipliedBy((long) SLICES_EACH * sides))
                .plus(fault.multipliedBy(Fault.values().length));
    }
}
