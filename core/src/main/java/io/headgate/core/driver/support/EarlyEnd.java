package io.headgate.core.driver.support;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Work that may be ended from outside. */
public final class EarlyEnd {

    private EarlyEnd() {}

    /**
     * Work that ends with an error from elsewhere, and is cancelled then. {@code takeUntilOther} alone passes such an error on and
     * lets the work go on (Reactor 3.8); it cancels only when the other completes.
     *
     * @param failure ends in an error or not at all
     */
    public static <T> Flux<T> of(Publisher<T> work, Mono<?> failure) {
        return Flux.defer(() -> {
            Sinks.Empty<Void> stop = Sinks.empty();
            return Flux.from(work)
                    .takeUntilOther(stop.asMono())
                    // the error is passed on before, so that the end which follows is none
                    .takeUntilOther(failure.doAfterTerminate(stop::tryEmitEmpty));
        });
    }
}
