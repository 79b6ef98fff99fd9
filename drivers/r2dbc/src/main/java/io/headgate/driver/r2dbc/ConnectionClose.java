package io.headgate.driver.r2dbc;

import io.headgate.core.driver.support.WorkQueue;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;

/**
 * Ends a connection and gives its place in the R2DBC Pool back, whichever side began it.
 *
 * <p>The place is given back after the socket has closed: the pool looks at the connection, finds it closed and drops it.
 */
final class ConnectionClose {

    /** How long the other side may take over a cancel request or a goodbye before the socket is closed under it. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(2);

    private final PhysicalConnection physical;
    private final WireTap tap;
    private final WorkQueue queue;
    private final BooleanSupplier ready;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Mono<Void> released;

    /** @param slot gives the place in the pool back */
    ConnectionClose(PhysicalConnection physical, Mono<Void> slot, WorkQueue queue, BooleanSupplier ready) {
        this.physical = physical;
        this.tap = physical.exchange().tap();
        this.queue = queue;
        this.ready = ready;
        this.released = tap.closed().then(slot).onErrorComplete().cache();
        released.subscribe();
    }

    boolean hasBegun() {
        return begun.get();
    }

    /** Completes when the other side has closed the request's connection: only then can it not hit a later statement. */
    Mono<Void> requestCancel() {
        return physical.exchange()
                .connection()
                .cancelRequest()
                .timeout(CANCEL_LIMIT)
                .doOnError(error -> physical.loops().abortCancelRequest());
    }

    Mono<Void> close() {
        return Mono.defer(() -> {
            boolean quiet = ready.getAsBoolean();
            if (!begun.compareAndSet(false, true)) {
                return released;
            }
            // a goodbye would wait behind what is running, and the server would go on with it for nobody
            Mono<Void> stopped = quiet || !tap.isOpen()
                    ? Mono.empty()
                    : Mono.when(requestCancel(), queue.whenIdle())
                            .timeout(PATIENCE)
                            .onErrorComplete();
            return stopped.then(Mono.defer(() -> queue.isIdle() ? goodbye() : abort()))
                    .then(released);
        });
    }

    private Mono<Void> goodbye() {
        return physical.exchange()
                .connection()
                .close()
                .timeout(PATIENCE)
                .onErrorResume(error -> abort())
                .then(tap.closed().timeout(PATIENCE, Mono.defer(this::abort)));
    }

    private Mono<Void> abort() {
        return Mono.fromRunnable(tap::abort);
    }
}
