package io.headgate.samples.music.demo;

import java.util.concurrent.atomic.LongAdder;

/** What users know of the plays they asked for, from the start of the demo on. Safe for use by many threads. */
final class Plays {

    private final LongAdder confirmed = new LongAdder();
    private final LongAdder unknown = new LongAdder();

    /** The service said that it is done. */
    void confirmed() {
        confirmed.increment();
    }

    /** It may be done or not: the service failed, or nobody waited for the answer. */
    void unknown() {
        unknown.increment();
    }

    long confirmedCount() {
        return confirmed.sum();
    }

    long unknownCount() {
        return unknown.sum();
    }
}
