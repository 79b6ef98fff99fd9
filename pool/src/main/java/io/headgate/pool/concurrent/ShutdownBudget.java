package io.headgate.pool.concurrent;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * How the time for closing is spent: most of it on what still runs, the rest on the closing itself.
 *
 * @param forWork after what time connections are closed under what runs
 */
public record ShutdownBudget(Duration forWork) {

    private static final Logger logger = LoggerFactory.getLogger(ShutdownBudget.class);

    /** Closing takes a cancel request, a goodbye and their answers; drivers close the socket when those do not come. */
    public static final Duration CLOSING = Duration.ofSeconds(1);

    /** @param all how long work and closing may take together */
    public static ShutdownBudget of(Duration all) {
        Duration half = all.dividedBy(2);
        return new ShutdownBudget(all.minus(half.compareTo(CLOSING) < 0 ? half : CLOSING));
    }

    /** Ends with {@code closed}, or without it when a driver's close or connect hangs. */
    public Mono<Void> bound(Mono<Void> closed, String what, Scheduler timers) {
        Mono<Void> givenUp =
                Mono.fromRunnable(() -> logger.warn("{}: a connection did not close in time, and is left alone", what));
        return closed.timeout(forWork.plus(CLOSING), givenUp, timers);
    }
}
