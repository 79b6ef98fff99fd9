package io.headgate.samples.music.demo;

import java.time.Duration;

/**
 * How long each part of the demo takes: a quarter of the time to warm up, two fifths to compare, the rest for faults.
 *
 * @param warmUp before anything is counted
 * @param slice one turn of one service
 * @param fault one fault, with the time before and after it
 */
record Schedule(Duration warmUp, Duration slice, Duration fault) {

    /** Each service has two turns, one before and one after the other's: what drifts meanwhile hits both alike. */
    static final int SLICES_EACH = 2;

    /** A fault takes its time, whatever is asked for: a pooler has to come back, and users have to notice. */
    private static final Duration SHORTEST_FAULT = Duration.ofSeconds(2);

    static Schedule of(int seconds, int sides) {
        Duration all = Duration.ofSeconds(seconds);
        Duration fault = all.multipliedBy(35).dividedBy(100L * Fault.values().length);
        return new Schedule(
                all.dividedBy(4),
                all.multipliedBy(2).dividedBy(5L * SLICES_EACH * sides),
                fault.compareTo(SHORTEST_FAULT) < 0 ? SHORTEST_FAULT : fault);
    }

    /** All parts together. */
    Duration total(int sides) {
        return warmUp.plus(slice.multipliedBy((long) SLICES_EACH * sides))
                .plus(fault.multipliedBy(Fault.values().length));
    }
}
