package io.headgate.core.driver.support;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Ends work early when another publisher fails. */
public final class EarlyEnd {

    private EarlyEnd() {}

    /**
     * When {@code failure} fails, the work is cancelled and the result fails with that error. {@code takeUntilOther} alone passes the
     * error on but does not cancel the work (Reactor 3.8); it cancels only when the other publisher completes.
     *
     * @param failure fails or never ends
     */
    public static <T> Flux<T> of(Publisher<T> work, Mono<?> failure) {
        return Flux.defer(() -> {
            Sinks.Empty<Void> stop = Sinks.empty();
            return Flux.from(work)
                    .takeUntilOther(stop.asMono())
                    // the error is passed on first, so the completion that follows is ignored
                    .takeUntilOther(failure.doAfterTerminate(stop::tryEmitEmpty));
        });
    }
}
