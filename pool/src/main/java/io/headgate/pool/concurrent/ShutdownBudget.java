package io.headgate.pool.concurrent;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Divides the time for closing: most of it is for running work, the rest for closing connections.
 *
 * @param forWork how long running work may continue before its connections are closed
 */
public record ShutdownBudget(Duration forWork) {

    private static final Logger logger = LoggerFactory.getLogger(ShutdownBudget.class);

    /** Closing takes a cancel request, a Terminate message and the answers. Drivers close the socket when no answer comes. */
    public static final Duration CLOSING = Duration.ofSeconds(1);

    /** @param all how long work and closing together may take */
    public static ShutdownBudget of(Duration all) {
        Duration half = all.dividedBy(2);
        return new ShutdownBudget(all.minus(half.compareTo(CLOSING) < 0 ? half : CLOSING));
    }

    /** Completes with {@code closed}, or after a time-out when a driver's close or connect hangs. */
    public Mono<Void> bound(Mono<Void> closed, String what, Scheduler timers) {
        Mono<Void> givenUp =
                Mono.fromRunnable(() -> logger.warn("{}: a connection did not close in time, and is left alone", what));
        return closed.timeout(forWork.plus(CLOSING), givenUp, timers);
    }
}
