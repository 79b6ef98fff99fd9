package io.headgate.driver.r2dbc;

import io.headgate.core.driver.support.WorkQueue;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;

/**
 * Closes a connection and frees its slot in the R2DBC Pool, whichever side closes first.
 *
 * <p>The slot is freed after the socket has closed: the pool then finds the connection closed, and drops it.
 */
final class ConnectionClose {

    /** Limit for a cancel request together with the running work, and for each step of the close. After it the socket is closed. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(2);

    private final PhysicalConnection physical;
    private final WireTap tap;
    private final WorkQueue queue;
    private final BooleanSupplier ready;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Mono<Void> released;

    /** @param slot frees the slot in the pool */
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

    /**
     * Completes when the other side has closed the request's connection: only then can the request no longer hit a later statement. Fails
     * after {@link #CANCEL_LIMIT}.
     */
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
            // Terminate would wait behind the running statement, which the server would finish without need
            Mono<Void> stopped = quiet || !tap.isOpen()
                    ? Mono.empty()
                    : Mono.when(requestCancel(), queue.whenIdle())
                            .timeout(CLOSE_TIMEOUT)
                            .onErrorComplete();
            return stopped.then(Mono.defer(() -> queue.isIdle() ? terminate() : abort()))
                    .then(released);
        });
    }

    private Mono<Void> terminate() {
        return physical.exchange()
                .connection()
                .close()
                .timeout(CLOSE_TIMEOUT)
                .onErrorResume(error -> abort())
                .then(tap.closed().timeout(CLOSE_TIMEOUT, Mono.defer(this::abort)));
    }

    private Mono<Void> abort() {
        return Mono.fromRunnable(tap::abort);
    }
}
