package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * When requests are due, in nanoseconds from the start: a Poisson process. It is what many users make together who each think for a
 * random time between two requests. No answer delays it, so a stall of the service does not make the load smaller.
 */
final class Arrivals implements Iterator<Long> {

    private final double meanGap;
    private final long end;
    private final SplittableRandom random;
    private double next;

    Arrivals(double perSecond, Duration duration, long seed) {
        this.meanGap = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.end = duration.toNanos();
        this.random = new SplittableRandom(seed);
        advance();
    }

    @Override
    public boolean hasNext() {
        return next < end;
    }

    @Override
    public Long next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the time is over");
        }
        long due = (long) next;
        advance();
        return due;
    }

    /** Gaps of a Poisson process are distributed exponentially. */
    private void advance() {
        next -= meanGap * Math.log(1 - random.nextDouble());
    }
}
