package io.headgate.client;

import io.headgate.core.reactive.CaughtSignals;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Brings results back to the event loop on which a caller subscribed, if it did so on one. An error that the
 * caller throws while it handles a signal ends its subscription with that error.
 *
 * <p>What the caller then does with them keeps no connection's loop busy, where others wait for their answers, unless it is the
 * caller's own. And its signals come on the one thread that cancels it: a server that handles a request on a loop of its own takes no pains to be
 * told of an answer on another thread while the client hangs up. Spring WebFlux 7.0 gives the buffer of such an answer back
 * twice, and with it a buffer that is somebody else's by then.
 */
final class CallerLoops {

    private final Supplier<@Nullable Executor> current;

    /** @param current the event loop of the calling thread, or null */
    CallerLoops(Supplier<@Nullable Executor> current) {
        this.current = current;
    }

    <T> Mono<T> bring(Mono<T> results) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Executor loop = current.get();
                results.subscribe(
                        loop == null ? CaughtSignals.telling(actual) : new ReturnedValue<>(actual, loop, current));
            }
        };
    }

    <T> Flux<T> bring(Flux<T> results) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Executor loop = current.get();
                results.subscribe(
                        loop == null ? CaughtSignals.telling(actual) : new ReturnedValues<>(actual, loop, current));
            }
        };
    }
}
